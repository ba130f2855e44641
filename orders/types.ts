import { z } from 'zod';

const amount = z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/, 'a decimal string such as "49.90"');
const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code');
const time = z.iso.datetime({ offset: true, message: 'an ISO 8601 time with an offset' });
const day = z.iso.date('a date such as 2026-11-24');
// Keys and addresses are looked up in text columns, which hold no control characters.
const plain = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, 'no control characters');
const id = plain(200);

const money = z.looseObject({ amount, currency });
const address = z.looseObject({
  line1: z.string(),
  line2: z.string().optional(),
  city: z.string(),
  state: z.string().optional(),
  postcode: z.string(),
  country,
});
const item = z.looseObject({
  id,
  product_id: id,
  variant_id: id,
  title: z.string(),
  options: z.record(z.string(), z.string()),
  quantity: z.int().min(1),
  price: money,
});
const payment = z.looseObject({
  id: id.optional(),
  kind: z.enum(['payment', 'refund']),
  method_id: id,
  amount: money,
  at: time.optional(),
  status: z.enum(['done', 'pending']).optional(),
});
const shipmentEvent = z.looseObject({
  at: time.optional(),
  status: z.enum([
    'label_created',
    'picked_up',
    'in_transit',
    'export_customs',
    'import_customs',
    'customs_held',
    'duties_due',
    'out_for_delivery',
    'delivery_failed',
    'available_for_pickup',
    'delivered',
    'returned_to_sender',
    'lost',
    'exception',
  ]),
  place: z.string().optional(),
  country: country.optional(),
  text: z.string().optional(),
});
const shipment = z.looseObject({
  id: id.optional(),
  carrier: z.string().optional(),
  tracking_number: z.string(),
  items: z.array(id),
  events: z.array(shipmentEvent),
  estimated_delivery: z.looseObject({ from: day, to: day }).optional(),
});
const orderReturn = z.looseObject({
  id,
  kind: z.enum(['return', 'exchange']),
  status: z.enum([
    'requested',
    'approved',
    'label_sent',
    'in_transit',
    'received',
    'refunded',
    'exchanged',
    'refused',
    'cancelled',
  ]),
  reason: z.string().optional(),
  items: z.array(z.looseObject({ item_id: id, quantity: z.int().min(1), new_variant_id: id.optional() })),
  refund_to: id.optional(),
  difference: z.looseObject({ amount, currency, method_id: id.optional() }).optional(),
  created_at: time,
});

/** The records of a shop as its files hold them; unknown fields are kept. */
export const customerSchema = z.looseObject({
  type: z.literal('customer'),
  id,
  name: z.looseObject({ first: z.string(), last: z.string() }),
  email: plain(320).optional(),
  phone: z.string().optional(),
  language: z.string().optional(),
  addresses: z.array(address),
  payment_methods: z.array(
    z.looseObject({
      id,
      kind: z.enum(['card', 'paypal', 'gift_card', 'bank', 'wallet', 'cash_on_delivery']),
      label: z.string().optional(),
      balance: money.optional(),
    }),
  ),
});

/** A product with its variants; `available` tells whether a variant can be bought. */
export const productSchema = z.looseObject({
  type: z.literal('product'),
  id,
  title: z.string(),
  category: z.string().optional(),
  variants: z.array(
    z.looseObject({
      id,
      sku: z.string().optional(),
      options: z.record(z.string(), z.string()),
      price: money,
      available: z.union([z.boolean(), z.int()]),
    }),
  ),
});

/** An order with items, payments, parcels and returns. */
export const orderSchema = z
  .looseObject({
    type: z.literal('order'),
    id,
    number: plain(64),
    customer_id: id.optional(),
    email: plain(320).optional(),
    placed_at: time.optional(),
    status: z.enum(['pending', 'processing', 'shipped', 'delivered', 'cancelled', 'closed']),
    items: z.array(item),
    shipping_address: address,
    billing_address: address.optional(),
    totals: z
      .looseObject({
        items: money.optional(),
        shipping: money.optional(),
        tax: money.optional(),
        duties: money.optional(),
        discount: money.optional(),
        total: money.optional(),
      })
      .optional(),
    payments: z.array(payment),
    shipments: z.array(shipment),
    returns: z.array(orderReturn),
    delivered_at: time.optional(),
    cancel_reason: z.string().optional(),
    item_changes_used: z.boolean().optional(),
    notes: z.unknown().optional(),
  })
  .refine(
    (order) => new Set(order.items.map((entry) => entry.id)).size === order.items.length,
    'item ids must be unique within an order',
  );

/** A customer as the shop's records have it. */
export type Customer = z.infer<typeof customerSchema>;
/** A product with its variants. */
export type Product = z.infer<typeof productSchema>;
/** An order as the shop's backend knows it. */
export type Order = z.infer<typeof orderSchema>;
export type OrderStatus = Order['status'];
/** One parcel of an order. */
export type Shipment = z.infer<typeof shipment>;
/** Where a parcel stands. */
export type ShipmentStatus = z.infer<typeof shipmentEvent>['status'];
/** An amount as a decimal string with its currency. */
export type Money = z.infer<typeof money>;

/** What can be done to an order, as data; every backend says which of them it can. */
export type Action = { kind: 'cancel'; orderId: string; reason: CancelReason };

/** Why an order is cancelled, as the shop's records name it. */
export type CancelReason = 'no_longer_needed' | 'ordered_by_mistake' | 'other';

/** What became of an action; `refused` says by a code why the backend would not. */
export type Outcome =
  | { result: 'done'; refunds: { amount: Money; method: string; at_once: boolean }[] }
  | { result: 'refused'; why: RefusalCode };

/** `changed`: the order is not as the customer saw it; `not_allowed`: the policy forbids it; `not_found`: it is gone. */
export type RefusalCode = 'not_found' | 'not_pending' | 'changed' | 'not_allowed' | 'not_proven';

/** Reads orders. `findOrder` takes a number as typed. */
export type OrderReader = {
  findOrder(number: string): Promise<Order | undefined>;
  orderById(id: string): Promise<Order | undefined>;
  /** Newest first. */
  ordersOf(customerId: string): Promise<Order[]>;
  customer(id: string): Promise<Customer | undefined>;
  products(ids: string[]): Promise<Product[]>;
};

/** Writes orders: each key once. `readBack` tells what became of a key, undefined when nothing was written under it. */
export type OrderActions = {
  can: readonly Action['kind'][];
  run(action: Action, key: string): Promise<Outcome>;
  readBack(key: string): Promise<Outcome | undefined>;
};
