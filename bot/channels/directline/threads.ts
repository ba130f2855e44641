import { type Kysely, sql } from 'kysely';
import { textBlock } from '../../../core/blocks.ts';
import { identify } from '../../../core/contacts.ts';
import { append } from '../../../core/conversations/append.ts';
import { messagesAfter, type NameOf } from '../../../core/conversations/read.ts';
import { openConversation, type Received, type ReceiveOptions, receive } from '../../../core/conversations/receive.ts';
import type { Incoming, MessageView } from '../../../core/conversations/types.ts';
import type { CoreTables, State } from '../../../core/database/tables.ts';
import { AppError } from '../../../core/errors.ts';
import type { Limits } from '../../../core/limits.ts';

/** Direct Line's conversations on ours: a thread is a contact of its own and points at that contact's conversation. */
export function createThreads({ db, limits, receiveOptions, nameOf, verifyShopToken }: ThreadParts) {
  async function find(id: string): Promise<Thread | undefined> {
    const row = await db
      .selectFrom('contact')
      .innerJoin('conversation', 'conversation.contact_id', 'contact.id')
      .select([
        'contact.id as contactId',
        'contact.reference',
        'conversation.id',
        'conversation.state',
        'conversation.language',
        'conversation.message_seq',
        sql<boolean>`turn_due_at is not null and state = 'bot'`.as('thinking'),
        sql<boolean>`state = 'closed' and closed_at <= now() - ${limits.REOPEN_DAYS} * interval '1 day'`.as('ended'),
      ])
      .where('contact.channel', '=', 'directline')
      .where('contact.external_id', '=', id)
      .orderBy('opened_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row) return undefined;
    const { userId, name } = (row.reference ?? {}) as { userId?: string; name?: string };
    return {
      id,
      contactId: row.contactId,
      conversationId: row.id,
      state: row.state,
      language: row.language,
      last: row.message_seq,
      thinking: row.thinking,
      ended: row.ended,
      ...(userId ? { userId } : {}),
      ...(name ? { name } : {}),
    };
  }

  return {
    find,

    /** The thread of this id; made, with its conversation, when it is new. */
    async start(id: string, user: ThreadUser): Promise<{ thread: Thread; created: boolean }> {
      const created = await db.transaction().execute(async (tx) => {
        const contact = await tx
          .insertInto('contact')
          .values({
            channel: 'directline',
            external_id: id,
            name: user.name ?? null,
            language: user.language ?? null,
            reference: JSON.stringify({
              ...(user.userId ? { userId: user.userId } : {}),
              ...(user.name ? { name: user.name } : {}),
            }),
          })
          .onConflict((conflict) => conflict.columns(['channel', 'external_id']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (!contact) return false;
        await openConversation(tx, contact, receiveOptions);
        return true;
      });
      const thread = await find(id);
      if (!thread) throw new AppError('not_found', 'no such conversation');
      return { thread, created };
    },

    /** A client without a user of its own is known by the first sender that it names. */
    async nameUser(thread: Thread, userId: string, name: string | undefined): Promise<void> {
      await db
        .updateTable('contact')
        .set({ reference: JSON.stringify({ userId, ...(name ? { name } : {}) }), ...(name ? { name } : {}) })
        .where('id', '=', thread.contactId)
        .execute();
    },

    /** Stores a message of the customer; the channel's id of it is its number. */
    receive: (incoming: Incoming): Promise<Received> => receive(db, incoming, receiveOptions),

    /** Stores what the bot says at the start. */
    async say(thread: Thread, texts: string[]): Promise<number[]> {
      return db.transaction().execute((tx) =>
        append(
          tx,
          thread.conversationId,
          texts.map((text) => ({ sender: 'bot', language: thread.language, body: [textBlock(text)] })),
        ),
      );
    },

    messagesAfter: (thread: Thread, after: number): Promise<MessageView[]> =>
      messagesAfter(db, thread.conversationId, after, pageSize, nameOf),

    async seen(thread: Thread, seq: number): Promise<void> {
      await db
        .updateTable('conversation')
        .set({ seen_seq: sql<number>`greatest(seen_seq, least(${seq}, message_seq))` })
        .where('id', '=', thread.conversationId)
        .execute();
    },

    /** Binds the shop's customer when the shop's token is good. */
    async identify(thread: Thread, token: string): Promise<void> {
      const customer = await verifyShopToken(token);
      if (!customer) throw new AppError('invalid', "the shop's token is not valid");
      await identify(db, thread.contactId, customer, limits.IDENTIFIED_IDLE_MINUTES);
    },
  };
}

export type Threads = ReturnType<typeof createThreads>;

/** A Direct Line conversation. `ended`: closed too long ago to go on, the client must start anew. */
export type Thread = {
  id: string;
  contactId: string;
  conversationId: string;
  state: State;
  language: string;
  last: number;
  thinking: boolean;
  ended: boolean;
  userId?: string;
  name?: string;
};

export type ThreadUser = {
  userId?: string | undefined;
  name?: string | undefined;
  language?: string | undefined;
};

type ThreadParts = {
  db: Kysely<CoreTables>;
  limits: Limits;
  receiveOptions: ReceiveOptions;
  nameOf: NameOf;
  verifyShopToken(token: string): Promise<{ id: string; name?: string } | undefined>;
};

const pageSize = 200;
