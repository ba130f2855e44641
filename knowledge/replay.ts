import { setImmediate as nextTask } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import type { Gist } from '../core/language/gist.ts';
import type { Articles } from './articles.ts';
import { currentFacts } from './facts.ts';
import { gapDb } from './gapTables.ts';
import { createGists } from './gists.ts';
import type { Content, PublishedVariant, SearchQuery } from './types.ts';

/**
 * Tells what publishing a draft would change: past questions that it would answer, and answered ones that it would take over or
 * spoil. Both indexes are built in a thread of their own, one replay at a time, so that no customer waits for it.
 */
export function createReplay({ db, articles, gistOf }: ReplayParts): Replay {
  const addGists = createGists(gistOf);
  let last: Promise<unknown> = Promise.resolve();
  return (draft) => {
    const run = last.catch(() => undefined).then(() => replay(draft));
    last = run;
    return run;
  };

  async function replay({ slug, language, ...content }: ReplayDraft): Promise<ReplayResult> {
    const published = await withGists(await articles.published());
    const before = published.find((variant) => variant.slug === slug && variant.language === language);
    const sibling = published.find((variant) => variant.slug === slug);
    const own: PublishedVariant = {
      intents: [],
      markets: [],
      validFrom: null,
      validUntil: null,
      ...(before ?? sibling),
      ...content,
      slug,
      language,
    };
    const withDraft = [...published.filter((variant) => variant !== before), ...(await withGists([own]))];
    const questions = (await pastQuestions(db)).map((question) => ({
      ...question,
      gist: gistOf(question.text, question.language),
    }));
    const found = await inThread({ published, withDraft, questions, facts: await currentFacts(db) });
    const result: ReplayResult = { asked: questions.length, answers: [], changes: [] };
    questions.forEach(({ text, language: spoken }, i) => {
      const [old, fresh] = [found.before[i] ?? null, found.after[i] ?? null];
      if (old === fresh) return;
      const line = { text, language: spoken };
      if (old === null && fresh === slug) result.answers.push(line);
      else if (old !== null) result.changes.push({ ...line, from: old, to: fresh });
    });
    return result;
  }

  // As the live index has them, an article at a time: reading is not free.
  async function withGists(variants: readonly PublishedVariant[]): Promise<PublishedVariant[]> {
    const out: PublishedVariant[] = [];
    for (const own of Map.groupBy(variants, (variant) => variant.slug).values()) {
      out.push(...addGists(own));
      await nextTask();
    }
    return out;
  }
}

/** What is to be tried: the text of one language as it stands in the editor. */
export type ReplayDraft = Content & { slug: string; language: string };
/**
 * `answers`: questions that nothing answered and this would. `changes`: questions that get another article (`to`), or none any
 * more. `asked` is how many past questions were tried.
 */
export type ReplayResult = {
  asked: number;
  answers: { text: string; language: string }[];
  changes: { text: string; language: string; from: string; to: string | null }[];
};
export type Replay = (draft: ReplayDraft) => Promise<ReplayResult>;

/** What the thread is given, and for each question the article that answers it, if any. */
export type ReplayWork = {
  published: PublishedVariant[];
  withDraft: PublishedVariant[];
  questions: SearchQuery[];
  facts: Awaited<ReturnType<typeof currentFacts>>;
};
export type ReplayFound = { before: (string | null)[]; after: (string | null)[] };

type ReplayParts = {
  db: Kysely<CoreTables>;
  articles: Pick<Articles, 'published'>;
  gistOf(text: string, language: string): Gist;
};

const newest = 500;
const deadlineMs = 60_000;

async function pastQuestions(db: Kysely<CoreTables>): Promise<SearchQuery[]> {
  return gapDb(db)
    .selectFrom('gap_question')
    .select(['text', 'language', sql<string | null>`max(market)`.as('market'), 'intents'])
    .groupBy(['text', 'language', 'intents'])
    .orderBy(sql`max(asked_at)`, 'desc')
    .limit(newest)
    .execute();
}

function inThread(work: ReplayWork): Promise<ReplayFound> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./replayThread.ts', import.meta.url), { workerData: work });
    const timer = setTimeout(() => {
      void thread.terminate();
      reject(new AppError('unavailable', 'trying the past questions took too long'));
    }, deadlineMs);
    thread.once('message', (found: ReplayFound) => resolve(found));
    thread.once('error', reject);
    thread.once('exit', () => {
      clearTimeout(timer);
      reject(new AppError('unavailable', 'the past questions could not be tried'));
    });
  });
}
