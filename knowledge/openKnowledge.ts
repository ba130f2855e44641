import type { Kysely } from 'kysely';
import type { Config } from '../core/config.ts';
import type { CoreTables } from '../core/database/tables.ts';
import type { Events } from '../core/events.ts';
import type { I18n } from '../core/i18n.ts';
import type { Gist } from '../core/language/gist.ts';
import type { Log } from '../core/log.ts';
import type { Staff } from '../core/staff/staff.ts';
import { articleFigures } from './articleFigures.ts';
import { createArticles } from './articles.ts';
import { createGapRoutes } from './gapRoutes.ts';
import { createGapWorker } from './gapWorker.ts';
import { createHelpPages } from './helpPages.ts';
import { openVectors } from './openVectors.ts';
import { createRerankedSearch, type Reranker } from './rerank.ts';
import { createKnowledgeRoutes, type KnowledgeRouteParts } from './routes.ts';
import { createSearch } from './search.ts';
import { createFusedSearch, type FusedSearch } from './searchFused.ts';
import type { Tokenise } from './types.ts';
import { watchKnowledge } from './watch.ts';

/** Builds what knows the answers: the index that follows what is published, vectors where configured, gaps, and their HTTP. */
export async function openKnowledge(parts: KnowledgeParts): Promise<Knowledge> {
  const { db, events, config, log, tokenise, gistOf, intentsOf, understand, i18n, staff, linkHosts } = parts;
  const search = createSearch({ tokenise, gistOf });
  const articles = createArticles(db, config.shopLanguage);
  const watch = watchKnowledge({ db, events, search, log });
  const gapWorker = createGapWorker({ db, log, tokenise, intentsOf, clean: parts.clean, nameOf: staff.nameOf });
  const vectors = await openVectors({ db, events, config, tokenise, log });
  const findArticles = createFusedSearch({
    search: search.search,
    nearestArticles: async (query) => (await vectors?.nearestArticles(query)) ?? [],
    floor: config.embeddings?.floor ?? 1,
  });
  const unsubscribe = events.subscribe((event) => {
    if (event.t === 'knowledge' || event.t === 'resync') gapWorker.published();
  });
  return {
    findArticles: parts.rerank ? createRerankedSearch(findArticles, parts.rerank) : findArticles,
    routes: createKnowledgeRoutes({
      articles,
      search,
      findArticles,
      intentsOf: understand,
      intents: parts.intents,
      asAnswer: parts.asAnswer,
      figures: (days) => articleFigures(db, days),
      db,
      staff,
      linkHosts,
      i18n,
      shopLanguage: config.shopLanguage,
      uploadMb: config.limits.LIMIT_UPLOAD_MB,
    }),
    gapRoutes: createGapRoutes({ db, articles, gistOf, staff, languages: i18n.languages }),
    helpPages: createHelpPages({ articles, search, tokenise, i18n, config, linkHosts }),
    ready: watch.ready,
    async begin() {
      watch.begin();
      gapWorker.begin();
      await vectors?.begin();
    },
    async stop() {
      unsubscribe();
      await vectors?.stop();
      await gapWorker.stop();
      await watch.stop();
    },
  };
}

/** The opened knowledge. `ready` settles when the first index stands. */
export type Knowledge = {
  findArticles: FusedSearch;
  routes: ReturnType<typeof createKnowledgeRoutes>;
  gapRoutes: ReturnType<typeof createGapRoutes>;
  helpPages: ReturnType<typeof createHelpPages>;
  ready: Promise<void>;
  begin(): Promise<void>;
  stop(): Promise<void>;
};

type KnowledgeParts = Pick<KnowledgeRouteParts, 'intents' | 'asAnswer' | 'i18n' | 'staff' | 'linkHosts'> & {
  db: Kysely<CoreTables>;
  events: Events;
  config: Config;
  log: Log;
  i18n: I18n;
  staff: Staff;
  tokenise: Tokenise;
  gistOf(text: string, language: string): Gist;
  intentsOf(text: string, language: string): { name: string; confidence: number }[];
  understand: KnowledgeRouteParts['intentsOf'];
  /** Removes personal data from a text that is kept; `names` are known from records. */
  clean(text: string, names: readonly string[]): string;
  /** There when a language model is configured. */
  rerank?: Reranker | undefined;
};
