import { type Kysely, sql, type Transaction } from 'kysely';
import { attach } from '../attachments/photos.ts';
import { textBlock } from '../blocks.ts';
import type { ContactRow } from '../contacts.ts';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import { append } from './append.ts';
import { moveIn } from './moves.ts';
import type { Incoming } from './types.ts';

/**
 * Stores a customer's message once and marks its conversation as due for a turn; when it returns, nothing can lose the message.
 * A conversation closed less than `reopenDays` ago opens again, later a new one begins.
 */
export async function receive(db: Kysely<CoreTables>, incoming: Incoming, options: ReceiveOptions): Promise<Received> {
  return db.transaction().execute(async (tx) => {
    // One contact's messages queue here: neither duplicates nor two first messages can race. NO KEY: a foreign key's check
    // (which an own second update of the conversation sets off) must not wait for the others in the queue.
    const contact = await tx
      .selectFrom('contact')
      .selectAll()
      .where('id', '=', incoming.contactId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!contact) throw new AppError('not_found', 'no such contact');
    const before = await tx
      .selectFrom('message')
      .select(['conversation_id', 'seq', 'id'])
      .where('channel', '=', incoming.channel)
      .where('external_id', '=', incoming.externalId)
      .executeTakeFirst();
    if (before) return { conversationId: before.conversation_id, seq: before.seq, id: before.id, duplicate: true };

    const conversation = await openConversation(tx, contact, options);
    const language = languageOf(incoming, contact, conversation.language, options);
    const photos = incoming.attachments?.length
      ? await attach(tx, contact.id, incoming.attachments, conversation.id)
      : undefined;
    const [seq] = await append(tx, conversation.id, [
      {
        sender: 'customer',
        language: language.message,
        body: [...(incoming.text ? [textBlock(incoming.text)] : []), ...(photos?.blocks ?? [])],
        text: incoming.text,
        externalId: incoming.externalId,
        ...(incoming.payload ? { payload: incoming.payload } : {}),
        ...(incoming.clientId ? { clientId: incoming.clientId } : {}),
      },
    ]);
    if (seq === undefined) throw new AppError('internal', 'the message got no number');
    await photos?.number(seq);
    await tx
      .updateTable('conversation')
      .set({
        language: language.conversation,
        turn_due_at: sql<Date>`coalesce(turn_due_at, now())`,
        ...(incoming.address ? { address: incoming.address } : {}),
        ...(incoming.context ? { context: JSON.stringify(incoming.context) } : {}),
      })
      .where('id', '=', conversation.id)
      .execute();
    const { id } = await tx
      .selectFrom('message')
      .select('id')
      .where('conversation_id', '=', conversation.id)
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    return { conversationId: conversation.id, seq, id, duplicate: false };
  });
}

/** The contact's open conversation: the one in progress, the last one opened again, or a new one linked to it. */
export async function openConversation(
  tx: Transaction<CoreTables>,
  contact: ContactRow,
  options: Pick<ReceiveOptions, 'reopenDays' | 'defaultLanguage'>,
): Promise<{ id: string; language: string }> {
  const latest = await tx
    .selectFrom('conversation')
    .select([
      'id',
      'state',
      'language',
      'closed_from',
      sql<boolean>`closed_at > now() - ${options.reopenDays} * interval '1 day'`.as('recent'),
    ])
    .where('contact_id', '=', contact.id)
    .orderBy('closed_at', (order) => order.desc().nullsFirst())
    .limit(1)
    .executeTakeFirst();
  if (latest && latest.state !== 'closed') return latest;
  if (latest?.recent) {
    const move = latest.closed_from === 'bot' ? 'reopen' : 'requeue';
    await moveIn(tx, { conversationId: latest.id, move });
    return latest;
  }
  return tx
    .insertInto('conversation')
    .values({
      contact_id: contact.id,
      channel: contact.channel,
      previous_id: latest?.id ?? null,
      language: contact.language ?? options.defaultLanguage,
    })
    .returning(['id', 'language'])
    .executeTakeFirstOrThrow();
}

/** What receiving needs to know of language and lifetimes. */
export type ReceiveOptions = {
  /** core/language's detector; `known` tells whether we speak the language. */
  detect(text: string, prior: string): { language: string; confidence: number; known: boolean };
  reopenDays: number;
  defaultLanguage: string;
};

/** Where the message stands; `duplicate` when it was there already. */
export type Received = { conversationId: string; seq: number; id: string; duplicate: boolean };

// A pinned language and a button press (its text is ours) never change the conversation's language.
function languageOf(
  incoming: Incoming,
  contact: ContactRow,
  current: string,
  options: ReceiveOptions,
): { message: string; conversation: string } {
  if (incoming.payload || incoming.text === '') return { message: current, conversation: current };
  const found = options.detect(incoming.text, current);
  if (contact.language_pinned) return { message: found.language, conversation: contact.language ?? current };
  return { message: found.language, conversation: found.known ? found.language : current };
}
