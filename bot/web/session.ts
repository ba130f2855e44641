import type { Store } from './store.ts';
import type { ChatOptions, Entered } from './types.ts';

/** The visitor's token: fetched with the secret that this browser keeps, renewed before it ends. Calls that it refuses are tried once anew. */
export function createSession({ api, options, store, onEntered }: SessionParts): Session {
  let token = '';
  let expires = 0;

  async function fetchToken(): Promise<void> {
    if (token && Date.now() < expires - 60_000) return;
    const secret = store.get('secret');
    const response = await fetch(`${api}/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...(secret ? { secret } : {}),
        language: options.language ?? navigator.language,
        ...(options.market ? { market: options.market } : {}),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    });
    if (!response.ok) throw new Error(`token ${response.status}`);
    const answer = (await response.json()) as Entered;
    token = answer.token;
    expires = Date.parse(answer.expiresAt);
    store.set('secret', answer.secret);
    onEntered(answer);
  }

  const session: Session = {
    // Two tabs that open at the same moment must not become two visitors: the second waits and finds the first one's secret.
    async authorise() {
      if (token && Date.now() < expires - 60_000) return;
      if (!navigator.locks) return fetchToken();
      await navigator.locks.request('anshin.visitor', fetchToken);
    },
    get: (path, signal) =>
      fetch(api + path, { headers: { Authorization: `Bearer ${token}` }, ...(signal ? { signal } : {}) }),
    async post(path, body) {
      await session.authorise();
      const send = () =>
        fetch(api + path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
        });
      const response = await send();
      if (response.status !== 401) return response;
      token = '';
      await session.authorise();
      return send();
    },
    async upload(path, file) {
      await session.authorise();
      return fetch(api + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream', Authorization: `Bearer ${token}` },
        body: file,
      });
    },
    forget() {
      token = '';
    },
  };
  return session;
}

export type Session = {
  authorise(): Promise<void>;
  get(path: string, signal?: AbortSignal): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Sends a file's bytes as they are. */
  upload(path: string, file: Blob): Promise<Response>;
  /** The token was refused: the next call fetches another. */
  forget(): void;
};

type SessionParts = { api: string; options: ChatOptions; store: Store; onEntered(answer: Entered): void };
