import type { Events } from './events.ts';
import type { Log } from './log.ts';

/** Sends what is due at every event of a conversation, and every few seconds for what waits for its next try. Returns how to stop, after what is under way. */
export function keepSending({ senders, events, everySeconds, log }: Sending): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const flush = () => {
    if (stopped) return;
    last = Promise.all(
      senders.map((sender) =>
        sender.flush().catch((error: unknown) => log.warn({ err: error }, 'what goes out waits for the database')),
      ),
    );
  };
  const unsubscribe = events.subscribe((event) => {
    if (event.t === 'conversation' || event.t === 'resync') flush();
  });
  const timer = setInterval(flush, everySeconds * 1000);
  return async () => {
    stopped = true;
    unsubscribe();
    clearInterval(timer);
    await last;
  };
}

type Sending = {
  /** Each looks for what is due and sends it. */
  senders: readonly { flush(): Promise<void> }[];
  events: Events;
  everySeconds: number;
  log: Log;
};
