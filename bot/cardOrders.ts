import { plainText } from '../core/blocks.ts';
import { formatDate } from '../core/format.ts';
import type { I18n } from '../core/i18n.ts';
import type { Identity } from '../orders/identity.ts';
import type { Order, OrderReader } from '../orders/types.ts';
import { viewOrder } from '../orders/view.ts';
import { describeOrder } from './flows/describeOrder.ts';
import type { FlowContext } from './flows/types.ts';

/** The orders of a conversation in the agent's language, with cities: what the card shows and what a colleague can say at once. */
export function createCardOrders({ orders, identity, i18n, zone }: CardOrderParts) {
  return async (conversationId: string, customerId: string | null, language: string): Promise<CardOrderWords[]> => {
    const proven = await identity.provenOrders(conversationId);
    const own = customerId ? (await orders.ordersOf(customerId)).slice(0, 3) : [];
    const all = [...new Map([...proven, ...own].map((order) => [order.id, order])).values()].slice(0, 4);
    return all.map((order) => words(order, language));
  };

  function words(order: Order, language: string): CardOrderWords {
    const text = (key: string, values: Record<string, string | number> = {}) => i18n.t(language, `bot:${key}`, values);
    const context: FlowContext = {
      conversationId: '',
      address: null,
      customerId: null,
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
        : view.parcels.map((parcel) => firstLine(describeOrder({ ...view, parcels: [parcel] }, context).replies));
    return {
      number: order.number,
      status: text(`orderLabel.${order.status}`),
      ...(order.placed_at ? { placedAt: formatDate(language, order.placed_at, zone, 'medium') } : {}),
      lines,
      items: order.items.map((item) => `${item.quantity} × ${item.title} (${Object.values(item.options).join(', ')})`),
    };
  }
}

type CardOrderWords = { number: string; status: string; placedAt?: string; lines: string[]; items: string[] };

type CardOrderParts = { orders: OrderReader; identity: Identity; i18n: I18n; zone: string };

function firstLine(replies: { body: Parameters<typeof plainText>[0] }[]): string {
  return plainText(replies[0]?.body ?? []);
}
