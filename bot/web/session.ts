import type { Store } from './store.ts';
import { alone } from './tabs.ts';
import type { ChatOptions, Entered } from './types.ts';

/** The visitor's token: fetched with the secret that this browser keeps, renewed before it ends. Calls that it refuses are tried once anew. */
export function createSession({ api, options, store, onEntered }: SessionParts): Session {
  let token = '';
  let until = 0;
  // Not the clock of the day: it may be wrong, or set.
  const valid = () => token !== '' && performance.now() < until;

  async function fetchToken(): Promise<void> {
    if (valid()) return;
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
    until = performance.now() + answer.expiresIn * 1000 - 60_000;
    store.set('secret', answer.secret);
    onEntered(answer);
  }

  // Two tabs that open at the same moment must not become two visitors: the second waits and finds the first one's secret. Nor must two calls of one page.
  let entering: Promise<void> | undefined;
  const authorise = async () => {
    if (valid()) return;
    entering ??= alone('anshin.visitor', fetchToken).finally(() => {
      entering = undefined;
    });
    await entering;
  };

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const send = async () => {
      await authorise();
      return fetch(api + path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
    };
    const response = await send();
    if (response.status !== 401) return response;
    token = '';
    return send();
  }

  const post = (path: string, type: string, body: BodyInit) =>
    call(path, { method: 'POST', headers: { 'Content-Type': type }, body });
  return {
    authorise,
    get: (path, signal) => call(path, signal ? { signal } : {}),
    post: (path, body) => post(path, 'application/json', JSON.stringify(body)),
    upload: (path, file) => post(path, 'application/octet-stream', file),
  };
}

export type Session = {
  authorise(): Promise<void>;
  get(path: string, signal?: AbortSignal): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Sends a file's bytes as they are. */
  upload(path: string, file: Blob): Promise<Response>;
};

type SessionParts = { api: string; options: ChatOptions; store: Store; onEntered(answer: Entered): void };
