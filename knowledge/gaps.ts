import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { merged } from './gapGroups.ts';
import { type Closing, type GapTables, gapDb, openedAgain, type QuestionKind } from './gapTables.ts';

/** What customers asked and nobody could answer, as the editors see it: gathered by gapWorker.ts, closed here. */
export function createGaps(database: Kysely<CoreTables>): Gaps {
  const db = gapDb(database);
  return {
    async list({ language, market, kind, state }, own) {
      let query = db
        .selectFrom('gap')
        .innerJoin('gap_question as question', 'question.gap_id', 'gap.id')
        .select(['gap.id', 'closed', 'closed_slug', 'reopened_at', 'article_slug', ...figures])
        .select(titleIn(own))
        .where('closed', state === 'closed' ? 'is not' : 'is', null)
        .groupBy('gap.id')
        .orderBy('weight', 'desc')
        .orderBy('last', 'desc')
        .limit(200);
      if (language) query = query.where('question.language', '=', language);
      if (market) query = query.where('question.market', '=', market);
      if (kind) query = query.where(sql<boolean>`${kind} = any(kinds)`);
      const seen = await db
        .selectFrom('gap_question')
        .select([
          sql<string[]>`coalesce(array_agg(distinct language order by language), '{}')`.as('languages'),
          sql<
            string[]
          >`coalesce(array_agg(distinct market order by market) filter (where market is not null), '{}')`.as('markets'),
        ])
        .where('gap_id', 'is not', null)
        .executeTakeFirstOrThrow();
      return { gaps: (await query.execute()).map(toSummary), ...seen };
    },

    async get(id, own) {
      const row = await db
        .selectFrom('gap')
        .innerJoin('gap_question as question', 'question.gap_id', 'gap.id')
        .select(['gap.id', 'closed', 'closed_slug', 'reopened_at', 'article_slug', ...figures])
        .select(titleIn(own))
        .where('gap.id', '=', id)
        .groupBy('gap.id')
        .executeTakeFirst();
      if (!row) throw new AppError('not_found', 'no such gap');
      const questions = await db
        .selectFrom('gap_question')
        .select(['language', 'market', 'text', 'kinds', 'slug', 'answer', 'asked_at'])
        .where('gap_id', '=', id)
        .orderBy('fit', 'desc')
        .orderBy('asked_at', 'desc')
        .limit(300)
        .execute();
      return {
        ...toSummary(row),
        examples: spread(questions).map(({ language, market, text, kinds, asked_at: askedAt }) => ({
          language,
          market,
          text,
          kinds,
          askedAt: askedAt.toISOString(),
        })),
        answers: questions
          .flatMap(({ language, answer, asked_at: askedAt }) => (answer ? [{ language, answer, askedAt }] : []))
          .sort((a, b) => b.askedAt.getTime() - a.askedAt.getTime())
          .slice(0, shownAnswers)
          .map((entry) => ({ ...entry, askedAt: entry.askedAt.toISOString() })),
        shown: [
          ...Map.groupBy(
            questions.map(({ slug }) => slug).filter((slug) => slug !== null),
            (slug) => slug,
          ),
        ]
          .map(([slug, times]) => ({ slug, count: times.length }))
          .sort((a, b) => b.count - a.count),
      };
    },

    async close(id, by, closing) {
      if (closing.reason === 'duplicate') return closeInto(db, id, closing.into, by);
      const { numUpdatedRows } = await db
        .updateTable('gap')
        .set({
          closed: closing.reason,
          closed_slug: closing.reason === 'fixed' ? closing.slug : null,
          closed_by: by,
          closed_at: sql<Date>`now()`,
        })
        .where('id', '=', id)
        .where('closed', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new AppError('conflict', 'this gap is not open');
    },

    async reopen(id) {
      const { numUpdatedRows } = await db
        .updateTable('gap')
        .set(openedAgain)
        .where('id', '=', id)
        .where('closed', 'in', ['fixed', 'not_for_us'])
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new AppError('conflict', 'this gap is not closed');
    },
  };
}

/** A gap in the list. `recent` and `before` count the last seven days and the seven before; `weight` is what it is sorted by. */
export type GapSummary = {
  id: string;
  title: string;
  titleLanguage: string;
  count: number;
  recent: number;
  before: number;
  weight: number;
  languages: string[];
  markets: string[];
  kinds: QuestionKind[];
  lastAt: string;
  closed: Closing | null;
  closedSlug: string | null;
  reopened: boolean;
  articleSlug: string | null;
};

/** A gap with a few of its questions, what colleagues answered, and which articles were shown. */
export type GapView = GapSummary & {
  examples: { language: string; market: string | null; text: string; kinds: QuestionKind[]; askedAt: string }[];
  answers: { language: string; answer: string; askedAt: string }[];
  shown: { slug: string; count: number }[];
};

export type GapFilter = { language?: string; market?: string; kind?: QuestionKind; state: 'open' | 'closed' };

/** Gaps as the routes use them; `own` is the language that titles are taken from where there is a question in it. */
export type Gaps = {
  list(filter: GapFilter, own: string): Promise<{ gaps: GapSummary[]; languages: string[]; markets: string[] }>;
  get(id: string, own: string): Promise<GapView>;
  close(
    id: string,
    by: string,
    closing: { reason: 'fixed'; slug: string } | { reason: 'not_for_us' } | { reason: 'duplicate'; into: string },
  ): Promise<void>;
  reopen(id: string): Promise<void>;
};

const shownExamples = 8;
const shownAnswers = 5;

// Each question counts half as much after two weeks; what was taken for none of our business, a quarter.
const figures = [
  sql<number>`count(*)::int`.as('count'),
  sql<number>`(count(*) filter (where asked_at > now() - interval '7 days'))::int`.as('recent'),
  sql<number>`(count(*) filter (where asked_at > now() - interval '14 days' and asked_at <= now() - interval '7 days'))::int`.as(
    'before',
  ),
  sql<number>`sum(power(0.5, extract(epoch from now() - asked_at) / 1209600) * case when kinds = '{off_topic}' then 0.25 else 1 end)::float8`.as(
    'weight',
  ),
  sql<string[]>`array_agg(distinct question.language)`.as('languages'),
  sql<string[]>`coalesce(array_agg(distinct question.market) filter (where question.market is not null), '{}')`.as(
    'markets',
  ),
  sql<QuestionKind[]>`(select array_agg(distinct kind order by kind) from gap_question other, unnest(other.kinds) kind
    where other.gap_id = gap.id and kind <> 'answered')`.as('kinds'),
  sql<Date>`max(asked_at)`.as('last'),
];

function titleIn(own: string) {
  return sql<{
    text: string;
    language: string;
  }>`(select jsonb_build_object('text', left(other.text, 200), 'language', other.language)
    from gap_question other where other.gap_id = gap.id
    order by other.language = ${own} desc, other.fit desc, other.asked_at limit 1)`.as('title');
}

type Row = {
  id: string;
  closed: Closing | null;
  closed_slug: string | null;
  reopened_at: Date | null;
  article_slug: string | null;
  title: { text: string; language: string };
  count: number;
  recent: number;
  before: number;
  weight: number;
  languages: string[];
  markets: string[];
  kinds: QuestionKind[];
  last: Date;
};

function toSummary(row: Row): GapSummary {
  return {
    id: row.id,
    title: row.title.text,
    titleLanguage: row.title.language,
    count: row.count,
    recent: row.recent,
    before: row.before,
    weight: Math.round(row.weight * 10) / 10,
    languages: row.languages,
    markets: row.markets,
    kinds: row.kinds,
    lastAt: row.last.toISOString(),
    closed: row.closed,
    closedSlug: row.closed_slug,
    reopened: row.reopened_at !== null,
    articleSlug: row.article_slug,
  };
}

// One of each language first: an editor reads what differs.
function spread<Q extends { language: string; text: string }>(questions: Q[]): Q[] {
  const different = [...new Map(questions.map((question) => [question.text.toLowerCase(), question])).values()];
  const rank = new Map<string, number>();
  return different
    .map((question) => {
      const place = rank.get(question.language) ?? 0;
      rank.set(question.language, place + 1);
      return { question, place };
    })
    .sort((a, b) => a.place - b.place)
    .slice(0, shownExamples)
    .map(({ question }) => question);
}

async function closeInto(db: Kysely<GapTables>, id: string, into: string, by: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The worker joins questions under this lock: none may slip into the group that goes.
    await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ':gaps'))`.execute(tx);
    const rows = await tx.selectFrom('gap').select(['id', 'centre', 'closed']).where('id', 'in', [id, into]).execute();
    const from = rows.find((row) => row.id === id);
    const to = rows.find((row) => row.id === into);
    if (!from || !to || from === to) throw new AppError('invalid', 'a duplicate is of another gap');
    if (from.closed !== null || to.closed === 'duplicate') throw new AppError('conflict', 'this gap is not open');
    await tx
      .updateTable('gap')
      .set({ closed: 'duplicate', closed_into: into, closed_by: by, closed_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    await tx
      .updateTable('gap')
      .set({ centre: JSON.stringify(merged(to.centre, from.centre)) })
      .where('id', '=', into)
      .execute();
    await tx.updateTable('gap_question').set({ gap_id: into }).where('gap_id', '=', id).execute();
  });
}
