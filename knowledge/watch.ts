import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { createArticles } from './articles.ts';
import { currentFacts } from './facts.ts';
import type { Search } from './search.ts';

/**
 * Keeps this process's index equal to what is published: woken by events, and by a look at the revision every few seconds
 * for the event that was missed.
 */
export function watchKnowledge({ db, events, search, log, pollMs = 3000 }: WatchParts): KnowledgeWatch {
  const articles = createArticles(db);
  let seen: string | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    const revision = await articles.revision();
    if (revision === seen) return;
    const started = performance.now();
    search.replace(await articles.published(), await currentFacts(db));
    seen = revision;
    log.info({ passages: search.size, revision, ms: Math.round(performance.now() - started) }, 'articles indexed');
  }

  // A second wake-up while one refresh runs looks once more afterwards, for the first may have read too early.
  function wake(): Promise<void> {
    running = (running ?? Promise.resolve())
      .then(refresh)
      .catch((error) => log.warn({ err: error }, 'articles could not be read'));
    return running;
  }

  const unsubscribe = events.subscribe((event) => {
    if (event.t === 'knowledge' || event.t === 'resync') void wake();
  });
  return {
    ready: wake(),
    begin() {
      timer = setInterval(() => void wake(), pollMs);
    },
    async stop() {
      unsubscribe();
      clearInterval(timer);
      await running;
    },
  };
}

type WatchParts = {
  db: Kysely<CoreTables>;
  events: Events;
  search: Search;
  log: Log;
  pollMs?: number;
};

export type KnowledgeWatch = {
  /** Settles when the first index stands. */
  ready: Promise<void>;
  begin(): void;
  stop(): Promise<void>;
};
