import { type Kysely, sql } from 'kysely';
import type { NameOf } from '../core/conversations/read.ts';
import type { CoreTables, State } from '../core/database/tables.ts';

/** Open conversations as the desk lists them: who waits longest first, then by the latest change. */
export async function queueItems(
  db: Kysely<CoreTables>,
  nameOf: NameOf,
  ids?: readonly string[],
): Promise<QueueItem[]> {
  let query = db
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .select([
      'conversation.id',
      'state',
      'owner_id',
      'owner_version',
      'conversation.language',
      'conversation.channel',
      'card',
      'waiting_since',
      'changed_at',
      'message_seq',
      'contact.name',
    ])
    // What the customer said last tells what it is about; our own replies do not.
    .select(
      sql<
        string | null
      >`(select left(text, 140) from message said where said.conversation_id = conversation.id and said.sender = 'customer' order by seq desc limit 1)`.as(
        'preview',
      ),
    )
    .select(
      sql<
        string | null
      >`(select sender from message said where said.conversation_id = conversation.id and said.sender <> 'system' order by seq desc limit 1)`.as(
        'spoke',
      ),
    )
    .where('state', '<>', 'closed')
    .where('message_seq', '>', 0);
  if (ids) query = query.where('conversation.id', 'in', [...ids]);
  const rows = await query
    .orderBy(sql`case state when 'waiting' then 0 when 'agent' then 1 else 2 end`)
    .orderBy('waiting_since')
    .orderBy('changed_at', 'desc')
    .limit(500)
    .execute();
  return Promise.all(
    rows.map(async (row) => {
      const owner = row.owner_id ? await nameOf(row.owner_id) : undefined;
      return {
        id: row.id,
        state: row.state,
        ownerId: row.owner_id,
        ...(owner ? { owner } : {}),
        ownerVersion: row.owner_version,
        language: row.language,
        channel: row.channel,
        name: row.name,
        ...(row.state !== 'bot' && typeof row.card?.reason === 'string' ? { reason: row.card.reason } : {}),
        preview: row.preview ?? '',
        messageSeq: row.message_seq,
        unanswered: row.spoke === 'customer',
        waitingSince: row.waiting_since?.toISOString() ?? null,
        changedAt: row.changed_at.toISOString(),
      };
    }),
  );
}

/** One line of the queue. `unanswered`: the customer spoke last. */
export type QueueItem = {
  id: string;
  state: State;
  ownerId: string | null;
  owner?: string;
  ownerVersion: number;
  language: string;
  channel: string;
  name: string | null;
  reason?: string;
  preview: string;
  messageSeq: number;
  unanswered: boolean;
  waitingSince: string | null;
  changedAt: string;
};
