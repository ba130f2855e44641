import type { Selectable } from 'kysely';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ActionTable, ConversationTable, CoreTables } from '../database/tables.ts';
import { append, type NewMessage } from './append.ts';
import { moveIn } from './moves.ts';
import { type Asked, addSignals } from './signals.ts';

/**
 * Takes the conversation for one turn, or nothing when another turn holds it or nothing is due.
 * `failures` counts the turns of this input that never came to an end, those of dead processes too.
 */
export async function takeTurn(
  db: Kysely<CoreTables>,
  conversationId: string,
  leaseId: string,
  leaseSeconds: number,
): Promise<Turn | undefined> {
  const conversation = await db
    .updateTable('conversation')
    .set({
      turn_by: leaseId,
      turn_until: sql<Date>`now() + ${leaseSeconds} * interval '1 second'`,
      // A lease that was never given back ended in a crash.
      turn_failures: sql<number>`turn_failures + case when turn_by is null then 0 else 1 end`,
    })
    .where('id', '=', conversationId)
    .where('turn_due_at', 'is not', null)
    .where((where) => where.or([where('turn_by', 'is', null), where('turn_until', '<', sql<Date>`now()`)]))
    .returningAll()
    .executeTakeFirst();
  return conversation ? { leaseId, conversation, ...(await inputOf(db, conversation)) } : undefined;
}

/** Gives a lease back and nothing else, so that the conversation stays due; harmless when it is not held any more. */
export async function giveBackLease(db: Kysely<CoreTables>, conversationId: string, leaseId: string): Promise<void> {
  await db
    .updateTable('conversation')
    .set({ turn_by: null, turn_until: null })
    .where('id', '=', conversationId)
    .where('turn_by', '=', leaseId)
    .execute();
}

/** Reads what waits for an answer now: used again when a newer message arrived while the turn was computed. */
export async function inputOf(
  db: Kysely<CoreTables>,
  conversation: { id: string; answered_seq: number },
): Promise<TurnInputRows> {
  const messages = await db
    .selectFrom('message')
    .select(['seq', 'text', 'payload', 'language'])
    .where('conversation_id', '=', conversation.id)
    .where('seq', '>', conversation.answered_seq)
    .where('sender', '=', 'customer')
    .orderBy('seq')
    .execute();
  const outcomes = await db
    .selectFrom('action')
    .selectAll()
    .where('conversation_id', '=', conversation.id)
    .where('reported_at', 'is', null)
    .where((where) =>
      where.or([
        where('finished_at', 'is not', null),
        where.and([where('told_at', 'is', null), where('created_at', '<', sql<Date>`now() - interval '30 seconds'`)]),
      ]),
    )
    .orderBy('created_at')
    .execute();
  return { messages, outcomes };
}

/** Keeps the lease while a slow model thinks; false when it was lost. */
export async function renewTurn(db: Kysely<CoreTables>, turn: Turn, leaseSeconds: number): Promise<boolean> {
  const result = await db
    .updateTable('conversation')
    .set({ turn_until: sql<Date>`now() + ${leaseSeconds} * interval '1 second'` })
    .where('id', '=', turn.conversation.id)
    .where('turn_by', '=', turn.leaseId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Stores the turn's result in one transaction. `dropped`: the owner changed or the lease was lost, nothing of it is stored.
 * `newer`: the customer wrote more meanwhile and no action is at stake, so the turn is worth computing again.
 */
export async function commitTurn(
  db: Kysely<CoreTables>,
  turn: Turn,
  result: TurnResult,
): Promise<'stored' | 'dropped' | 'newer'> {
  return db.transaction().execute(async (tx) => {
    const now = await tx
      .selectFrom('conversation')
      .selectAll()
      .where('id', '=', turn.conversation.id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!now || now.turn_by !== turn.leaseId) return 'dropped';
    const moved = now.owner_version !== turn.conversation.owner_version;
    const lastInput = turn.messages.at(-1)?.seq ?? now.answered_seq;
    const newest = await newestCustomerSeq(tx, now.id);
    if (!moved && newest > lastInput && result.mayRepeat && result.actions.length === 0) return 'newer';
    if (moved) {
      await giveBack(tx, now, { answered: now.state === 'bot' ? now.answered_seq : newest, newest });
      return 'dropped';
    }
    await append(
      tx,
      now.id,
      result.messages.map((message) => ({ ...message, ...(lastInput ? { replyTo: lastInput } : {}) })),
    );
    await addSignals(tx, now.id, result.asked ?? []);
    for (const action of result.actions) {
      await tx
        .insertInto('action')
        .values({ ...action, conversation_id: now.id })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    }
    if (turn.outcomes.length > 0) await report(tx, turn.outcomes);
    if (result.actions.length > 0)
      await sql`select pg_notify(current_schema() || '_events', '{"t":"action"}')`.execute(tx);
    await tx
      .updateTable('conversation')
      .set({ dialogue: JSON.stringify(result.dialogue) })
      .where('id', '=', now.id)
      .execute();
    if (result.card) {
      await moveIn(tx, {
        conversationId: now.id,
        move: 'handoff',
        ownerVersion: now.owner_version,
        card: result.card,
        data: { reason: result.card.reason },
      });
    }
    await giveBack(tx, now, { answered: result.card ? newest : lastInput, newest });
    return 'stored';
  });
}

/** Gives the conversation back without a reply: a person has it, so its messages are in a person's hands. */
export async function leaveTurn(db: Kysely<CoreTables>, turn: Turn): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const now = await tx
      .selectFrom('conversation')
      .selectAll()
      .where('id', '=', turn.conversation.id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!now || now.turn_by !== turn.leaseId) return;
    const newest = await newestCustomerSeq(tx, now.id);
    await giveBack(tx, now, { answered: now.state === 'bot' ? now.answered_seq : newest, newest });
  });
}

