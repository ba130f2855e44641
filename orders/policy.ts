import type { Order, RefusalCode } from './types.ts';

/** Whether the bot may cancel this order: only before packing, and no more once its items were changed. */
export function canCancel(order: Order): { ok: true } | { ok: false; why: RefusalCode } {
  if (order.status !== 'pending') return { ok: false, why: 'not_pending' };
  if (order.item_changes_used) return { ok: false, why: 'not_allowed' };
  return { ok: true };
}

/** The part of an order's state that a customer's yes was about: an action runs only while it is still the same. */
export function seenState(order: Order): Record<string, unknown> {
  return {
    status: order.status,
    items: order.items.map((item) => [item.id, item.variant_id, item.quantity]),
    payments: order.payments.length,
  };
}
