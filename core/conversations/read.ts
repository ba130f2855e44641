import type { Kysely, Selectable } from 'kysely';
import type { ConversationTable, CoreTables } from '../database/tables.ts';
import type { ConversationView, DeskEventView, MessageView } from './types.ts';

/** Messages with a number above `after`, oldest first; `nameOf` turns a staff id into the name that customers see. */
export async function messagesAfter(
  db: Kysely<CoreTables>,
  conversationId: string,
  after: number,
  limit: number,
  nameOf: NameOf,
): Promise<MessageView[]> {
  const rows = await db
    .selectFrom('message')
    .select(['seq', 'id', 'sender', 'staff_id', 'language', 'body', 'reply_to', 'client_id', 'created_at'])
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return Promise.all(
    rows.map(async (row) => {
      const agent = row.staff_id ? await nameOf(row.staff_id) : undefined;
      return {
        seq: row.seq,
        id: row.id,
        from: row.sender,
        ...(agent ? { agent } : {}),
        language: row.language,
        body: row.body,
        ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
        ...(row.client_id === null ? {} : { clientId: row.client_id }),
        at: row.created_at.toISOString(),
      };
    }),
  );
}

/** Notes and desk events above `after`, oldest first: for staff only. */
export async function deskEventsAfter(
  db: Kysely<CoreTables>,
  conversationId: string,
  after: number,
  limit: number,
  nameOf: NameOf,
): Promise<DeskEventView[]> {
  const rows = await db
    .selectFrom('desk_event')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return Promise.all(
    rows.map(async (row) => {
      const by = row.staff_id ? await nameOf(row.staff_id) : undefined;
      return {
        seq: row.seq,
        kind: row.kind,
        ...(row.staff_id ? { staffId: row.staff_id } : {}),
        ...(by ? { by } : {}),
        ...(row.client_id === null ? {} : { clientId: row.client_id }),
        data: row.data,
        at: row.created_at.toISOString(),
      };
    }),
  );
}

/** One conversation, or undefined. */
export async function conversationView(db: Kysely<CoreTables>, id: string): Promise<ConversationView | undefined> {
  const row = await db.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toView(row) : undefined;
}

/** The row as everyone outside core sees it. */
export function toView(row: Selectable<ConversationTable>): ConversationView {
  return {
    id: row.id,
    channel: row.channel,
    state: row.state,
    ownerId: row.owner_id,
    ownerVersion: row.owner_version,
    messageSeq: row.message_seq,
    deskSeq: row.desk_seq,
    answeredSeq: row.answered_seq,
    seenSeq: row.seen_seq,
    language: row.language,
    context: row.context,
    card: row.card,
    openedAt: row.opened_at.toISOString(),
    waitingSince: row.waiting_since?.toISOString() ?? null,
    changedAt: row.changed_at.toISOString(),
  };
}

/** The name of a staff member that customers and colleagues see. */
export type NameOf = (staffId: string) => Promise<string | undefined>;
