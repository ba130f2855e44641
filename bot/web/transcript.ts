import type { Block, Span } from '../../core/blocks.ts';
import type { MessageView } from '../../core/conversations/types.ts';
import type { Texts } from './types.ts';

/** Saves what was said as a text file: who, when, and the words; made in the browser, so nothing is sent anywhere. */
export function transcript(messages: MessageView[], { shopName, texts, language }: Kept): void {
  const time = new Intl.DateTimeFormat(language === 'ar' ? 'ar-u-ca-gregory-nu-latn' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const lines = messages.flatMap((message) => {
    const text = message.body.map(textOf).filter(Boolean).join('\n');
    if (!text) return [];
    const who =
      message.from === 'customer'
        ? texts('you')
        : message.from === 'agent'
          ? (message.agent ?? shopName)
          : message.from === 'bot'
            ? texts('assistant')
            : shopName;
    return [`${time.format(new Date(message.at))}  ${who}\n${text}\n`];
  });
  const head = `${texts('title', { shop: shopName })}\n\n`;
  const file = new Blob(['\ufeff', head, lines.join('\n')], { type: 'text/plain;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${shopName.replace(/[^\p{L}\p{N}]+/gu, '-')}-${new Date().toISOString().slice(0, 10)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

type Kept = { shopName: string; texts: Texts; language: string };

function textOf(block: Block): string {
  const joined = (spans: readonly Span[]) => spans.map((span) => span.text).join('');
  if (block.type === 'text') return joined(block.spans);
  if (block.type === 'list') return block.items.map((item) => `- ${joined(item)}`).join('\n');
  if (block.type === 'image') return `[${block.name}]`;
  if (block.type === 'articleCard') return block.title;
  if (block.type !== 'orderCard') return '';
  const parcels = block.parcels.map((parcel) =>
    [parcel.label, parcel.statusLabel, parcel.estimate].filter(Boolean).join(', '),
  );
  return [`${block.number}: ${block.statusLabel}`, ...parcels].join('\n');
}
