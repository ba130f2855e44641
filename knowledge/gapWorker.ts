import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { CoreTables, SignalTable } from '../core/database/tables.ts';
import type { Log } from '../core/log.ts';
import { type Gathering, groupsIn, join, leave } from './gapJoin.ts';
import { type Question, questionAt, questionBefore } from './gapQuestions.ts';
import { type GapTables, gapDb, type QuestionKind } from './gapTables.ts';

/**
 * Takes in what turns, votes and colleagues left word of, and gathers the questions that nobody could answer. Word and what
 * comes of it change in one transaction, under one lock for all processes: a kill neither loses nor doubles a question.
 */
export function createGapWorker(parts: GapWorkerParts): GapWorker {
  const { db, log, pollMs = 3000 } = parts;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function drain(): Promise<void> {
    while (!stopped && (await takeInSignals(parts)) === batch);
  }

  function run(work: () => Promise<void>): Promise<void> {
    const done = running
      .then(work)
      .catch((error) => log.warn({ err: error }, 'gaps wait: the database could not be read'));
    running = done;
    return done;
  }

  function loop() {
    timer = setTimeout(() => void run(drain).finally(() => stopped || loop()), pollMs);
  }

  return {
    begin() {
      void run(() => closePublished(db));
      void run(drain).finally(() => stopped || loop());
    },
    published: () => void run(() => closePublished(db)),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Takes in one batch and returns how many signals it held; 0 when another process is at it. */
export async function takeInSignals({ db, log, ...rest }: Omit<GapWorkerParts, 'pollMs'>): Promise<number> {
  return gapDb(db)
    .transaction()
    .execute(async (tx) => {
      const lock = await sql<{ got: boolean }>`
        select pg_try_advisory_xact_lock(hashtext(current_schema() || ':gaps')) as got`.execute(tx);
      if (!lock.rows[0]?.got) return 0;
      const rows = await tx.selectFrom('signal').selectAll().orderBy('id').limit(batch).execute();
      if (rows.length === 0) return 0;
      const gathering: Gathering = { ...(await groupsIn(tx)), tx, ...rest };
      for (const row of rows) {
        // One that breaks must not stop those behind it.
        await sql`savepoint one`.execute(tx);
        try {
          await takeIn(gathering, row);
          await sql`release savepoint one`.execute(tx);
        } catch (error) {
          await sql`rollback to savepoint one`.execute(tx);
          log.error(
            { err: error, conversation: row.conversation_id, kind: row.kind },
            'a question is left out of the gaps',
          );
        }
      }
      await tx
        .deleteFrom('signal')
        .where(
          'id',
          'in',
          rows.map((row) => row.id),
        )
        .execute();
      return rows.length;
    });
}

/** Closes the gaps whose article was published since it was begun. */
export async function closePublished(db: Kysely<CoreTables>): Promise<void> {
  await gapDb(db)
    .updateTable('gap')
    .set({ closed: 'fixed', closed_slug: sql<string>`article_slug`, closed_at: sql<Date>`now()`, closed_by: null })
    .where('closed', 'is', null)
    .where(
      sql<boolean>`exists (select 1 from article join article_version version on version.article_id = article.id
        where article.slug = gap.article_slug and version.published_at > gap.article_since)`,
    )
    .execute();
}

/** What the worker is given: the understanding, the tokens of search, and what removes personal data. */
export type GapWorkerParts = {
  db: Kysely<CoreTables>;
  log: Log;
  pollMs?: number;
} & Omit<Gathering, 'tx' | 'groups' | 'weigh'>;

export type GapWorker = {
  /** Starts to look every few seconds. */
  begin(): void;
  /** Something was published: a gap may be closed by it. */
  published(): void;
  stop(): Promise<void>;
};

const batch = 50;
// Hand-overs for these reasons say nothing about the answer before.
const otherReasons = new Set(['legal', 'safety', 'fraud', 'flow_exit', 'failure']);

async function takeIn(gathering: Gathering, row: Selectable<SignalTable>): Promise<void> {
  const { tx } = gathering;
  const { conversation_id: conversation, seq, kind } = row;
  if (kind === 'answered' || kind === 'refused' || kind === 'off_topic') {
    const question = await questionAt(gathering, conversation, Number(row.data.since), seq);
    if (question) await mark(gathering, question, kind, typeof row.data.slug === 'string' ? row.data.slug : null);
  } else if (kind === 'vote') await judge(gathering, conversation, seq);
  else if (kind === 'handoff' && !otherReasons.has(String(row.data.reason))) {
    const last = await lastQuestion(tx, conversation, seq);
    if (last?.kinds.includes('answered') && !(await wroteMoreThanOnce(tx, conversation, last.seq, seq)))
      await add(gathering, last, 'handoff');
  } else if (kind === 'agent') {
    const found = await questionBefore(gathering, conversation, seq);
    if (!found) return;
    await mark(gathering, found.question, 'agent', null);
    await tx
      .updateTable('gap_question')
      .set({ answer: found.answer })
      .where('conversation_id', '=', conversation)
      .where('seq', '=', found.question.seq)
      .execute();
  }
}

// A question is one row, whatever becomes of it; an answer after all (a button of "is it one of these?") takes the refusal back.
async function mark(gathering: Gathering, question: Question, kind: QuestionKind, slug: string | null): Promise<void> {
  const { tx } = gathering;
  const row = await tx
    .insertInto('gap_question')
    .values({
      conversation_id: question.conversation,
      seq: question.seq,
      gap_id: null,
      kinds: [],
      language: question.language,
      market: question.market,
      text: question.text,
      slug,
      answer: null,
      intents: JSON.stringify(question.intents),
      asked_at: question.askedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['conversation_id', 'seq'])
        .doUpdateSet({ slug: sql`coalesce(excluded.slug, gap_question.slug)` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  if (kind !== 'answered') return add(gathering, row, kind);
  const kinds = row.kinds.filter((entry) => entry !== 'refused' && entry !== 'off_topic');
  await setKinds(gathering, { ...row, kinds }, [...new Set<QuestionKind>([...kinds, 'answered'])]);
}

type Row = Selectable<GapTables['gap_question']>;

async function add(gathering: Gathering, row: Row, kind: QuestionKind): Promise<void> {
  if (!row.kinds.includes(kind)) await setKinds(gathering, row, [...row.kinds, kind]);
}

async function setKinds(gathering: Gathering, row: Row, kinds: QuestionKind[]): Promise<void> {
  await gathering.tx
    .updateTable('gap_question')
    .set({ kinds })
    .where('conversation_id', '=', row.conversation_id)
    .where('seq', '=', row.seq)
    .execute();
  const open = kinds.some((kind) => kind !== 'answered');
  if (open && row.gap_id === null) await join(gathering, { ...row, kinds });
  else if (!open && row.gap_id !== null) await leave(gathering.tx, row);
}

// The vote as it stands now: the customer's last word counts.
async function judge(gathering: Gathering, conversation: string, seq: number): Promise<void> {
  const { tx } = gathering;
  const vote = await tx
    .selectFrom('article_vote')
    .innerJoin('message', (on) =>
      on
        .onRef('message.conversation_id', '=', 'article_vote.conversation_id')
        .onRef('message.seq', '=', 'article_vote.seq'),
    )
    .select(['helpful', 'reply_to'])
    .where('article_vote.conversation_id', '=', conversation)
    .where('article_vote.seq', '=', seq)
    .executeTakeFirst();
  const row = vote && (await lastQuestion(tx, conversation, vote.reply_to ?? seq));
  if (!row) return;
  if (!vote.helpful) return add(gathering, row, 'unhelpful');
  if (row.kinds.includes('unhelpful'))
    await setKinds(
      gathering,
      row,
      row.kinds.filter((kind) => kind !== 'unhelpful'),
    );
}

function lastQuestion(tx: Transaction<GapTables>, conversation: string, upTo: number): Promise<Row | undefined> {
  return tx
    .selectFrom('gap_question')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .where('seq', '<=', upTo)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

// The wish for a person is one message; more of them were about something else.
async function wroteMoreThanOnce(tx: Transaction<GapTables>, conversation: string, after: number, upTo: number) {
  const { count } = await tx
    .selectFrom('message')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('conversation_id', '=', conversation)
    .where('sender', '=', 'customer')
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .executeTakeFirstOrThrow();
  return count > 1;
}