/** Ends a failed try: it stays due, and the next try knows how many went before. */
export async function failTurn(db: Kysely<CoreTables>, turn: Turn): Promise<void> {
  await db
    .updateTable('conversation')
    .set({ turn_by: null, turn_until: null, turn_failures: sql<number>`turn_failures + 1` })
    .where('id', '=', turn.conversation.id)
    .where('turn_by', '=', turn.leaseId)
    .execute();
}

/** Frees every conversation, for a start at which no other process can be computing a turn. */
export async function clearLeases(db: Kysely<CoreTables>): Promise<void> {
  await db.updateTable('conversation').set({ turn_until: sql<Date>`now()` }).where('turn_by', 'is not', null).execute();
}

/** Conversations whose turn nobody is computing: after a crash, a lost wake-up or a failure. */
export async function dueTurns(db: Kysely<CoreTables>, olderThanSeconds: number): Promise<string[]> {
  const rows = await db
    .selectFrom('conversation')
    .select('id')
    .where('turn_due_at', '<', sql<Date>`now() - ${olderThanSeconds} * interval '1 second'`)
    .where((where) => where.or([where('turn_by', 'is', null), where('turn_until', '<', sql<Date>`now()`)]))
    .orderBy('turn_due_at')
    .limit(500)
    .execute();
  return rows.map((row) => row.id);
}

async function newestCustomerSeq(tx: Transaction<CoreTables>, conversationId: string): Promise<number> {
  const row = await tx
    .selectFrom('message')
    .select('seq')
    .where('conversation_id', '=', conversationId)
    .where('sender', '=', 'customer')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

// Still due when the customer wrote more, or when an outcome came in after the input was read: clearing the mark would lose it.
async function giveBack(
  tx: Transaction<CoreTables>,
  now: { id: string; state: string },
  { answered, newest }: { answered: number; newest: number },
) {
  await tx
    .updateTable('conversation')
    .set({
      answered_seq: answered,
      turn_by: null,
      turn_until: null,
      turn_failures: 0,
      turn_due_at: sql<Date | null>`case when ${answered < newest} or exists (
        select 1 from action where conversation_id = ${now.id} and reported_at is null and finished_at is not null) then now() end`,
    })
    .where('id', '=', now.id)
    .execute();
}

async function report(tx: Transaction<CoreTables>, outcomes: readonly ActionRow[]) {
  const done = outcomes.filter((action) => action.finished_at !== null).map((action) => action.id);
  const slow = outcomes.filter((action) => action.finished_at === null).map((action) => action.id);
  if (done.length > 0)
    await tx.updateTable('action').set({ reported_at: sql<Date>`now()` }).where('id', 'in', done).execute();
  if (slow.length > 0)
    await tx.updateTable('action').set({ told_at: sql<Date>`now()` }).where('id', 'in', slow).execute();
}

/** An action as stored. */
export type ActionRow = Selectable<ActionTable>;
export type TurnInputRows = {
  messages: { seq: number; text: string; payload: string | null; language: string }[];
  outcomes: ActionRow[];
};
/** A turn in progress: the lease, the conversation as it was, and the input. */
export type Turn = TurnInputRows & { leaseId: string; conversation: Selectable<ConversationTable> };

/** What a turn wants to store. */
export type TurnResult = {
  messages: NewMessage[];
  dialogue: Record<string, unknown>;
  actions: { key: string; order_id: string; data: string; seen: string; proof: string }[];
  /** Which questions were answered and which not. */
  asked?: Asked[];
  /** Set when a person takes over. */
  card?: Record<string, unknown> & { reason: string };
  /** False at the second computation: what arrived since is the next turn. */
  mayRepeat: boolean;
};
