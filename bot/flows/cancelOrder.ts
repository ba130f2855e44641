import { createHash } from 'node:crypto';
import { formatList, formatMoney } from '../../core/format.ts';
import { canCancel, seenState } from '../../orders/policy.ts';
import type { Order, OrderReader } from '../../orders/types.ts';
import type { HandoffReason, Reply } from '../reply.ts';
import type { ActionOutcome } from '../types.ts';
import { isolate } from './describeOrder.ts';
import type { Flow, FlowContext, Slots, Step } from './types.ts';

/** Cancelling a pending order: only for its signed-in customer, with a reason, a summary and the yes that is bound to it. */
export function createCancelOrder({ orders, pending }: CancelParts): Flow {
  return {
    name: 'cancel_order',
    intents: ['cancel_order'],
    slots: {
      number: { entities: ['order_number'] },
      order: { entities: [] },
      reason: { entities: [], values: reasons },
    },

    async prefill(slots, { customerId }) {
      if (!customerId || slots.number || slots.order) return {};
      const open = (await orders.ordersOf(customerId)).filter((order) => canCancel(order).ok);
      return open.length === 1 && open[0] ? { order: open[0].id } : {};
    },

    async next(slots, context) {
      if (!context.customerId) return { type: 'done', replies: [context.say('cancel.signIn')], offerPerson: true };
      const order = await chosen(slots, context.customerId);
      if (!order) return ask(slots, context, context.customerId);
      if (await pending(order.id))
        return {
          type: 'done',
          replies: [context.say('cancel.pending', { number: isolate(order.number, context.language) })],
          orderId: order.id,
        };
      const allowed = canCancel(order);
      if (!allowed.ok) {
        const why = allowed.why === 'not_allowed' ? 'not_allowed' : 'not_pending';
        return {
          type: 'done',
          replies: [context.say(`cancel.${why}`, { number: isolate(order.number, context.language) })],
          orderId: order.id,
          offerPerson: why === 'not_allowed',
        };
      }
      if (!slots.reason) {
        const choices = reasons.map((reason) => ({
          label: context.text(`cancel.reason.${reason}`),
          payload: `slot:reason=${reason}`,
        }));
        return {
          type: 'ask',
          slot: 'reason',
          replies: [context.say('cancel.askReason', { number: isolate(order.number, context.language) })],
          choices,
        };
      }
      const digest = digestOf(order, slots.reason);
      return {
        type: 'confirm',
        digest,
        replies: [context.say('cancel.summary', summaryOf(order, slots.reason, context))],
        choices: [
          { label: context.text('button.yesCancel'), payload: `confirm:${digest}` },
          { label: context.text('button.noKeep'), payload: 'deny' },
        ],
      };
    },

    async commit(slots, context) {
      const order = context.customerId ? await chosen(slots, context.customerId) : undefined;
      if (!order || !context.customerId || !slots.reason) return { replies: [context.say('cancel.signIn')] };
      return {
        replies: [context.say('cancel.sent', { number: isolate(order.number, context.language) })],
        action: {
          // The same order in the same state for the same reason is the same wish, however often it is confirmed.
          key: `cancel:${order.id}:${digestOf(order, slots.reason)}`,
          orderId: order.id,
          data: { kind: 'cancel', reason: slots.reason },
          seen: seenState(order),
          proof: { rung: 'full', customerId: context.customerId },
        },
      };
    },
  };

  async function chosen(slots: Slots, customerId: string): Promise<Order | undefined> {
    const order = slots.order
      ? await orders.orderById(slots.order)
      : slots.number
        ? await orders.findOrder(slots.number)
        : undefined;
    return order?.customer_id === customerId ? order : undefined;
  }

  async function ask(slots: Slots, context: FlowContext, customerId: string): Promise<Step> {
    const open = (await orders.ordersOf(customerId)).filter((order) => canCancel(order).ok);
    if (open.length === 0) return { type: 'done', replies: [context.say('cancel.nonePending')] };
    const choices = open.slice(0, 5).map((order) => ({ label: order.number, payload: `slot:order=${order.id}` }));
    const wrong = slots.number !== undefined;
    return {
      type: 'ask',
      slot: 'order',
      replies: [context.say(wrong ? 'cancel.notYours' : 'cancel.whichOrder')],
      choices,
      wrong,
      forget: ['number'],
    };
  }
}

/** What the customer hears of an action's outcome; `person` when a colleague has to go on. */
export async function tellCancelOutcome(
  outcome: ActionOutcome,
  orders: Pick<OrderReader, 'orderById'>,
  context: FlowContext,
): Promise<{ replies: Reply[]; person?: HandoffReason; offerPerson?: boolean }> {
  const order = await orders.orderById(outcome.orderId);
  const number = isolate(order?.number ?? '', context.language);
  if (outcome.state === 'slow') return { replies: [context.say('cancel.slow', { number })] };
  if (outcome.state === 'failed' || outcome.state === 'stuck')
    return { replies: [context.say('cancel.failed', { number })], person: 'flow_exit' };
  if (outcome.state === 'refused') return { replies: [context.say('cancel.refused', { number })], offerPerson: true };
  const refunds = (outcome.outcome.refunds ?? []) as {
    amount: { amount: string; currency: string };
    at_once: boolean;
  }[];
  const lines = refunds.map((refund) =>
    context.text(refund.at_once ? 'cancel.refundDone' : 'cancel.refundPending', {
      amount: formatMoney(context.language, refund.amount),
    }),
  );
  const text = [context.text('cancel.done', { number }), ...lines].join(' ');
  return { replies: [{ language: context.language, body: [{ type: 'text', spans: [{ text }] }] }] };
}

const reasons = ['no_longer_needed', 'ordered_by_mistake', 'other'] as const;

type CancelParts = {
  orders: Pick<OrderReader, 'orderById' | 'ordersOf' | 'findOrder'>;
  /** Whether an action on this order has no outcome yet. */
  pending(orderId: string): Promise<boolean>;
};

// Binds the yes to exactly what the summary showed: another state of the order is another summary.
function digestOf(order: Order, reason: string): string {
  return createHash('sha256')
    .update(JSON.stringify([order.id, seenState(order), reason]))
    .digest('base64url')
    .slice(0, 22);
}

function summaryOf(order: Order, reason: string, { language, text }: FlowContext) {
  const items = formatList(
    language,
    order.items.map((item) => (item.quantity > 1 ? `${item.quantity} × ${item.title}` : item.title)),
  );
  const paid = order.payments
    .filter((payment) => payment.kind === 'payment')
    .map((payment) => formatMoney(language, payment.amount));
  return {
    number: isolate(order.number, language),
    items,
    reason: text(`cancel.reason.${reason}`),
    refund: paid.length > 0 ? formatList(language, paid) : text('cancel.noRefund'),
  };
}
