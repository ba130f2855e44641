import type { MessageView } from '../../core/conversations/types.ts';
import type { Pending } from './types.ts';

/**
 * The messages of one conversation by number, and those on their way. Whatever is told twice is shown once, and a message
 * of ours leaves the outbox when its number comes back.
 */
export function createMessageLog(): MessageLog {
  const bySeq = new Map<number, MessageView>();
  let outbox: Pending[] = [];
  let last = 0;
  let sorted: MessageView[] | undefined;
  return {
    add(message) {
      if (bySeq.has(message.seq)) return false;
      bySeq.set(message.seq, message);
      while (bySeq.has(last + 1)) last += 1;
      sorted = undefined;
      outbox = outbox.filter((pending) => pending.clientId !== message.clientId);
      return true;
    },
    queue(pending) {
      outbox = [...outbox, pending];
    },
    mark(clientId, status, reason) {
      outbox = outbox.map((pending) =>
        pending.clientId === clientId ? { ...pending, status, ...(reason ? { reason } : {}) } : pending,
      );
    },
    drop(clientId) {
      outbox = outbox.filter((pending) => pending.clientId !== clientId);
    },
    clear(first) {
      bySeq.clear();
      sorted = undefined;
      last = first;
    },
    get messages() {
      sorted ??= [...bySeq.values()].sort((a, b) => a.seq - b.seq);
      return sorted;
    },
    get outbox() {
      return outbox;
    },
    get last() {
      return last;
    },
  };
}

export type MessageLog = {
  /** False when it was there already. */
  add(message: MessageView): boolean;
  queue(pending: Pending): void;
  mark(clientId: string, status: Pending['status'], reason?: string): void;
  drop(clientId: string): void;
  /** Empties it; what comes next has a number above `first`. */
  clear(first: number): void;
  readonly messages: MessageView[];
  readonly outbox: Pending[];
  /** The number up to which nothing is missing: where a stream goes on. */
  readonly last: number;
};
