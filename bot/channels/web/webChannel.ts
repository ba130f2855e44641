import { type Kysely, sql } from 'kysely';
import { type ContactRow, createVisitor, identify, visitorOf } from '../../../core/contacts.ts';
import { addDeskEvent } from '../../../core/conversations/deskEvents.ts';
import { moveIn } from '../../../core/conversations/moves.ts';
import { messagesAfter, type NameOf } from '../../../core/conversations/read.ts';
import { openConversation, type Received, type ReceiveOptions, receive } from '../../../core/conversations/receive.ts';
import type { MessageView } from '../../../core/conversations/types.ts';
import type { CoreTables } from '../../../core/database/tables.ts';
import { AppError } from '../../../core/errors.ts';
import type { Limits } from '../../../core/limits.ts';

/** What a visitor of the web chat can do, each only to the own conversation; routes.ts puts it on HTTP. */
export function createWebChannel({ db, limits, receiveOptions, nameOf, verifyShopToken, recordVote }: WebChannelParts) {
  return {
    /** The visitor of this secret with the conversation in progress, or a new visitor. */
    async enter(request: {
      secret?: string | undefined;
      language?: string | undefined;
      market?: string | undefined;
      timeZone?: string | undefined;
    }): Promise<{ contact: ContactRow; secret: string; conversation: ChatState }> {
      const known = request.secret ? await visitorOf(db, 'web', request.secret, limits.VISITOR_DAYS) : undefined;
      const fresh = known
        ? { contact: known, secret: request.secret ?? '' }
        : await createVisitor(db, {
            channel: 'web',
            ...(request.language ? { language: request.language } : {}),
            ...(request.market ? { market: request.market } : {}),
            ...(request.timeZone ? { timeZone: request.timeZone } : {}),
          });
      return { ...fresh, conversation: await current(fresh.contact.id) };
    },

    async send(
      contactId: string,
      message: {
        clientId: string;
        text: string;
        payload?: string | undefined;
        attachments?: string[] | undefined;
        context?: Record<string, unknown> | undefined;
        address?: string | undefined;
      },
    ): Promise<Received> {
      return receive(
        db,
        {
          channel: 'web',
          contactId,
          externalId: `${contactId}:${message.clientId}`,
          clientId: message.clientId,
          text: message.text,
          ...(message.attachments?.length ? { attachments: message.attachments } : {}),
          ...(message.payload ? { payload: message.payload } : {}),
          ...(message.context ? { context: message.context } : {}),
          ...(message.address ? { address: message.address } : {}),
        },
        receiveOptions,
      );
    },

    current,

    /** Messages of the own conversation after a number; remembers how far the visitor has seen. */
    async after(conversationId: string, after: number): Promise<MessageView[]> {
      return messagesAfter(db, conversationId, after, pageSize, nameOf);
    },

    /** Up to 50 messages before a number of an own conversation, and where the next page begins: before them, or in the conversation before. */
    async earlier(contactId: string, conversationId: string, before: number): Promise<Earlier> {
      const own = await db
        .selectFrom('conversation')
        .select(['id', 'previous_id'])
        .where('id', '=', conversationId)
        .where('contact_id', '=', contactId)
        .executeTakeFirst();
      if (!own) throw new AppError('not_found', 'no such conversation');
      const from = Math.max(0, before - 1 - earlierPage);
      const messages = before > 1 ? await messagesAfter(db, own.id, from, before - 1 - from, nameOf) : [];
      if (from > 0) return { conversationId: own.id, messages, next: { conversation: own.id, before: from + 1 } };
      const previous = own.previous_id
        ? await db
            .selectFrom('conversation')
            .select(['id', 'message_seq'])
            .where('id', '=', own.previous_id)
            .executeTakeFirst()
        : undefined;
      return {
        conversationId: own.id,
        messages,
        ...(previous ? { next: { conversation: previous.id, before: previous.message_seq + 1 } } : {}),
      };
    },

    /** Whether an answer helped; it must be an answer from an article in an own conversation. */
    async vote(contactId: string, vote: { conversationId: string; seq: number; helpful: boolean }): Promise<void> {
      const message = await db
        .selectFrom('message')
        .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
        .select('message.body')
        .where('conversation.id', '=', vote.conversationId)
        .where('conversation.contact_id', '=', contactId)
        .where('message.seq', '=', vote.seq)
        .executeTakeFirst();
      const card = message?.body.find((block) => block.type === 'articleCard');
      if (!card) throw new AppError('not_found', 'there is no answer to judge');
      await recordVote({ ...vote, slug: card.slug, language: card.language });
    },

    async seen(conversationId: string, seq: number): Promise<void> {
      await db
        .updateTable('conversation')
        .set({ seen_seq: sql<number>`greatest(seen_seq, least(${seq}, message_seq))` })
        .where('id', '=', conversationId)
        .execute();
    },

    /** Pins the language, or lets it follow the messages again. */
    async pin(contactId: string, language: string | null): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('contact')
          .set({ language_pinned: language !== null, ...(language ? { language } : {}) })
          .where('id', '=', contactId)
          .execute();
        if (language)
          await tx
            .updateTable('conversation')
            .set({ language })
            .where('contact_id', '=', contactId)
            .where('state', '<>', 'closed')
            .execute();
      });
    },

    /** Binds the shop's customer to the visitor when the shop's token is good. */
    async identify(contactId: string, token: string): Promise<{ name?: string }> {
      const customer = await verifyShopToken(token);
      if (!customer) throw new AppError('forbidden', "the shop's token is not valid");
      await identify(db, contactId, customer, limits.IDENTIFIED_IDLE_MINUTES);
      return customer.name ? { name: customer.name } : {};
    },

    /** Waiting → bot: the customer would rather go on with the assistant. */
    async back(contactId: string): Promise<void> {
      const { id } = await current(contactId);
      await db.transaction().execute(async (tx) => {
        await moveIn(tx, { conversationId: id, move: 'resume' });
        await addDeskEvent(tx, id, { kind: 'customer_back' });
      });
    },
  };

  // The conversation is made with the first look, so that its number exists before the first message.
  async function current(contactId: string): Promise<ChatState> {
    const open = await stateOf(contactId);
    if (open) return open;
    await db.transaction().execute(async (tx) => {
      const contact = await tx
        .selectFrom('contact')
        .selectAll()
        .where('id', '=', contactId)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!contact) throw new AppError('unauthenticated', 'this visitor is gone');
      const latest = await tx
        .selectFrom('conversation')
        .select('id')
        .where('contact_id', '=', contactId)
        .limit(1)
        .executeTakeFirst();
      if (!latest) await openConversation(tx, contact, receiveOptions);
    });
    const made = await stateOf(contactId);
    if (!made) throw new AppError('unauthenticated', 'this visitor is gone');
    return made;
  }

  // The open conversation, else the last closed one: its messages stay readable.
  async function stateOf(contactId: string): Promise<ChatState | undefined> {
    const row = await db
      .selectFrom('conversation')
      .innerJoin('contact', 'contact.id', 'conversation.contact_id')
      .select([
        'conversation.id',
        'state',
        'owner_id',
        'message_seq',
        'conversation.language',
        'language_pinned',
        'customer_id',
        'answered_seq',
        'previous_id',
      ])
      .select(sql<boolean>`turn_due_at is not null and state = 'bot'`.as('thinking'))
      .select(
        sql<number>`case when state = 'waiting' then (select count(*)::int from conversation other where other.state = 'waiting'
          and (other.waiting_since, other.id) <= (conversation.waiting_since, conversation.id)) else 0 end`.as(
          'position',
        ),
      )
      .where('contact_id', '=', contactId)
      .orderBy('closed_at', (order) => order.desc().nullsFirst())
      .limit(1)
      .executeTakeFirst();
    if (!row) return undefined;
    const agent = row.owner_id ? await nameOf(row.owner_id) : undefined;
    return {
      id: row.id,
      state: row.state,
      ...(agent ? { agent } : {}),
      ...(row.state === 'waiting' ? { position: row.position } : {}),
      typing: row.thinking,
      messageSeq: row.message_seq,
      language: row.language,
      pinned: row.language_pinned,
      previous: row.previous_id !== null,
    };
  }
}

/** What the visitor may know about the conversation's state. */
export type ChatState = {
  id: string;
  state: string;
  agent?: string;
  position?: number;
  typing: boolean;
  messageSeq: number;
  language: string;
  pinned: boolean;
  /** There are older conversations of this visitor. */
  previous: boolean;
};

/** A page of older messages, oldest first. */
export type Earlier = {
  conversationId: string;
  messages: MessageView[];
  next?: { conversation: string; before: number };
};

export type WebChannel = ReturnType<typeof createWebChannel>;

type WebChannelParts = {
  db: Kysely<CoreTables>;
  limits: Limits;
  receiveOptions: ReceiveOptions;
  nameOf: NameOf;
  verifyShopToken(token: string): Promise<{ id: string; name?: string } | undefined>;
  recordVote(vote: {
    conversationId: string;
    seq: number;
    slug: string;
    language: string;
    helpful: boolean;
  }): Promise<void>;
};

const pageSize = 200;
const earlierPage = 50;
