/** What a message consists of. The server parses Markdown into blocks; widget, desk and channels render blocks; HTML never. */
export type Block =
  | { type: 'text'; spans: Span[] }
  | { type: 'list'; ordered: boolean; items: Span[][] }
  | { type: 'choices'; choices: Choice[] }
  | OrderCard
  | ArticleCard
  | ImageBlock
  | StatusBlock;

/** A run of text in one style; `link` was checked against the allowed hosts. */
export type Span = { text: string; strong?: true; em?: true; link?: string };

/** A button: pressing it sends a message whose text is the label and whose payload is this string. */
export type Choice = { label: string; payload: string };

/** An order as the identity rung allows it; texts are ready in the message's language. */
export type OrderCard = {
  type: 'orderCard';
  number: string;
  status: string;
  statusLabel: string;
  placedAt?: string;
  parcels: ParcelCard[];
};

/** One parcel on the order card. */
export type ParcelCard = {
  label: string;
  status: string;
  statusLabel: string;
  carrier?: string;
  estimate?: string;
  events: { label: string; date?: string; place?: string }[];
};

/** An answer's source: where the customer can read on, and what the vote is about. */
export type ArticleCard = { type: 'articleCard'; slug: string; language: string; title: string; url?: string };

/** A customer's photo; its bytes are at /files/<key>. */
export type ImageBlock = { type: 'image'; key: string; name: string; width: number; height: number };

/** Who speaks from here on: a person came, went, or nobody could come. Clients tell it in their own words. */
export type StatusBlock = { type: 'status'; state: 'accepted' | 'completed' | 'failed'; agent?: string };

/** Plain text of blocks: for previews, models, transcripts and channels without formatting. */
export function plainText(blocks: readonly Block[]): string {
  return blocks.map(blockText).filter(Boolean).join('\n');
}

/** One block of unformatted text; line breaks stay. */
export function textBlock(text: string): Block {
  return { type: 'text', spans: [{ text }] };
}

function blockText(block: Block): string {
  const join = (spans: readonly Span[]) => spans.map((span) => span.text).join('');
  if (block.type === 'text') return join(block.spans);
  if (block.type === 'list')
    return block.items.map((item, i) => `${block.ordered ? `${i + 1}.` : '•'} ${join(item)}`).join('\n');
  if (block.type === 'choices') return block.choices.map((choice) => `[${choice.label}]`).join(' ');
  if (block.type === 'articleCard') return block.title;
  if (block.type === 'image') return `[${block.name}]`;
  if (block.type === 'status') return '';
  const parcels = block.parcels.map((parcel) =>
    [parcel.label, parcel.statusLabel, parcel.carrier, parcel.estimate].filter(Boolean).join(', '),
  );
  return [`${block.number}: ${block.statusLabel}`, ...parcels].join('\n');
}
