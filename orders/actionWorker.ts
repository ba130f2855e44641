import { type Kysely, type Selectable, sql } from 'kysely';
import type { ActionTable, CoreTables } from '../core/database/tables.ts';
import { publish } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { canCancel, seenState } from './policy.ts';
import type { Action, OrderActions, OrderReader, Outcome, RefusalCode } from './types.ts';

/**
 * Executes stored actions once. What is refused, done or failed is recorded on the action and makes its conversation due for a
 * turn that tells it. A process that dies in between leaves the row due again: then the backend is asked first what it knows.
 */
export function createActionWorker({ db, orders, log, leaseSeconds = 30, pollMs = 1000 }: WorkerParts): ActionWorker {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function drain(): Promise<void> {
    for (let row = await take(db, leaseSeconds); row && !stopped; row = await take(db, leaseSeconds)) await handle(row);
    await remind(db);
  }

  async function handle(row: Row): Promise<void> {
    try {
      const outcome = (row.attempts > 1 ? await orders.readBack(row.key) : undefined) ?? (await execute(row));
      await record(db, row, outcome.result, outcome);
      log.info({ action: row.id, result: outcome.result, attempts: row.attempts }, 'action');
    } catch (error) {
      log.warn({ err: error, action: row.id, attempts: row.attempts }, 'the outcome of an action is unknown');
      if (row.attempts >= maxAttempts) await record(db, row, 'failed', { result: 'failed' });
      else await later(db, row);
    }
  }

  async function execute(row: Row): Promise<Outcome> {
    const order = await orders.orderById(row.order_id);
    if (!order) return refused('not_found');
    if (row.proof.rung !== 'full' || order.customer_id === undefined || row.proof.customerId !== order.customer_id)
      return refused('not_proven');
    const allowed = canCancel(order);
    if (!allowed.ok) return refused(allowed.why);
    if (JSON.stringify(sorted(seenState(order))) !== JSON.stringify(sorted(row.seen))) return refused('changed');
    return orders.run({ ...row.data, orderId: row.order_id } as Action, row.key);
  }

  function loop() {
    timer = setTimeout(() => {
      running = drain()
        .catch((error) => log.warn({ err: error }, 'actions wait: the database could not be read'))
        .finally(() => stopped || loop());
    }, pollMs);
  }

  return {
    begin: loop,
    wake() {
      if (stopped) return;
      clearTimeout(timer);
      running = running
        .then(drain, drain)
        .catch((error) => log.warn({ err: error }, 'actions wait: the database could not be read'));
      void running.finally(() => {
        if (stopped) return;
        clearTimeout(timer);
        loop();
      });
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

export type ActionWorker = {
  /** Starts looking for due actions. */
  begin(): void;
  /** Looks now: an action was stored. */
  wake(): void;
  /** Ends after the action in hand. */
  stop(): Promise<void>;
};

type WorkerParts = {
  db: Kysely<CoreTables>;
  orders: Pick<OrderReader, 'orderById'> & OrderActions;
  log: Log;
  leaseSeconds?: number;
  pollMs?: number;
};

type Row = Selectable<ActionTable>;

// Pauses of 2, 4, 8 … s reach the fifth minute at the seventh try: then a person looks at it.
const maxAttempts = 7;

function refused(why: RefusalCode): Outcome {
  return { result: 'refused', why };
}

// `next_at` is the lease: a worker that dies leaves the row to the next one when it runs out.
async function take(db: Kysely<CoreTables>, leaseSeconds: number): Promise<Row | undefined> {
  return db
    .updateTable('action')
    .set({
      state: 'running',
      attempts: sql<number>`attempts + 1`,
      next_at: sql<Date>`now() + ${leaseSeconds} * interval '1 second'`,
    })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('action')
        .select('id')
        .where('state', 'in', ['stored', 'running', 'unknown'])
        .where('next_at', '<=', sql<Date>`now()`)
        .orderBy('next_at')
        .limit(1)
        .forNoKeyUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst();
}

async function later(db: Kysely<CoreTables>, row: Row): Promise<void> {
  await db
    .updateTable('action')
    .set({ state: 'unknown', next_at: sql<Date>`now() + power(2, attempts) * interval '1 second'` })
    .where('id', '=', row.id)
    .where('attempts', '=', row.attempts)
    .execute();
}

// Locks the conversation before the action, as the turn does, so that the two cannot wait for each other. The number of the
// attempt is the fencing token: a worker whose lease ran out records nothing.
async function record(
  db: Kysely<CoreTables>,
  row: Row,
  state: 'done' | 'refused' | 'failed',
  outcome: Record<string, unknown>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.selectFrom('conversation').select('id').where('id', '=', row.conversation_id).forNoKeyUpdate().execute();
    const result = await tx
      .updateTable('action')
      .set({ state, outcome: JSON.stringify(outcome), finished_at: sql<Date>`now()` })
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where('finished_at', 'is', null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return;
    await markDue(tx, [row.conversation_id]);
  });
}

// 30 s without an outcome: the customer is told. 5 min: a person takes it.
async function remind(db: Kysely<CoreTables>): Promise<void> {
  const slow = await db
    .selectFrom('action')
    .select('conversation_id')
    .where('state', 'in', ['stored', 'running', 'unknown'])
    .where('told_at', 'is', null)
    .where('created_at', '<', sql<Date>`now() - interval '30 seconds'`)
    .execute();
  const stuck = await db
    .updateTable('action')
    .set({ escalated_at: sql<Date>`now()`, told_at: null })
    .where('state', 'in', ['stored', 'running', 'unknown'])
    .where('escalated_at', 'is', null)
    .where('created_at', '<', sql<Date>`now() - interval '5 minutes'`)
    .returning('conversation_id')
    .execute();
  const due = [...new Set([...slow, ...stuck].map((row) => row.conversation_id))];
  if (due.length > 0) await markDue(db, due);
}

async function markDue(db: Kysely<CoreTables>, conversationIds: string[]): Promise<void> {
  await db
    .updateTable('conversation')
    .set({ turn_due_at: sql<Date>`coalesce(turn_due_at, now())` })
    .where('id', 'in', conversationIds)
    .execute();
  for (const id of conversationIds) await publish(db, { t: 'due', id });
}

// jsonb does not keep the order of keys.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
