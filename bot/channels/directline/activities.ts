import type { Activity, Attachment, CardAction } from 'botbuilder';
import { type Block, type OrderCard, plainText, type Span } from '../../../core/blocks.ts';
import type { MessageView } from '../../../core/conversations/types.ts';
import type { ActivityFactory } from '../botframework/factory.ts';

/** Turns stored messages into the activities that a Direct Line client shows: text, photos, cards, buttons, handoff.status. */
export function toActivities(message: MessageView, { factory, thread, origin, userId }: Mapping): Partial<Activity>[] {
  const own = message.from === 'customer';
  const base: Partial<Activity> = {
    channelId: 'directline',
    timestamp: new Date(message.at),
    conversation: { id: thread } as Activity['conversation'],
    locale: message.language,
    from: own
      ? ({ id: userId ?? 'user', role: 'user' } as Activity['from'])
      : {
          id: message.from === 'agent' ? `agent:${message.agent ?? ''}` : 'anshin',
          name: message.agent ?? 'Anshin',
          role: 'bot',
        },
    ...(message.replyTo ? { replyToId: activityId(thread, message.replyTo) } : {}),
    channelData: {
      ...(message.clientId && own ? { clientActivityID: message.clientId } : {}),
      ...(own ? {} : { speaker: message.from }),
    },
  };
  const id = activityId(thread, message.seq);
  const out: Partial<Activity>[] = [];
  const status = message.body.find((block) => block.type === 'status');
  if (status) out.push({ ...factory.handoffStatus(thread, status.state), ...base, id: `${id}.0`, label: status.state });
  const text = own ? plainText(message.body.filter((block) => block.type === 'text')) : markdownOf(message.body);
  const attachments = message.body.flatMap((block) => attachmentOf(block, factory, origin));
  const choices = message.body.flatMap((block) => (block.type === 'choices' ? block.choices : []));
  if (text || attachments.length > 0 || choices.length > 0) {
    const actions = choices.map(
      ({ label, payload }): CardAction => ({
        type: 'messageBack',
        title: label,
        text: label,
        displayText: label,
        value: { payload },
      }),
    );
    out.push({
      ...factory.message(text, attachments, actions),
      textFormat: own ? 'plain' : 'markdown',
      ...base,
      id,
    });
  }
  return out;
}

/** `{conversation}|{seven digits}`: sorts as text in the order of the conversation. */
export function activityId(thread: string, seq: number): string {
  return `${thread}|${String(seq).padStart(7, '0')}`;
}

type Mapping = { factory: ActivityFactory; thread: string; origin: string; userId: string | undefined };

function attachmentOf(block: Block, factory: ActivityFactory, origin: string): Attachment[] {
  if (block.type === 'image') {
    const contentUrl = `${origin}/v3/directline/attachments/${block.key}`;
    return [{ contentType: 'image/jpeg', contentUrl, thumbnailUrl: contentUrl, name: block.name }];
  }
  if (block.type === 'articleCard')
    return [
      factory.card(
        block.title,
        undefined,
        block.url ? [{ type: 'openUrl', title: block.title, value: new URL(block.url, origin).href }] : [],
      ),
    ];
  if (block.type === 'orderCard') return [factory.card(block.number, orderText(block), [])];
  return [];
}

function orderText(card: OrderCard): string {
  const lines = card.parcels.map((parcel) =>
    [parcel.label, parcel.statusLabel, parcel.carrier, parcel.estimate].filter(Boolean).join(' · '),
  );
  return [card.statusLabel, ...lines].join('\n\n');
}

// Marks that a customer or a record wrote are text: only our own spans become Markdown.
function markdownOf(blocks: readonly Block[]): string {
  const spans = (list: readonly Span[]) =>
    list
      .map((span) => {
        const plain = span.text.replace(/[\\`*_[\]<>#|~!]/g, '\\$&');
        const styled = span.strong ? `**${plain}**` : span.em ? `*${plain}*` : plain;
        return span.link ? `[${styled}](${span.link})` : styled;
      })
      .join('');
  return blocks
    .map((block) => {
      if (block.type === 'text') return spans(block.spans);
      if (block.type === 'list')
        return block.items.map((item, i) => `${block.ordered ? `${i + 1}.` : '-'} ${spans(item)}`).join('\n');
      return '';
    })
    .filter(Boolean)
    .join('\n\n');
}
