/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Bubble } from './Bubble.tsx';
import { Composer } from './Composer.tsx';
import type { ChatView, Client, Texts } from './types.ts';

/** The open chat: head, messages, state line, box. */
export function Panel({ view, texts, language, client, origin, position, onClose }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [menu, setMenu] = useState(false);
  const { state } = view;
  const send = (text: string) => {
    atEnd.current = true;
    client.send(text);
  };
  const count = view.messages.length + view.outbox.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message or the typing sign is the reason to scroll
  useLayoutEffect(() => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count, state.typing]);

  useEffect(() => {
    panel.current?.querySelector('textarea')?.focus();
    // The on-screen keyboard of a phone makes the visible part smaller: the panel follows it.
    const viewport = window.visualViewport;
    const follow = () =>
      panel.current?.style.setProperty('--height', `${Math.round(viewport?.height ?? innerHeight)}px`);
    follow();
    viewport?.addEventListener('resize', follow);
    return () => viewport?.removeEventListener('resize', follow);
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
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="top">
        <strong>{texts('title', { shop: view.shopName })}</strong>
        <button
          type="button"
          class="icon"
          aria-label={`${language.toUpperCase()}, ${texts('language')}`}
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <span aria-hidden="true">{language.toUpperCase()}</span>
        </button>
        <button type="button" class="icon" aria-label={texts('close')} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </div>
      {menu && (
        <fieldset class="menu">
          <legend>{texts('language')}</legend>
          {view.languages.map((tag) => (
            <button
              type="button"
              key={tag}
              lang={tag}
              aria-pressed={state.pinned === true && tag === language}
              onClick={() => {
                setMenu(false);
                void client.setLanguage(tag);
              }}
            >
              {new Intl.DisplayNames(tag, { type: 'language' }).of(tag)}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={state.pinned !== true}
            onClick={() => [setMenu(false), void client.setLanguage(null)]}
          >
            {texts('auto')}
          </button>
        </fieldset>
      )}
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
        <p class="welcome">{texts('welcome')}</p>
        {view.messages.map((message, i) => (
          <Bubble
            key={message.seq}
            message={message}
            first={view.messages[i - 1]?.from !== message.from || view.messages[i - 1]?.agent !== message.agent}
            active={message === last && view.outbox.length === 0}
            texts={texts}
            linkHosts={view.linkHosts}
            origin={origin}
            onChoose={(choice) => client.send(choice.label, choice.payload)}
          />
        ))}
        {view.outbox.map((pending) => (
          <div class="row customer" key={pending.clientId}>
            <div class="bubble pending" dir="auto">
              {pending.text}
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
        {state.typing && (
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
      <Composer texts={texts} onSend={send} />
      {state.state === 'bot' && (
        <button type="button" class="person" onClick={() => void client.person()}>
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
