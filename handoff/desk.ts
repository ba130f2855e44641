import { sql } from 'kysely';
import { type Block, textBlock } from '../core/blocks.ts';
import { append } from '../core/conversations/append.ts';
import { addDeskEvent } from '../core/conversations/deskEvents.ts';
import { type Moved, move, moveIn } from '../core/conversations/moves.ts';
import { conversationView, deskEventsAfter, messagesAfter, type NameOf } from '../core/conversations/read.ts';
import type { ConversationView, DeskEventView, MessageView } from '../core/conversations/types.ts';
import { AppError } from '../core/errors.ts';
import { publish } from '../core/events.ts';
import type { I18n } from '../core/i18n.ts';
import { type Card, type CardParts, createCard } from './card.ts';

/** What an agent can do to a conversation; every act is one transaction, and who loses a race learns who won. */
export function createDesk({ db, i18n, nameOf, ...cardParts }: DeskParts): Desk {
  const cardOf = createCard({ db, ...cardParts });
  return {
    async open(id, language) {
      const conversation = await conversationView(db, id);
      if (!conversation) throw new AppError('not_found', 'no such conversation');
      const owner = conversation.ownerId ? await nameOf(conversation.ownerId) : undefined;
      return {
        conversation: { ...conversation, ...(owner ? { owner } : {}) },
        messages: await messagesAfter(db, id, Math.max(0, conversation.messageSeq - 300), 300, nameOf),
        events: await deskEventsAfter(db, id, 0, 300, nameOf),
        card: await cardOf(id, language),
      };
    },

    messagesAfter: (id, after) => messagesAfter(db, id, after, 200, nameOf),
    eventsAfter: (id, after) => deskEventsAfter(db, id, after, 200, nameOf),
    view: (id) => conversationView(db, id),

    async claim(id, by, ownerVersion) {
      return explain(() => take(id, { move: 'claim', ownerVersion, by }));
    },

    async takeover(id, by, ownerVersion) {
      return explain(() => take(id, { move: 'takeover', ownerVersion, by }));
    },

    async reply(id, by, { text, clientId, ownerVersion }) {
      return db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('conversation')
          .select(['owner_id', 'owner_version', 'state', 'language'])
          .where('id', '=', id)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (!row) throw new AppError('not_found', 'no such conversation');
        const before = await tx
          .selectFrom('message')
          .select('seq')
          .where('conversation_id', '=', id)
          .where('client_id', '=', clientId)
          .executeTakeFirst();
        if (before) return { seq: before.seq };
        if (row.owner_id !== by || row.owner_version !== ownerVersion) {
          const owner = row.owner_id ? await nameOf(row.owner_id) : undefined;
          throw new AppError('stale', 'the conversation is not yours any more', {
            state: row.state,
            ownerVersion: row.owner_version,
            ...(owner ? { owner } : {}),
          });
        }
        const [seq = 0] = await append(tx, id, [
          { sender: 'agent', staffId: by, language: row.language, body: paragraphs(text), text, clientId },
        ]);
        await tx
          .updateTable('conversation')
          .set({ answered_seq: seq, turn_due_at: null })
          .where('id', '=', id)
          .where('turn_by', 'is', null)
          .execute();
        return { seq };
      });
    },

    async note(id, by, { text, clientId }) {
      await db.transaction().execute(async (tx) => {
        const row = await tx.selectFrom('conversation').select('id').where('id', '=', id).executeTakeFirst();
        if (!row) throw new AppError('not_found', 'no such conversation');
        await addDeskEvent(tx, id, { kind: 'note', staffId: by, clientId, data: { text } });
        await publish(tx, { t: 'conversation', id });
      });
    },

    async returnToBot(id, by, ownerVersion) {
      return explain(() =>
        db.transaction().execute(async (tx) => {
          const moved = await moveIn(tx, { conversationId: id, move: 'return', ownerVersion, ownerId: by, by });
          await leaveCustomer(tx, id, 'handoff:toCustomer.returned');
          return moved;
        }),
      );
    },

    async transfer(id, by, ownerVersion) {
      return explain(() => move(db, { conversationId: id, move: 'transfer', ownerVersion, ownerId: by, by }));
    },

    async close(id, by, ownerVersion) {
      return explain(() =>
        db.transaction().execute(async (tx) => {
          await leaveCustomer(tx, id, 'handoff:toCustomer.closed');
          return moveIn(tx, { conversationId: id, move: 'close', ownerVersion, ownerId: by, by });
        }),
      );
    },
  };

  // The customer hears who is here now, in the same transaction as the move.
  async function take(
    id: string,
    { move: kind, ownerVersion, by }: { move: 'claim' | 'takeover'; ownerVersion: number; by: string },
  ): Promise<Moved> {
    const agent = await nameOf(by);
    return db.transaction().execute(async (tx) => {
      const moved = await moveIn(tx, { conversationId: id, move: kind, ownerVersion, owner: by, by });
      await tell(tx, id, (language) => [
        { type: 'status', state: 'accepted', ...(agent ? { agent } : {}) },
        textBlock(i18n.t(language, 'handoff:toCustomer.joined', { agent: agent ?? '' })),
      ]);
      return moved;
    });
  }

  // A lost race names the person who has it now.
  async function explain(act: () => Promise<Moved>): Promise<Moved> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof AppError && error.code === 'stale' && typeof error.details?.ownerId === 'string') {
        const owner = await nameOf(error.details.ownerId);
        throw new AppError('stale', error.message, { ...error.details, ...(owner ? { owner } : {}) });
      }
      throw error;
    }
  }

  async function tell(
    tx: Parameters<typeof append>[0],
    id: string,
    body: (language: string) => Block[],
  ): Promise<number> {
    const { language } = await tx
      .selectFrom('conversation')
      .select('language')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const [seq = 0] = await append(tx, id, [{ sender: 'system', language, body: body(language) }]);
    return seq;
  }

  async function leaveCustomer(tx: Parameters<typeof append>[0], id: string, key: string) {
    const seq = await tell(tx, id, (language) => [
      { type: 'status', state: 'completed' },
      textBlock(i18n.t(language, key)),
    ]);
    // What was said until now has been in a person's hands: the bot does not answer it a second time.
    await tx
      .updateTable('conversation')
      .set({ answered_seq: sql<number>`greatest(answered_seq, ${seq})`, turn_due_at: null })
      .where('id', '=', id)
      .execute();
  }
}

