import { sql, type Transaction } from 'kysely';
import type { CoreTables } from '../database/tables.ts';

/** Appends what only staff see; returns its number, or undefined when this client id was stored before. */
export async function addDeskEvent(
  tx: Transaction<CoreTables>,
  conversationId: string,
  event: NewDeskEvent,
): Promise<number | undefined> {
  const { desk_seq: seq } = await tx
    .updateTable('conversation')
    .set({ desk_seq: sql<number>`desk_seq + 1` })
    .where('id', '=', conversationId)
    .returning('desk_seq')
    .executeTakeFirstOrThrow();
  // The row lock of the update above orders writers, so the check cannot race.
  if (event.clientId) {
    const before = await tx
      .selectFrom('desk_event')
      .select('seq')
      .where('conversation_id', '=', conversationId)
      .where('client_id', '=', event.clientId)
      .executeTakeFirst();
    if (before) {
      await tx
        .updateTable('conversation')
        .set({ desk_seq: seq - 1 })
        .where('id', '=', conversationId)
        .execute();
      return undefined;
    }
  }
  await tx
    .insertInto('desk_event')
    .values({
      conversation_id: conversationId,
      seq,
      kind: event.kind,
      staff_id: event.staffId ?? null,
      client_id: event.clientId ?? null,
      data: JSON.stringify(event.data ?? {}),
    })
    .execute();
  return seq;
}

export type NewDeskEvent = { kind: string; staffId?: string; clientId?: string; data?: Record<string, unknown> };
