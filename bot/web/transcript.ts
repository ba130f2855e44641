import { plainText } from '../../core/blocks.ts';
import type { ChatView, Texts } from './types.ts';

/** Saves what was said as a text file: who, when, and the words; made in the browser, so nothing is sent anywhere. */
export function transcript(view: ChatView, texts: Texts, language: string): void {
  const time = new Intl.DateTimeFormat(language === 'ar' ? 'ar-u-ca-gregory-nu-latn' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const lines = [...view.archive, ...view.messages].flatMap((message) => {
    const text = plainText(message.body.filter((block) => block.type !== 'choices'));
    if (!text) return [];
    const who =
      message.from === 'customer'
        ? texts('you')
        : message.from === 'agent'
          ? (message.agent ?? view.shopName)
          : message.from === 'bot'
            ? texts('assistant')
            : view.shopName;
    return [`${time.format(new Date(message.at))}  ${who}\n${text}\n`];
  });
  const head = `${texts('title', { shop: view.shopName })}\n\n`;
  const file = new Blob(['\ufeff', head, lines.join('\n')], { type: 'text/plain;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${view.shopName.replace(/[^\p{L}\p{N}]+/gu, '-')}-${new Date().toISOString().slice(0, 10)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
