import type { Identity } from '../../orders/identity.ts';
import type { Order, OrderReader } from '../../orders/types.ts';
import { viewOrder } from '../../orders/view.ts';
import type { Reply } from '../reply.ts';
import { describeOrder } from './describeOrder.ts';
import type { Flow, FlowContext, Step } from './types.ts';

/** Where an order is: number and proof in any order at the coarse rung, nothing but the order for a signed-in customer. */
export function createOrderStatus({ orders, identity, exampleNumber }: OrderStatusParts): Flow {
  return {
    name: 'order_status',
    intents: ['order_status', 'shipment_delayed', 'shipment_lost', 'delivered_not_received'],
    slots: {
      number: { entities: ['order_number'] },
      proof: { entities: ['email', 'postcode'] },
      order: { entities: [] },
    },

    async prefill(slots, context) {
      if (slots.number || slots.order) return {};
      if (context.shownOrder) return { number: context.shownOrder };
      // Open orders come first: nobody asks where a parcel is that arrived a month ago.
      const own = context.customerId
        ? await orders.ordersOf(context.customerId)
        : await identity.provenOrders(context.conversationId);
      const open = own.filter(
        (order) => order.status !== 'closed' && order.status !== 'cancelled' && order.status !== 'delivered',
      );
      const single = open.length === 1 ? open[0] : own.length === 1 ? own[0] : undefined;
      return single ? { order: single.id } : {};
    },

    async next(slots, context) {
      const known = slots.order
        ? await orders.orderById(slots.order)
        : slots.number && context.customerId
          ? await orders.findOrder(slots.number)
          : undefined;
      if (known) {
        const rung = await identity.rungFor({
          conversationId: context.conversationId,
          customerId: context.customerId,
          order: known,
        });
        if (rung !== 'none') return tell(known, rung, context);
      }
      if (context.customerId && !slots.number) return choose(context, context.customerId);
      if (!slots.number)
        return {
          type: 'ask',
          slot: 'number',
          replies: [context.say('orderStatus.askNumber', { example: exampleNumber })],
        };
      if (await identity.blocked(context.conversationId, context.address)) return blocked(context);
      if (!slots.proof)
        return { type: 'ask', slot: 'proof', replies: [context.say('orderStatus.askProof', { number: slots.number })] };
      const proof = slots.proof.includes('@') ? { email: slots.proof } : { postcode: slots.proof };
      const result = await identity.prove({
        conversationId: context.conversationId,
        address: context.address,
        number: slots.number,
        proof,
      });
      if (result.ok) return tell(result.order, 'coarse', context);
      if (result.blocked) return blocked(context);
      return {
        type: 'ask',
        slot: 'proof',
        replies: [context.say('orderStatus.wrong')],
        wrong: true,
        forget: ['proof'],
      };
    },
  };

  async function choose(context: FlowContext, customerId: string): Promise<Step> {
    const own = await orders.ordersOf(customerId);
    if (own.length === 0) return { type: 'ask', slot: 'number', replies: [context.say('orderStatus.noOrders')] };
    const choices = own.slice(0, 5).map((order) => ({
      label: `${order.number} · ${context.text(`orderLabel.${order.status}`)}`,
      payload: `slot:order=${order.id}`,
    }));
    return { type: 'ask', slot: 'order', replies: [context.say('orderStatus.whichOrder')], choices };
  }

  function tell(order: Order, rung: 'coarse' | 'full', context: FlowContext): Step {
    const described = describeOrder(viewOrder(order, rung), context);
    return { type: 'done', replies: described.replies, orderId: order.id, offerPerson: described.offerPerson };
  }

  function blocked(context: FlowContext): Step {
    const replies: Reply[] = [context.say('orderStatus.blocked')];
    return { type: 'done', replies, offerPerson: true };
  }
}

type OrderStatusParts = {
  orders: Pick<OrderReader, 'orderById' | 'ordersOf' | 'findOrder'>;
  identity: Identity;
  /** What the shop's order numbers look like. */
  exampleNumber: string;
};
