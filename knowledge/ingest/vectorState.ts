import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../../core/database/tables.ts';
import { publish } from '../../core/events.ts';
import { knowledgeDb } from '../tables.ts';

/** The one row that all processes agree by: whose vectors serve, whose are wanted, and who is at work on them. */
export function createVectorState(database: Kysely<CoreTables>): VectorState {
  const db = knowledgeDb(database);
  const worker = randomUUID();
  return {
    read: () => db.selectFrom('vector_state').select(['serving', 'wanted', 'copied']).executeTakeFirstOrThrow(),
    async want(model) {
      await db.updateTable('vector_state').set({ wanted: model }).execute();
    },
    async take() {
      const { numUpdatedRows } = await db
        .updateTable('vector_state')
        .set({ worker, worker_until: sql<Date>`now() + make_interval(secs => ${leaseSeconds})` })
        .where(({ eb, or }) =>
          or([eb('worker', 'is', null), eb('worker', '=', worker), eb('worker_until', '<', sql<Date>`now()`)]),
        )
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async release() {
      await db
        .updateTable('vector_state')
        .set({ worker: null, worker_until: null })
        .where('worker', '=', worker)
        .execute();
    },
    async tell(change) {
      await db.transaction().execute(async (tx) => {
        if (change) await tx.updateTable('vector_state').set(change).where('worker', '=', worker).execute();
        await publish(tx, { t: 'vectors' });
      });
    },
  };
}

/** `take` is also how a worker stays at work; `tell` changes what serves and wakes every process. */
export type VectorState = {
  read(): Promise<{ serving: string | null; wanted: string | null; copied: string | null }>;
  want(model: string): Promise<void>;
  take(): Promise<boolean>;
  release(): Promise<void>;
  tell(change?: { serving: string } | { copied: string | null }): Promise<void>;
};

// Longer than any batch takes; a dead worker's work is taken up after it.
const leaseSeconds = 90;
