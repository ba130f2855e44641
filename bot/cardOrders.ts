import type { Kysely } from 'kysely';
import { plainText } from '../core/blocks.ts';
import type { CoreTables } from '../core/database/tables.ts';
import { formatDate } from '../core/format.ts';
import type { I18n } from '../core/i18n.ts';
import type { Identity } from '../orders/identity.ts';
import type { Order, OrderReader } from '../orders/types.ts';
import { viewOrder } from '../orders/view.ts';
import { describeOrder, parcelLine } from './flows/describeOrder.ts';
import type { FlowContext } from './flows/types.ts';
import type { Entity } from './understanding/types.ts';

/** The orders of a conversation in the agent's language, with cities: what the card shows and what a colleague can say at once. */
export function createCardOrders({ db, orders, identity, i18n, valuesIn, zone }: CardOrderParts) {
  return async (conversationId: string, customerId: string | null, language: string): Promise<CardOrderWords[]> => {
    const proven = await identity.provenOrders(conversationId);
    const own = customerId ? (await orders.ordersOf(customerId)).slice(0, 3) : [];
    const known = new Map([...proven, ...own].map((order) => [order.id, order]));
    const named = (await mentioned(conversationId)).filter((order) => !known.has(order.id));
    return [
      ...[...known.values()].map((order) => words(order, language, true)),
      ...named.map((order) => words(order, language, false)),
    ].slice(0, 4);
  };

  // A number that the customer named without proving it: the colleague may look, and knows that it is not proven.
  async function mentioned(conversationId: string): Promise<Order[]> {
    const rows = await db
      .selectFrom('message')
      .select('text')
      .where('conversation_id', '=', conversationId)
      .where('sender', '=', 'customer')
      .orderBy('seq', 'desc')
      .limit(20)
      .execute();
    const numbers = new Set(
      rows
        .flatMap((row) => valuesIn(row.text))
        .filter((entity) => entity.name === 'order_number')
        .map((entity) => entity.value),
    );
    const found = await Promise.all([...numbers].slice(0, 4).map((number) => orders.findOrder(number)));
    return [...new Map(found.filter((order) => order !== undefined).map((order) => [order.id, order])).values()];
  }

  function words(order: Order, language: string, proven: boolean): CardOrderWords {
    const text = (key: string, values: Record<string, string | number> = {}) => i18n.t(language, `bot:${key}`, values);
    const context: FlowContext = {
      conversationId: '',
      address: null,
      customerId: null,
      shownOrder: null,
      language,
      zone,
      text,
      say: (key, values) => ({ language, body: [{ type: 'text', spans: [{ text: text(key, values) }] }] }),
    };
    const view = viewOrder(order, 'full');
    // Each parcel is described by itself: "Parcel 2 of 3 is held at customs in Leipzig since 20 November".
    const lines =
      view.parcels.length === 0
        ? [firstLine(describeOrder(view, context).replies)]
        : view.parcels.map((parcel) => parcelLine(parcel, context));
    return {
      number: order.number,
      proven,
      status: text(`orderLabel.${order.status}`),
      ...(order.placed_at ? { placedAt: formatDate(language, order.placed_at, zone, 'medium') } : {}),
      lines,
      items: order.items.map((item) => `${item.quantity} × ${item.title} (${Object.values(item.options).join(', ')})`),
    };
  }
}

type CardOrderWords = {
  number: string;
  proven: boolean;
  status: string;
  placedAt?: string;
  lines: string[];
  items: string[];
};

type CardOrderParts = {
  db: Kysely<CoreTables>;
  orders: OrderReader;
  identity: Identity;
  i18n: I18n;
  /** Values in what the customer wrote. */
  valuesIn(text: string): Entity[];
  zone: string;
};

function firstLine(replies: { body: Parameters<typeof plainText>[0] }[]): string {
  return plainText(replies[0]?.body ?? []);
}
