/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Bubble } from './Bubble.tsx';
import { Composer } from './Composer.tsx';
import { Top } from './Top.tsx';
import type { ChatView, Client, Photo, Texts } from './types.ts';

/** The open chat: head, messages, state line, box. */
export function Panel({ view, texts, language, client, origin, position, onClose }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { state } = view;
  const send = (text: string, photos: Photo[]) => {
    atEnd.current = true;
    client.send(text, { photos });
  };
  const person = () => client.send(texts('person'), { payload: 'person' });
  const bubble = { texts, linkHosts: view.linkHosts, origin, onPerson: person };
  const count = view.messages.length + view.outbox.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message or the typing sign is the reason to scroll
  useLayoutEffect(() => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count, state.typing, view.draft]);

  useEffect(() => {
    panel.current?.querySelector('textarea')?.focus();
    // The on-screen keyboard of a phone makes the visible part smaller: the panel follows it.
    const viewport = window.visualViewport;
    const follow = () => {
      // Pinching makes it smaller too, and then the panel stays as it is.
      const height = viewport ? viewport.height * viewport.scale : innerHeight;
      panel.current?.style.setProperty('--height', `${Math.round(height)}px`);
      panel.current?.style.setProperty('--top', `${viewport?.scale === 1 ? Math.round(viewport.offsetTop) : 0}px`);
    };
    follow();
    viewport?.addEventListener('resize', follow);
    viewport?.addEventListener('scroll', follow);
    return () => {
      viewport?.removeEventListener('resize', follow);
      viewport?.removeEventListener('scroll', follow);
    };
  }, []);

  const last = view.messages.at(-1);
  return (
    <div
      ref={panel}
      class={`panel ${position}`}
      role="dialog"
      aria-label={texts('title', { shop: view.shopName })}
      dir={language === 'ar' ? 'rtl' : 'ltr'}
      lang={language}
      onKeyDown={(event) => {
        // An input method's Escape takes back a word, not the chat.
        if (event.key === 'Escape' && !event.isComposing) onClose();
      }}
    >
      <Top view={view} texts={texts} language={language} client={client} onClose={onClose} />
      <div
        ref={list}
        class="list"
        role="log"
        aria-live="polite"
        aria-label={texts('history')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={() => {
          const box = list.current;
          if (box) atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
        }}
      >
        {view.more && (
          <button type="button" class="link earlier" onClick={() => void client.earlier()}>
            {texts('earlier')}
          </button>
        )}
        {view.archive.map((message, i) => (
          <Bubble
            key={`${message.conversationId}:${message.seq}`}
            message={message}
            first={view.archive[i - 1]?.from !== message.from}
            active={false}
            onChoose={() => undefined}
            {...bubble}
          />
        ))}
        {!view.more && <p class="welcome">{texts('welcome')}</p>}
        {view.messages.map((message, i) => (
          <Bubble
            key={message.seq}
            message={message}
            first={view.messages[i - 1]?.from !== message.from || view.messages[i - 1]?.agent !== message.agent}
            active={message === last && view.outbox.length === 0}
            onChoose={(choice) => client.send(choice.label, { payload: choice.payload })}
            vote={view.votes[`${view.conversationId}:${message.seq}`]}
            onVote={(helpful) => void client.vote(message.seq, helpful)}
            {...bubble}
          />
        ))}
        {view.draft && (
          <div class="row bot">
            <div class="bubble draft" dir="auto" aria-live="off">
              <p>{view.draft}</p>
            </div>
          </div>
        )}
        {view.outbox.map((pending) => (
          <div class="row customer" key={pending.clientId}>
            <div class="bubble pending" dir="auto">
              {pending.text}
              {pending.photos?.map((photo) => (
                <p key={photo.id}>{photo.name}</p>
              ))}
            </div>
            <small class={pending.status} role={pending.status === 'sending' ? undefined : 'status'}>
              {pending.status === 'refused' ? (
                <button type="button" class="retry" onClick={() => client.retry(pending.clientId)}>
                  {pending.reason === 'tooLong' ? texts('tooLong', { limit: 4000 }) : texts('failed')}
                </button>
              ) : (
                texts(pending.status)
              )}
            </small>
          </div>
        ))}
        {state.typing && !view.draft && (
          <div class="row bot">
            <div class="bubble typing" role="status" aria-label={texts('typing')}>
              <i />
              <i />
              <i />
            </div>
          </div>
        )}
      </div>
      <div class="state" role="status">
        {!view.online ? texts('offline') : !view.ready ? texts('connecting') : null}
        {view.online && state.state === 'waiting' && (
          <>
            <span>{texts('waiting', { position: state.position ?? 1 })}</span>
            <button type="button" class="link" onClick={() => void client.back()}>
              {texts('back')}
            </button>
          </>
        )}
        {view.online && state.state === 'agent' && texts('withAgent', { agent: state.agent ?? '' })}
        {view.online && state.state === 'closed' && texts('closed')}
      </div>
      <Composer texts={texts} origin={origin} client={client} onSend={send} />
      {(state.state === 'bot' || state.state === 'closed') && (
        <button type="button" class="person" onClick={person}>
          {texts('person')}
        </button>
      )}
    </div>
  );
}

type PanelProps = {
  view: ChatView;
  texts: Texts;
  language: string;
  client: Client;
  origin: string;
  position: 'start' | 'end';
  onClose(): void;
};
