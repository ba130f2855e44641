import type { MessageView } from '../../core/conversations/types.ts';
import { createActions } from './actions.ts';
import { createHistory } from './history.ts';
import { createMessageLog } from './log.ts';
import { createSession } from './session.ts';
import { chime } from './sound.ts';
import { readEvents } from './sse.ts';
import { createStore } from './store.ts';
import type { ChatOptions, ChatView, Client, ConversationState, Pending, Polled, Shown } from './types.ts';
import { emptyView } from './view.ts';

/** The chat's side of the protocol: token, outbox that sends again by itself, one live stream per browser, long polling else. */
export function createClient(options: ChatOptions, onChange: (view: ChatView) => void): Client {
  const store = createStore('anshin.');
  const log = createMessageLog();
  const peers = 'BroadcastChannel' in globalThis ? new BroadcastChannel('anshin') : undefined;
  let conversationId = store.get('conversation') ?? '';
  let context = options.context;
  let stopped = false;
  let stream: AbortController | undefined;
  let flushing: Promise<void> | undefined;
  let streamFailures = 0;
  const view = emptyView(options, store, conversationId);

  const show = (patch: Partial<ChatView> = {}) => {
    Object.assign(view, patch, { messages: log.messages, outbox: log.outbox, conversationId });
    onChange({ ...view });
  };

  // Messages that an earlier page could not send go out first.
  for (const pending of JSON.parse(store.get('outbox') ?? '[]') as Pending[])
    log.queue({ ...pending, status: 'retrying' });

  peers?.addEventListener(
    'message',
    (event: MessageEvent<{ messages?: MessageView[]; state?: ConversationState; conversationId?: string }>) => {
      if (event.data.conversationId !== conversationId) return;
      for (const message of event.data.messages ?? []) add(message, false);
      if (event.data.state) show({ state: event.data.state });
    },
  );
  const online = () => {
    show({ online: true });
    void flush();
    stream?.abort();
  };
  addEventListener('online', online);
  addEventListener('offline', () => show({ online: false }));
  document.addEventListener('visibilitychange', () => {
    // After sleep a dead connection may look alive.
    if (document.visibilityState === 'visible' && Date.now() - lastSign > 40_000) stream?.abort();
  });
  let lastSign = Date.now();

  const session = createSession({
    api: `${options.origin}/channels/web`,
    options,
    store,
    onEntered({
      conversationId: entered,
      shopName,
      linkHosts,
      languages,
      state,
      agent,
      position,
      typing,
      language,
      pinned,
      previous,
      messageSeq = 0,
    }) {
      const first = Math.max(0, messageSeq - firstPage);
      if (enter(entered, first)) history.begin(entered, first + 1, previous ?? false);
      const now: ConversationState = {
        state,
        ...(agent ? { agent } : {}),
        ...(position ? { position } : {}),
        typing: typing ?? false,
        language: language ?? 'en',
        pinned: pinned ?? false,
      };
      show({ shopName, linkHosts, languages, state: now });
    },
  });

  const actions = createActions({ session, store, view, show, id });
  const history = createHistory({ session, view, show });

  function add(message: MessageView, tell = true) {
    if (!log.add(message)) return;
    save();
    // The stored message stands where its sentences formed.
    show(message.from === 'customer' ? {} : { draft: '' });
    if (message.from !== 'customer') {
      options.emit('message', { from: message.from });
      if (tell && Date.now() - Date.parse(message.at) < newMs) chime();
    }
    if (tell) peers?.postMessage({ conversationId, messages: [message] });
  }

  function save() {
    store.set('outbox', JSON.stringify(log.outbox));
  }

  // What was said in the conversation before stays readable above the new one.
  function enter(id: string, first = 0): boolean {
    if (id === conversationId && log.messages.length > 0) return false;
    const old = log.messages.map((message): Shown => ({ ...message, conversationId }));
    if (id !== conversationId) view.archive = [...view.archive, ...old];
    conversationId = id;
    store.set('conversation', id);
    log.clear(first);
    return true;
  }

  // One at a time and in order; the same clientId makes a repetition harmless.
  async function flush(): Promise<void> {
    flushing ??= (async () => {
      let pause = 500;
      for (
        let next = log.outbox.find((pending) => pending.status !== 'refused');
        next && !stopped;
        next = log.outbox.find((pending) => pending.status !== 'refused')
      ) {
        const { clientId, text, payload, photos } = next;
        try {
          const response = await session.post('/messages', {
            clientId,
            text,
            ...(payload ? { payload } : {}),
            ...(photos ? { attachments: photos.map((photo) => photo.id) } : {}),
            ...(context ? { context } : {}),
          });
          if (response.ok) {
            const {
              seq,
              id,
              conversationId: where,
            } = (await response.json()) as { seq: number; id: string; conversationId: string };
            enter(where);
            add({
              seq,
              id,
              from: 'customer',
              language: view.language,
              body: [
                ...(text ? [{ type: 'text' as const, spans: [{ text }] }] : []),
                ...(photos ?? []).map(({ id: _, ...photo }) => ({ type: 'image' as const, ...photo })),
              ],
              clientId,
              at: new Date().toISOString(),
            });
            log.drop(clientId);
            pause = 500;
          } else if (response.status === 429 || response.status >= 500) {
            log.mark(clientId, 'retrying');
            pause = Math.max(pause, Number(response.headers.get('Retry-After') ?? 0) * 1000);
          } else {
            log.mark(clientId, 'refused', response.status === 413 ? 'tooLong' : 'failed');
          }
        } catch {
          log.mark(clientId, 'retrying');
        }
        save();
        show();
        if (log.outbox.some((pending) => pending.clientId === clientId && pending.status === 'retrying')) {
          await sleep(pause + Math.random() * 200);
          pause = Math.min(pause * 2, 15_000);
        }
      }
    })().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  // The leader of this browser's tabs holds the stream and tells the others.
  async function live(): Promise<void> {
    for (let pause = 300; !stopped; ) {
      try {
        await session.authorise();
        show({ ready: true });
        if (streamFailures >= 2) await poll(20);
        else await follow();
        pause = 300;
      } catch {
        streamFailures += streamFailures < 2 && navigator.onLine && view.ready ? 1 : 0;
        await sleep(pause + Math.random() * 300);
        pause = Math.min(pause * 2, 10_000);
      }
    }
  }

  async function follow(): Promise<void> {
    stream = new AbortController();
    const response = await session.get(`/stream?after=${log.last}&conversation=${conversationId}`, stream.signal);
    if (response.status === 401) session.forget();
    if (!response.ok) throw new Error(`stream ${response.status}`);
    lastSign = Date.now();
    await readEvents(response, (event, data) => {
      lastSign = Date.now();
      streamFailures = 0;
      if (event === 'message') add(data as MessageView);
      if (event === 'moved') {
        enter((data as { conversationId: string }).conversationId);
        show();
      }
      if (event === 'state') heard(data as ConversationState);
      if (event === 'draft') show({ draft: `${view.draft} ${(data as { text: string }).text}`.trim() });
      if (event === 'withdraw') show({ draft: '' });
    });
  }

  // `wait` seconds for something new; without them what is there now.
  async function poll(wait: number): Promise<void> {
    const response = await session.get(`/messages?after=${log.last}&wait=${wait}`);
    if (!response.ok) throw new Error(`poll ${response.status}`);
    const answer = (await response.json()) as Polled;
    const same = answer.conversationId === conversationId;
    enter(answer.conversationId);
    // Read again from the start of the other conversation.
    if (!same) return poll(0);
    for (const message of answer.messages) add(message, wait > 0);
    heard(answer.state);
  }

  function heard(state: ConversationState) {
    if (state.state !== view.state.state)
      options.emit(state.state === 'closed' ? 'closed' : state.state === 'bot' ? 'open' : 'handoff', {
        state: state.state,
      });
    show({ state, ...(state.state === 'bot' ? {} : { draft: '' }) });
    peers?.postMessage({ conversationId, state });
  }

  return {
    start() {
      const run = () => live();
      // Another tab may lead: this one still reads once, and takes over when the leader closes.
      if (navigator.locks) {
        void session
          .authorise()
          .then(() => poll(0))
          .catch(() => undefined)
          .finally(() => show({ ready: true }));
        void navigator.locks.request('anshin.stream', run).catch(run);
      } else void run();
      if (options.token) void actions.identify(options.token);
      void flush();
    },
    send(text, { payload, photos } = {}) {
      log.queue({
        clientId: id(),
        text,
        ...(photos?.length ? { photos } : {}),
        ...(payload ? { payload } : {}),
        at: new Date().toISOString(),
        status: 'sending',
      });
      save();
      show();
      void flush();
    },
    retry(clientId) {
      log.mark(clientId, 'sending');
      show();
      void flush();
    },
    ...actions,
    earlier: history.earlier,
    setContext(next) {
      context = next;
    },
    stop() {
      stopped = true;
      stream?.abort();
      peers?.close();
      removeEventListener('online', online);
    },
  };
}

const firstPage = 50;
// Older ones are read again, not new.
const newMs = 30_000;

function id(): string {
  // crypto.randomUUID exists in secure contexts only; a shop's test page may be none.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
