import type { Kysely } from 'kysely';
import { dueTurns } from '../core/conversations/turns.ts';
import type { CoreTables } from '../core/database/tables.ts';
import type { Log } from '../core/log.ts';
import type { TurnOutcome } from './turn.ts';

/**
 * Runs turns: at once when a message arrives, and by a sweep for those whose process died. One at a time per conversation
 * here, by lease across processes; at most `atOnce` together, so that a burst does not starve the database pool.
 */
export function createTurns({ db, runTurn, sweepSeconds, log, atOnce = 6 }: TurnsParts): Turns {
  const waiting: string[] = [];
  const queued = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const repeat = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function start(conversationId: string) {
    if (stopped || queued.has(conversationId)) return;
    // A message that comes while its conversation's turn runs is either part of that turn or the reason for the next.
    if (running.has(conversationId)) {
      repeat.add(conversationId);
      return;
    }
    queued.add(conversationId);
    waiting.push(conversationId);
    next();
  }

  function next() {
    while (running.size < atOnce) {
      const id = waiting.shift();
      if (id === undefined) return;
      queued.delete(id);
      running.set(id, run(id));
    }
  }

  async function run(id: string): Promise<void> {
    let outcome: TurnOutcome = 'failed';
    try {
      outcome = await runTurn(id);
    } catch (error) {
      // The database is away: the sweep finds the conversation when it is back.
      log.warn({ err: error, conversation: id }, 'a turn could not start');
    } finally {
      running.delete(id);
      const more = repeat.delete(id) || outcome === 'dropped';
      if (more && outcome !== 'failed') start(id);
      next();
    }
  }

  async function sweep(): Promise<void> {
    for (const id of await dueTurns(db, 1)) start(id);
  }

  function schedule() {
    timer = setTimeout(() => {
      sweep()
        .catch((error) => log.warn({ err: error }, 'the sweep could not read the database'))
        .finally(() => stopped || schedule());
    }, sweepSeconds * 1000);
  }

  return {
    start,
    async begin() {
      await sweep();
      schedule();
    },
    async drain() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}

export type Turns = {
  /** Runs a turn of this conversation soon. */
  start(conversationId: string): void;
  /** Takes up what an earlier process left, then sweeps. */
  begin(): Promise<void>;
  /** Lets running turns end and starts no more. */
  drain(): Promise<void>;
};

type TurnsParts = {
  db: Kysely<CoreTables>;
  runTurn(conversationId: string): Promise<TurnOutcome>;
  sweepSeconds: number;
  log: Log;
  atOnce?: number;
};
