import { type Kysely, sql } from 'kysely';
import { addSignals } from '../core/conversations/signals.ts';
import type { CoreTables } from '../core/database/tables.ts';
import { type KnowledgeTables, knowledgeDb } from './tables.ts';

/** Keeps whether an answer helped; the last word of the same customer on the same answer counts. */
export async function recordVote(db: Kysely<CoreTables>, vote: Vote): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .withTables<KnowledgeTables>()
      .insertInto('article_vote')
      .values({
        conversation_id: vote.conversationId,
        seq: vote.seq,
        slug: vote.slug,
        language: vote.language,
        helpful: vote.helpful,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['conversation_id', 'seq'])
          .doUpdateSet({ helpful: vote.helpful, created_at: sql<Date>`now()` }),
      )
      .execute();
    await addSignals(tx, vote.conversationId, [{ kind: 'vote', seq: vote.seq }]);
  });
}

/** Votes per article: how often it helped and how often not. */
export async function voteCounts(db: Kysely<CoreTables>): Promise<Map<string, { helpful: number; not: number }>> {
  const rows = await knowledgeDb(db)
    .selectFrom('article_vote')
    .select([
      'slug',
      sql<number>`count(*) filter (where helpful)::int`.as('helpful'),
      sql<number>`count(*) filter (where not helpful)::int`.as('not'),
    ])
    .groupBy('slug')
    .execute();
  return new Map(rows.map(({ slug, helpful, not }) => [slug, { helpful, not }]));
}

type Vote = { conversationId: string; seq: number; slug: string; language: string; helpful: boolean };
