import { type Kysely, sql, type Transaction } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { emptyCentre, featuresOf, joined } from './gapGroups.ts';
import { type GapTables, gapDb } from './gapTables.ts';
import type { Tokenise } from './types.ts';

/**
 * Forgets old questions, and what gaps still hold of questions that are gone, with their conversation or for their age: a
 * group is made anew from those that are left, and goes with the last.
 */
export async function forgetQuestions(db: Kysely<CoreTables>, tokenise: Tokenise, days = 365): Promise<void> {
  await gapDb(db)
    .transaction()
    .execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext(current_schema() || ':gaps'))`.execute(tx);
      const old = sql<Date>`now() - ${days} * interval '1 day'`;
      await tx.deleteFrom('gap_question').where('asked_at', '<', old).execute();
      // A duplicate has no questions of its own and shows new ones the way.
      await tx
        .deleteFrom('gap')
        .where((where) => where.or([where('closed_into', 'is', null), where('closed_at', '<', old)]))
        .where(sql<boolean>`not exists (select 1 from gap_question question where question.gap_id = gap.id)`)
        .execute();
      const changed = await tx
        .selectFrom('gap')
        .select('id')
        .where('closed_into', 'is', null)
        .where(
          sql<boolean>`(centre->>'count')::int <> (select count(*) from gap_question question where question.gap_id = gap.id)`,
        )
        .limit(500)
        .execute();
      for (const { id } of changed) await rebuild(tx, id, tokenise);
    });
}

async function rebuild(tx: Transaction<GapTables>, id: string, tokenise: Tokenise): Promise<void> {
  const questions = await tx
    .selectFrom('gap_question')
    .select(['text', 'language', 'intents'])
    .where('gap_id', '=', id)
    .orderBy('asked_at')
    .execute();
  const centre = questions.reduce(
    (sum, { text, language, intents }) => joined(sum, featuresOf(text, language, intents, tokenise)),
    emptyCentre,
  );
  await tx
    .updateTable('gap')
    .set({ centre: JSON.stringify(centre) })
    .where('id', '=', id)
    .execute();
}