/** The agent's acts. `ownerVersion` is what the agent's screen showed: an older one throws `stale` with the present owner. */
export type Desk = {
  open(
    id: string,
    language: string,
  ): Promise<{
    conversation: ConversationView & { owner?: string };
    messages: MessageView[];
    events: DeskEventView[];
    card: Card;
  }>;
  messagesAfter(id: string, after: number): Promise<MessageView[]>;
  eventsAfter(id: string, after: number): Promise<DeskEventView[]>;
  view(id: string): Promise<ConversationView | undefined>;
  claim(id: string, by: string, ownerVersion: number): Promise<Moved>;
  takeover(id: string, by: string, ownerVersion: number): Promise<Moved>;
  reply(
    id: string,
    by: string,
    reply: { text: string; clientId: string; ownerVersion: number },
  ): Promise<{ seq: number }>;
  note(id: string, by: string, note: { text: string; clientId: string }): Promise<void>;
  returnToBot(id: string, by: string, ownerVersion: number): Promise<Moved>;
  transfer(id: string, by: string, ownerVersion: number): Promise<Moved>;
  close(id: string, by: string, ownerVersion: number): Promise<Moved>;
};

export type DeskParts = { i18n: I18n; nameOf: NameOf } & CardParts;

function paragraphs(text: string) {
  return text
    .split(/\n{2,}/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map(textBlock);
}
