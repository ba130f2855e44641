import type { MessageView } from '../../core/conversations/types.ts';
import { createActions } from './actions.ts';
import { createHistory } from './history.ts';
import { createMessageLog } from './log.ts';
import { type Answer, createOutbox } from './outbox.ts';
import { createPause } from './pause.ts';
import { createSession } from './session.ts';
import { chime } from './sound.ts';
import { readEvents } from './sse.ts';
import { createStore } from './store.ts';
import { createTabs, type Word } from './tabs.ts';
import type { ChatOptions, ChatView, Client, ConversationState, Pending, Polled, Shown } from './types.ts';
import { emptyView } from './view.ts';

/** The chat's side of the protocol: token, outbox that sends again by itself, one live stream per browser, long polling else. */
export function createClient(options: ChatOptions, onChange: (view: ChatView) => void): Client {
  const store = createStore('anshin.');
  const log = createMessageLog();
  const rest = createPause();
  let conversationId = store.get('conversation') ?? '';
  let context = options.context;
  let stopped = false;
  let leads = false;
  let stream: AbortController | undefined;
  let streamFailures = 0;
  let polls = 0;
  let lastSign = Date.now();
  const view = emptyView(options, store, conversationId);

  const show = (patch: Partial<ChatView> = {}) => {
    Object.assign(view, patch, { messages: log.messages, outbox: log.outbox, conversationId });
    onChange({ ...view });
  };

  const tabs = createTabs((word: Word) => {
    lastSign = Date.now();
    // The conversation moved on and this tab has not heard it: it looks for itself.
    if (word.conversationId !== conversationId) return void look();
    for (const message of word.messages ?? []) add(message, false);
    if (word.state) show({ state: word.state });
    if (word.draft !== undefined) show({ draft: word.draft });
  });

  function online() {
    show({ online: true });
    outbox.wake();
    rest.wake();
    stream?.abort();
  }
  const offline = () => show({ online: false });
  // After sleep a dead connection may look alive, and a tab that leads may be frozen: a phone stops the tabs it does not show.
  const silent = () => Math.abs(Date.now() - lastSign) > silentMs;
  function check() {
    if (document.visibilityState !== 'visible' || !silent()) return;
    lastSign = Date.now();
    rest.wake();
    if (leads) stream?.abort();
    else look();
  }
  const watch = setInterval(check, 5_000);
  addEventListener('online', online);
  addEventListener('offline', offline);
  document.addEventListener('visibilitychange', check);

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

  const outbox = createOutbox({ store, log, deliver, changed: show });
  const actions = createActions({ session, store, view, show });
  const history = createHistory({ session, view, show });

  function add(message: MessageView, tell = true) {
    if (!log.add(message)) return;
    if (message.clientId) outbox.forget(message.clientId);
    // The stored message stands where its sentences formed.
    show(message.from === 'customer' ? {} : { draft: '' });
    if (message.from !== 'customer') {
      options.emit('message', { from: message.from });
      if (tell && Date.now() - Date.parse(message.at) < newMs) chime();
    }
    if (tell) tabs.tell({ conversationId, messages: [message] });
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

  async function deliver({ clientId, text, payload, photos }: Pending): Promise<Answer> {
    const response = await session.post('/messages', {
      clientId,
      text,
      ...(payload ? { payload } : {}),
      ...(photos ? { attachments: photos.map((photo) => photo.id) } : {}),
      ...(context ? { context } : {}),
    });
    if (again.has(response.status) || response.status >= 500)
      return { again: true, seconds: Number(response.headers.get('Retry-After') ?? 0) };
    if (!response.ok) return { refused: response.status === 413 ? 'tooLong' : 'failed' };
    const stored = (await response.json()) as { seq: number; id: string; conversationId: string };
    enter(stored.conversationId);
    const images = (photos ?? []).map(({ id: _, ...photo }) => ({ type: 'image' as const, ...photo }));
    add({
      seq: stored.seq,
      id: stored.id,
      from: 'customer',
      language: view.language,
      body: [...(text ? [{ type: 'text' as const, spans: [{ text }] }] : []), ...images],
      clientId,
      at: new Date().toISOString(),
    });
    return { sent: true };
  }

  // The leader of this browser's tabs holds the stream and tells the others.
  async function live(): Promise<void> {
    leads = true;
    for (let pause = 300; !stopped; ) {
      try {
        await session.authorise();
        show({ ready: true });
        if (streamFailures < 2) await follow();
        else {
          await poll(20);
          // Now and then the stream gets another chance: the server may only have been restarted.
          polls += 1;
          if (polls % 5 === 0) streamFailures = 1;
        }
        pause = 300;
      } catch {
        streamFailures += streamFailures < 2 && navigator.onLine && view.ready ? 1 : 0;
        await rest.wait(pause + Math.random() * 300);
        pause = Math.min(pause * 2, 10_000);
      }
    }
  }

  async function follow(): Promise<void> {
    stream = new AbortController();
    const response = await session.get(`/stream?after=${log.last}&conversation=${conversationId}`, stream.signal);
    if (!response.ok) throw new Error(`stream ${response.status}`);
    lastSign = Date.now();
    await readEvents(response, onEvent, heartbeat);
  }

  function heartbeat() {
    // The other tabs hear that somebody leads.
    if (Date.now() - lastSign > 5_000) tabs.tell({ conversationId });
    lastSign = Date.now();
    streamFailures = 0;
  }

  function onEvent(event: string, data: unknown) {
    if (event === 'message') add(data as MessageView);
    if (event === 'moved') {
      enter((data as { conversationId: string }).conversationId);
      show();
    }
    if (event === 'state') heard(data as ConversationState);
    if (event === 'draft') form(`${view.draft} ${(data as { text: string }).text}`.trim());
    if (event === 'withdraw') form('');
  }

  function form(draft: string) {
    show({ draft });
    tabs.tell({ conversationId, draft });
  }

  function look() {
    void poll(0).catch(() => undefined);
  }

  // `wait` seconds for something new; without them what is there now.
  async function poll(wait: number): Promise<void> {
    const response = await session.get(`/messages?after=${log.last}&wait=${wait}`);
    if (!response.ok) throw new Error(`poll ${response.status}`);
    const answer = (await response.json()) as Polled;
    lastSign = Date.now();
    const same = answer.conversationId === conversationId;
    enter(answer.conversationId);
    // Read again from the start of the other conversation.
    if (!same) return poll(0);
    for (const message of answer.messages) add(message, wait > 0);
    heard(answer.state);
  }

  function heard(state: ConversationState) {
    if (state.state !== view.state.state)
      if (state.state !== 'bot') options.emit(state.state === 'closed' ? 'closed' : 'handoff', { state: state.state });
    show({ state, ...(state.state === 'bot' ? {} : { draft: '' }) });
    tabs.tell({ conversationId, state });
  }

  return {
    start() {
      // Another tab may lead: this one still reads once, and takes over when the leader closes.
      void session
        .authorise()
        .then(() => poll(0))
        .catch(() => undefined)
        .finally(() => show({ ready: true }));
      tabs.lead(live);
      if (options.token) void actions.identify(options.token);
      void outbox.flush();
    },
    send(text, { payload, photos } = {}) {
      outbox.queue({
        clientId: id(),
        text,
        ...(photos?.length ? { photos } : {}),
        ...(payload ? { payload } : {}),
        at: new Date().toISOString(),
        status: 'sending',
      });
    },
    retry(clientId) {
      log.mark(clientId, 'sending');
      show();
      void outbox.flush();
    },
    unsent: {
      get: () => store.get('unsent') ?? '',
      set: (text) => (text ? store.set('unsent', text) : store.remove('unsent')),
    },
    ...actions,
    earlier: history.earlier,
    whole: async () => [...(await history.whole()), ...log.messages],
    setContext(next) {
      context = next;
    },
    stop() {
      stopped = true;
      stream?.abort();
      rest.wake();
      outbox.stop();
      tabs.close();
      clearInterval(watch);
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      document.removeEventListener('visibilitychange', check);
    },
  };
}

const firstPage = 50;
// Older ones are read again, not new.
const newMs = 30_000;
// Twice the server's sign of life and some.
const silentMs = 40_000;
// Refused for now: a token that ended, too slow, too early, too many.
const again = new Set([401, 408, 425, 429]);

function id(): string {
  // crypto.randomUUID exists in secure contexts only; a shop's test page may be none.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
