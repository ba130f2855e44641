import { type Kysely, sql, type Transaction } from 'kysely';
import type { CoreTables, State } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import { publish } from '../events.ts';
import { addDeskEvent } from './deskEvents.ts';
import { addSignals } from './signals.ts';

/**
 * Moves a conversation to another owner, or throws `stale` when somebody moved it first or the table does not hold the move.
 * One conditional UPDATE decides the race; the loser learns who won from the error's details.
 */
export async function move(db: Kysely<CoreTables>, request: MoveRequest): Promise<Moved> {
  return db.transaction().execute((tx) => moveIn(tx, request));
}

/** The same inside a transaction of the caller's. */
export async function moveIn(tx: Transaction<CoreTables>, request: MoveRequest): Promise<Moved> {
  const { to, from } = moves[request.move];
  let update = tx
    .updateTable('conversation')
    .set({
      state: to,
      owner_id: to === 'agent' ? (request.owner ?? null) : null,
      owner_version: sql<number>`owner_version + 1`,
      waiting_since: to === 'waiting' ? sql<Date>`coalesce(waiting_since, now())` : null,
      closed_at: to === 'closed' ? sql<Date>`now()` : null,
      ...(to === 'closed' ? { closed_from: sql<State>`state` } : {}),
      changed_at: sql<Date>`now()`,
      ...(request.card ? { card: JSON.stringify(request.card) } : {}),
    })
    .where('id', '=', request.conversationId)
    .where('state', 'in', from);
  if (request.ownerVersion !== undefined) update = update.where('owner_version', '=', request.ownerVersion);
  if (request.ownerId !== undefined) update = update.where('owner_id', '=', request.ownerId);
  const row = await update.returning(['owner_version', 'state', 'message_seq']).executeTakeFirst();
  if (!row) throw await lost(tx, request);
  await addDeskEvent(tx, request.conversationId, {
    kind: request.move,
    ...(request.by ? { staffId: request.by } : {}),
    // The row's lock orders moves and messages: what has a higher number was said after the move.
    data: { to, afterMessage: row.message_seq, ...(request.owner ? { owner: request.owner } : {}), ...request.data },
  });
  // Whether an answer did not help is seen by what came after it.
  if (request.move === 'handoff')
    await addSignals(tx, request.conversationId, [
      { kind: 'handoff', seq: row.message_seq, reason: String(request.data?.reason ?? '') },
    ]);
  await publish(tx, { t: 'conversation', id: request.conversationId });
  return { ownerVersion: row.owner_version, state: row.state };
}

/** Every move that exists: where it may start, where it ends. What is not here cannot happen. */
export const moves = {
  handoff: { from: ['bot'], to: 'waiting' },
  takeover: { from: ['bot', 'agent'], to: 'agent' },
  claim: { from: ['waiting'], to: 'agent' },
  resume: { from: ['waiting'], to: 'bot' },
  assign: { from: ['agent', 'waiting'], to: 'agent' },
  transfer: { from: ['agent'], to: 'waiting' },
  return: { from: ['agent'], to: 'bot' },
  close: { from: ['bot', 'waiting', 'agent'], to: 'closed' },
  reopen: { from: ['closed'], to: 'bot' },
  requeue: { from: ['closed'], to: 'waiting' },
} as const satisfies Record<string, { from: readonly State[]; to: State }>;

export type Move = keyof typeof moves;

export type MoveRequest = {
  conversationId: string;
  move: Move;
  /** The version that the mover saw; a move that must win whatever happened meanwhile leaves it out. */
  ownerVersion?: number;
  /** The agent who must own it now, for moves that only the owner may make. */
  ownerId?: string;
  /** The agent who owns it afterwards. */
  owner?: string;
  /** The staff member who moves it; absent for the customer and the system. */
  by?: string;
  card?: Record<string, unknown>;
  data?: Record<string, unknown>;
};

/** State and version after a move. */
export type Moved = { ownerVersion: number; state: State };

async function lost(tx: Transaction<CoreTables>, request: MoveRequest): Promise<AppError> {
  const now = await tx
    .selectFrom('conversation')
    .select(['state', 'owner_id', 'owner_version'])
    .where('id', '=', request.conversationId)
    .executeTakeFirst();
  if (!now) return new AppError('not_found', 'no such conversation');
  return new AppError('stale', `cannot ${request.move}: the conversation moved`, {
    state: now.state,
    ownerId: now.owner_id,
    ownerVersion: now.owner_version,
  });
}
