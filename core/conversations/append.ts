import { sql, type Transaction } from 'kysely';
import { type Block, plainText } from '../blocks.ts';
import type { CoreTables, Sender } from '../database/tables.ts';
import { publish } from '../events.ts';
import { addSignals } from './signals.ts';

/**
 * Stores messages under the next numbers of their conversation and queues them for channels that are sent to.
 * The conversation's row lock makes the numbers gap-free. Returns the stored numbers, oldest first.
 */
export async function append(
  tx: Transaction<CoreTables>,
  conversationId: string,
  messages: NewMessage[],
): Promise<number[]> {
  if (messages.length === 0) return [];
  const conversation = await tx
    .updateTable('conversation')
    .set({ message_seq: sql<number>`message_seq + ${messages.length}`, changed_at: sql<Date>`now()` })
    .where('id', '=', conversationId)
    .returning(['message_seq', 'channel'])
    .executeTakeFirstOrThrow();
  const first = conversation.message_seq - messages.length + 1;
  const rows = await tx
    .insertInto('message')
    .values(
      messages.map((message, i) => ({
        conversation_id: conversationId,
        seq: first + i,
        sender: message.sender,
        staff_id: message.staffId ?? null,
        language: message.language,
        body: JSON.stringify(message.body),
        text: message.text ?? plainText(message.body),
        payload: message.payload ?? null,
        reply_to: message.replyTo ?? null,
        channel: conversation.channel,
        external_id: message.externalId ?? null,
        client_id: message.clientId ?? null,
      })),
    )
    .returning(['id', 'seq', 'sender'])
    .execute();
  const outgoing = rows.filter((row) => row.sender !== 'customer');
  if (outgoing.length > 0 && !pullChannels.has(conversation.channel)) {
    await tx
      .insertInto('delivery')
      .values(
        outgoing.map((row) => ({
          conversation_id: conversationId,
          message_id: row.id,
          seq: row.seq,
          channel: conversation.channel,
        })),
      )
      .execute();
  }
  await addSignals(
    tx,
    conversationId,
    rows.filter((row) => row.sender === 'agent').map(({ seq }) => ({ kind: 'agent', seq })),
  );
  await publish(tx, { t: 'conversation', id: conversationId });
  return rows.map((row) => row.seq).sort((a, b) => a - b);
}

/** Channels whose clients fetch: storing is delivery. */
export const pullChannels: ReadonlySet<string> = new Set(['web', 'directline']);

export type NewMessage = {
  sender: Sender;
  staffId?: string;
  language: string;
  body: Block[];
  text?: string;
  payload?: string;
  replyTo?: number;
  externalId?: string;
  clientId?: string;
};
