import type { MessageLog } from './log.ts';
import { createPause } from './pause.ts';
import type { Store } from './store.ts';
import type { Pending } from './types.ts';

/**
 * Messages that the server has not acknowledged. Each is kept in the browser under a name of its own, so that tabs never
 * overwrite each other's, and goes out in order, again and again, until it has its number or is refused.
 */
export function createOutbox({ store, log, deliver, changed }: OutboxParts): Outbox {
  const pause = createPause();
  let flushing: Promise<void> | undefined;
  let stopped = false;

  // Messages that an earlier page or another tab could not send go out first.
  const kept = store
    .names(prefix)
    .map((name) => store.read(name) as Pending | null)
    .filter((pending) => typeof pending?.clientId === 'string' && typeof pending.text === 'string');
  for (const pending of (kept as Pending[]).sort((a, b) => a.at.localeCompare(b.at)))
    log.queue({ ...pending, status: 'retrying' });

  const next = () => log.outbox.find((pending) => pending.status !== 'refused');

  // One at a time and in order; the same clientId makes a repetition harmless.
  async function send(): Promise<void> {
    let wait = firstWait;
    for (let pending = next(); pending && !stopped; pending = next()) {
      const { clientId } = pending;
      const answer = await deliver(pending).catch((): Answer => ({ again: true }));
      if ('sent' in answer) outbox.forget(clientId);
      else if ('refused' in answer) log.mark(clientId, 'refused', answer.refused);
      else log.mark(clientId, 'retrying');
      changed();
      if (!('again' in answer)) {
        wait = firstWait;
        continue;
      }
      await pause.wait(Math.max(wait, (answer.seconds ?? 0) * 1000) + Math.random() * 200);
      wait = Math.min(wait * 2, longestWait);
    }
  }

  const outbox: Outbox = {
    queue(pending) {
      store.set(prefix + pending.clientId, JSON.stringify(pending));
      log.queue(pending);
      changed();
      void outbox.flush();
    },
    forget(clientId) {
      store.remove(prefix + clientId);
      log.drop(clientId);
    },
    flush() {
      flushing ??= send().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
    wake() {
      pause.wake();
      void outbox.flush();
    },
    stop() {
      stopped = true;
      pause.wake();
    },
  };
  return outbox;
}

/** What became of a try: `again` after some seconds, or never because it is refused. */
export type Answer = { sent: true } | { again: true; seconds?: number } | { refused: string };

export type Outbox = {
  queue(pending: Pending): void;
  /** It has its number: nothing is left to send. */
  forget(clientId: string): void;
  flush(): Promise<void>;
  /** Tries at once what waits for its next try. */
  wake(): void;
  stop(): void;
};

type OutboxParts = {
  store: Store;
  log: MessageLog;
  deliver(pending: Pending): Promise<Answer>;
  changed(): void;
};

const prefix = 'out.';
const firstWait = 500;
const longestWait = 15_000;
