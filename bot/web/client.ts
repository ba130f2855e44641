import type { MessageView } from '../../core/conversations/types.ts';
import type { ChatOptions } from './chat.tsx';
import { createMessageLog } from './log.ts';
import { readEvents } from './sse.ts';
import { createStore } from './store.ts';
import type { ChatView, ConversationState, Pending } from './types.ts';

/** The chat's side of the protocol: token, outbox that sends again by itself, one live stream per browser, long polling else. */
export function createClient(options: ChatOptions, onChange: (view: ChatView) => void): Client {
  const api = `${options.origin}/channels/web`;
  const store = createStore('anshin.');
  const log = createMessageLog();
  const peers = 'BroadcastChannel' in globalThis ? new BroadcastChannel('anshin') : undefined;
  let token = '';
  let expires = 0;
  let conversationId = store.get('conversation') ?? '';
  let context = options.context;
  let stopped = false;
  let stream: AbortController | undefined;
  let flushing: Promise<void> | undefined;
  let streamFailures = 0;
  const view: ChatView = { messages: [], outbox: [], state: { state: 'bot' }, online: navigator.onLine, ready: false, language: options.language?.slice(0, 2) ?? 'en', shopName: '', linkHosts: [], languages: [] };

  const show = (patch: Partial<ChatView> = {}) => {
    Object.assign(view, patch, { messages: log.messages, outbox: log.outbox });
    onChange({ ...view });
  };

  // Messages that an earlier page could not send go out first.
  for (const pending of JSON.parse(store.get('outbox') ?? '[]') as Pending[]) log.queue({ ...pending, status: 'retrying' });

  peers?.addEventListener('message', (event: MessageEvent<{ messages?: MessageView[]; state?: ConversationState; conversationId?: string }>) => {
    if (event.data.conversationId !== conversationId) return;
    for (const message of event.data.messages ?? []) add(message, false);
    if (event.data.state) show({ state: event.data.state });
  });
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

  function add(message: MessageView, tell = true) {
    if (!log.add(message)) return;
    save();
    show();
    if (message.from !== 'customer') options.emit('message', { from: message.from });
    if (tell) peers?.postMessage({ conversationId, messages: [message] });
  }

  function save() {
    store.set('outbox', JSON.stringify(log.outbox));
  }

  // Two tabs that open at the same moment must not become two visitors: the second waits and finds the first one's secret.
  async function authorise(): Promise<void> {
    if (token && Date.now() < expires - 60_000) return;
    if (!navigator.locks) return fetchToken();
    await navigator.locks.request('anshin.visitor', fetchToken);
  }

  async function fetchToken(): Promise<void> {
    if (token && Date.now() < expires - 60_000) return;
    const secret = store.get('secret');
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const response = await fetch(`${api}/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...(secret ? { secret } : {}), language: options.language ?? navigator.language, ...(options.market ? { market: options.market } : {}), timeZone: zone }),
    });
    if (!response.ok) throw new Error(`token ${response.status}`);
    const answer = (await response.json()) as { token: string; expiresAt: string; secret: string; conversationId: string; shopName: string; linkHosts: string[]; languages: string[] } & ConversationState;
    token = answer.token;
    expires = Date.parse(answer.expiresAt);
    store.set('secret', answer.secret);
    enter(answer.conversationId);
    const { state, agent, position, typing, language, pinned } = answer;
    show({ shopName: answer.shopName, linkHosts: answer.linkHosts, languages: answer.languages, state: { state, ...(agent ? { agent } : {}), ...(position ? { position } : {}), typing: typing ?? false, language: language ?? 'en', pinned: pinned ?? false } });
  }

  function enter(id: string) {
    if (id === conversationId) return;
    conversationId = id;
    store.set('conversation', id);
    log.clear();
  }

  async function call(path: string, body: unknown): Promise<Response> {
    await authorise();
    const send = () => fetch(api + path, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
    const response = await send();
    if (response.status !== 401) return response;
    token = '';
    await authorise();
    return send();
  }

  // One at a time and in order; the same clientId makes a repetition harmless.
  async function flush(): Promise<void> {
    flushing ??= (async () => {
      let pause = 500;
      for (let next = log.outbox.find((pending) => pending.status !== 'refused'); next && !stopped; next = log.outbox.find((pending) => pending.status !== 'refused')) {
        const { clientId, text, payload } = next;
        try {
          const response = await call('/messages', { clientId, text, ...(payload ? { payload } : {}), ...(context ? { context } : {}) });
          if (response.ok) {
            const { seq, id, conversationId: where } = (await response.json()) as { seq: number; id: string; conversationId: string };
            enter(where);
            add({ seq, id, from: 'customer', language: view.language, body: [{ type: 'text', spans: [{ text }] }], clientId, at: new Date().toISOString() });
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
        await authorise();
        show({ ready: true });
        if (streamFailures >= 2) await poll();
        else await follow();
        pause = 300;
      } catch {
        streamFailures += streamFailures < 2 && navigator.onLine && token ? 1 : 0;
        await sleep(pause + Math.random() * 300);
        pause = Math.min(pause * 2, 10_000);
      }
    }
  }

  async function follow(): Promise<void> {
    stream = new AbortController();
    const response = await fetch(`${api}/stream?after=${log.last}&conversation=${conversationId}`, { headers: { Authorization: `Bearer ${token}` }, signal: stream.signal });
    if (response.status === 401) token = '';
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
    });
  }

  async function poll(): Promise<void> {
    const response = await fetch(`${api}/messages?after=${log.last}&wait=20`, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`poll ${response.status}`);
    const answer = (await response.json()) as { messages: MessageView[]; state: ConversationState; conversationId: string };
    if (answer.conversationId !== conversationId) {
      enter(answer.conversationId);
      return;
    }
    for (const message of answer.messages) add(message);
    heard(answer.state);
  }

  function heard(state: ConversationState) {
    if (state.state !== view.state.state) options.emit(state.state === 'closed' ? 'closed' : state.state === 'bot' ? 'open' : 'handoff', { state: state.state });
    show({ state });
    peers?.postMessage({ conversationId, state });
  }

  return {
    start() {
      const run = () => live();
      // Another tab may lead: this one still reads once, and takes over when the leader closes.
      if (navigator.locks) {
        void authorise().then(poll1).catch(() => undefined).finally(() => show({ ready: true }));
        void navigator.locks.request('anshin.stream', run).catch(run);
      } else void run();
      if (options.token) void this.identify(options.token);
      void flush();
    },
    send(text, payload) {
      log.queue({ clientId: id(), text, ...(payload ? { payload } : {}), at: new Date().toISOString(), status: 'sending' });
      save();
      show();
      void flush();
    },
    retry(clientId) {
      log.mark(clientId, 'sending');
      show();
      void flush();
    },
    async person() {
      await call('/person', { clientId: id() }).catch(() => undefined);
    },
    async back() {
      await call('/back', {}).catch(() => undefined);
    },
    async setLanguage(language) {
      show({ language: language ?? view.language });
      await call('/language', { language }).catch(() => undefined);
    },
    async identify(shopToken) {
      const response = await call('/identify', { token: shopToken }).catch(() => undefined);
      if (response && !response.ok) console.warn("anshin: the shop's token was refused; the chat goes on without it");
    },
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

  async function poll1() {
    const response = await fetch(`${api}/messages?after=${log.last}`, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) return;
    const answer = (await response.json()) as { messages: MessageView[]; state: ConversationState; conversationId: string };
    enter(answer.conversationId);
    for (const message of answer.messages) add(message, false);
    show({ state: answer.state });
  }
}

export type Client = {
  start(): void;
  send(text: string, payload?: string): void;
  retry(clientId: string): void;
  person(): Promise<void>;
  back(): Promise<void>;
  setLanguage(language: string | null): Promise<void>;
  identify(token: string): Promise<void>;
  setContext(context: Record<string, unknown>): void;
  stop(): void;
};

function id(): string {
  // crypto.randomUUID exists in secure contexts only; a shop's test page may be none.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
