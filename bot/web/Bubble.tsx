/** @jsxImportSource preact */
import type { Block, Choice, OrderCard, Span } from '../../core/blocks.ts';
import type { MessageView } from '../../core/conversations/types.ts';
import type { Texts } from './types.ts';
import { Vote } from './Vote.tsx';

/** One message: who speaks, its blocks, and its buttons while it is the last one. Blocks become elements, never HTML. */
export function Bubble({
  message,
  first,
  active,
  texts,
  linkHosts,
  origin,
  onChoose,
  vote,
  onVote,
  onPerson,
}: BubbleProps) {
  const side = message.from === 'customer' ? 'customer' : message.from === 'system' ? 'system' : 'bot';
  const speaker =
    message.from === 'agent' ? (message.agent ?? '') : message.from === 'bot' ? texts('assistant') : undefined;
  const choices = message.body.flatMap((block) => (block.type === 'choices' ? block.choices : []));
  const rest = message.body.filter((block) => block.type !== 'choices' && block.type !== 'status');
  const source = message.from === 'bot' && message.body.some((block) => block.type === 'articleCard');
  return (
    <div class={`row ${side}`} data-seq={message.seq}>
      {first && speaker && <span class="speaker">{speaker}</span>}
      {rest.length > 0 && (
        <div class="bubble" dir="auto" lang={message.language}>
          {rest.map((block, i) => (
            <BlockView key={i} block={block} texts={texts} linkHosts={linkHosts} origin={origin} />
          ))}
        </div>
      )}
      {source && onVote && <Vote vote={vote} texts={texts} onVote={onVote} onPerson={onPerson} />}
      {choices.length > 0 && active && (
        <div class="choices">
          {choices.map((choice) => (
            <button type="button" key={choice.payload} dir="auto" onClick={() => onChoose(choice)}>
              {choice.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

type BubbleProps = {
  message: MessageView;
  /** The first of a run by the same speaker shows the name. */
  first: boolean;
  active: boolean;
  texts: Texts;
  linkHosts: string[];
  origin: string;
  onChoose(choice: Choice): void;
  vote?: boolean | undefined;
  onVote?: ((helpful: boolean) => void) | undefined;
  onPerson(): void;
};

function BlockView({
  block,
  texts,
  linkHosts,
  origin,
}: {
  block: Block;
  texts: Texts;
  linkHosts: string[];
  origin: string;
}) {
  if (block.type === 'text') {
    return (
      <p>
        <Spans spans={block.spans} linkHosts={linkHosts} origin={origin} />
      </p>
    );
  }
  if (block.type === 'list') {
    const items = block.items.map((item, i) => (
      <li key={i}>
        <Spans spans={item} linkHosts={linkHosts} origin={origin} />
      </li>
    ));
    return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
  }
  if (block.type === 'image') {
    return (
      <a class="photo" href={`${origin}/files/${block.key}`} target="_blank" rel="noopener noreferrer">
        <img
          src={`${origin}/files/${block.key}`}
          alt={texts('photoOf', { name: block.name })}
          width={block.width}
          height={block.height}
          loading="lazy"
        />
      </a>
    );
  }
  if (block.type === 'orderCard') return <OrderCardView card={block} texts={texts} />;
  if (block.type === 'articleCard') {
    const href = block.url ? safeLink(block.url, linkHosts, origin) : undefined;
    return href ? (
      <a class="article" href={href} target="_blank" rel="noopener noreferrer">
        <span>{block.title}</span>
        <small>{texts('source')}</small>
      </a>
    ) : (
      <span class="article">{block.title}</span>
    );
  }
  return null;
}

function Spans({ spans, linkHosts, origin }: { spans: Span[]; linkHosts: string[]; origin: string }) {
  return (
    <>
      {spans.map((span, i) => {
        const styled = span.strong ? <strong>{span.text}</strong> : span.em ? <em>{span.text}</em> : span.text;
        const href = span.link ? safeLink(span.link, linkHosts, origin) : undefined;
        return href ? (
          <a key={i} href={href} target="_blank" rel="noopener noreferrer">
            {styled}
          </a>
        ) : (
          <span key={i}>{styled}</span>
        );
      })}
    </>
  );
}

// The server checked it already; what a browser opens is checked where it is opened.
function safeLink(link: string, linkHosts: string[], origin: string): string | undefined {
  if (!URL.canParse(link, origin)) return undefined;
  const url = new URL(link, origin);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const allowed =
    url.origin === origin || linkHosts.some((host) => url.host === host || url.hostname.endsWith(`.${host}`));
  return allowed ? url.href : undefined;
}

function OrderCardView({ card, texts }: { card: OrderCard; texts: Texts }) {
  return (
    <section class="order" aria-label={texts('order', { number: card.number })}>
      <div class="head">
        <strong>
          <bdi>{card.number}</bdi>
        </strong>
        <span class={`status ${card.status}`}>{card.statusLabel}</span>
      </div>
      {card.placedAt && <small>{texts('placed', { date: card.placedAt })}</small>}
      {card.parcels.map((parcel) => (
        <div class="parcel" key={parcel.label}>
          <div class="head">
            <span>{parcel.label}</span>
            <span class={`status ${parcel.status}`}>{parcel.statusLabel}</span>
          </div>
          {parcel.carrier && (
            <small>
              <bdi>{parcel.carrier}</bdi>
            </small>
          )}
          {parcel.estimate && <small>{parcel.estimate}</small>}
          <ol class="events">
            {parcel.events.map((event, i) => (
              <li key={i}>
                <span>{event.label}</span>
                <small>{[event.date, event.place].filter(Boolean).join(' · ')}</small>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}
