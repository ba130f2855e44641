import type { AppEvent, Events } from '../../core/events.ts';

/**
 * Keeps a client up with a conversation: reads at every event of it, after missed events, and every ten seconds in any
 * case. One read at a time tells everything after the last number sent, so no event can bring a gap or a double.
 */
export function followConversation({ events, idOf, read, failed, drafted }: Followed): Follower {
  let again = false;
  let running = false;
  let stopped = false;

  async function push(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await read(() => !stopped);
      } while (again && !stopped);
    } catch (error) {
      failed(error);
    } finally {
      running = false;
    }
  }

  const unsubscribe = events.subscribe((event) => {
    if (event.t === 'resync' || (event.t === 'conversation' && event.id === idOf())) void push();
    if ((event.t === 'draft' || event.t === 'withdraw') && event.id === idOf()) drafted?.(event);
  });
  const poll = setInterval(() => void push(), pollMs);
  return {
    push,
    stop() {
      stopped = true;
      unsubscribe();
      clearInterval(poll);
    },
  };
}

export type Follower = { push(): Promise<void>; stop(): void };

type Followed = {
  events: Events;
  /** The conversation that is followed now; it may change. */
  idOf(): string;
  /** Reads and tells what is new; `still` says whether anybody listens. */
  read(still: () => boolean): Promise<void>;
  failed(error: unknown): void;
  drafted?(event: Extract<AppEvent, { t: 'draft' | 'withdraw' }>): void;
};

// What an event did not tell is found by looking: the truth is in the database.
const pollMs = 10_000;
