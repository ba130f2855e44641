import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';

/** Collects what an agent must know first: why a person is needed, in the customer's own words, and what the records say. */
export function createCard({
  db,
  ordersFor,
}: CardParts & { db: Kysely<CoreTables> }): (conversationId: string, language: string) => Promise<Card> {
  return async (conversationId, language) => {
    const row = await db
      .selectFrom('conversation')
      .innerJoin('contact', 'contact.id', 'conversation.contact_id')
      .select([
        'card',
        'conversation.language',
        'contact.name',
        'contact.customer_id',
        'contact.market',
        'contact.time_zone',
        'context',
        'opened_at',
      ])
      .where('conversation.id', '=', conversationId)
      .executeTakeFirstOrThrow();
    const earlier = await db
      .selectFrom('conversation as before')
      .innerJoin('conversation as now', (join) =>
        join.onRef('now.contact_id', '=', 'before.contact_id').on('now.id', '=', conversationId),
      )
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .where('before.id', '<>', conversationId)
      .where('before.message_seq', '>', 0)
      .executeTakeFirst();
    const actions = await db
      .selectFrom('action')
      .select(['order_id', 'data', 'state'])
      .where('conversation_id', '=', conversationId)
      .orderBy('created_at', 'desc')
      .limit(5)
      .execute();
    const card = row.card ?? {};
    return {
      ...(typeof card.reason === 'string' ? { reason: card.reason } : {}),
      ...(typeof card.sentence === 'string' ? { sentence: card.sentence } : {}),
      customer: {
        name: row.name,
        identified: row.customer_id !== null,
        language: row.language,
        market: row.market,
        timeZone: row.time_zone,
        earlier: Number(earlier?.count ?? 0),
      },
      context: row.context,
      orders: await ordersFor(conversationId, row.customer_id, language),
      actions: actions.map((action) => ({
        orderId: action.order_id,
        kind: String(action.data.kind ?? ''),
        state: action.state,
      })),
    };
  };
}

/** One order on the card, in words of the agent's language; an agent may see cities. `proven`: the customer showed that it is theirs. */
export type CardOrder = {
  number: string;
  proven: boolean;
  status: string;
  placedAt?: string;
  lines: string[];
  items: string[];
};

/** What stands on an agent's card. */
export type Card = {
  reason?: string;
  sentence?: string;
  customer: {
    name: string | null;
    identified: boolean;
    language: string;
    market: string | null;
    timeZone: string | null;
    earlier: number;
  };
  context: Record<string, unknown>;
  orders: CardOrder[];
  actions: { orderId: string; kind: string; state: string }[];
};

export type CardParts = {
  db: Kysely<CoreTables>;
  /** The orders of this conversation as the agent reads them; composed where orders and words are known. */
  ordersFor(conversationId: string, customerId: string | null, language: string): Promise<CardOrder[]>;
};
