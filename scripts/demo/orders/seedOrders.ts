import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { CoreTables } from '../../../core/database/tables.ts';
import { putRecord } from '../../../orders/backends/embedded.ts';
import { orderDb } from '../../../orders/tables.ts';
import type { Customer, Order, Product, Shipment } from '../../../orders/types.ts';

/** Fills the embedded backend with the demo shop: 40 customers, 20 products, 80 orders in every status, dated around `now`. */
export async function seedDemoOrders(database: Kysely<CoreTables>, now: Date): Promise<void> {
  const products = readProducts();
  const customers = readCustomers();
  const orders = readOrders(now, customers, products);
  await orderDb(database)
    .transaction()
    .execute(async (tx) => {
      for (const record of [...customers, ...products, ...orders]) await putRecord(tx, record, true);
    });
}

/** Six orders that a visitor of the demo may try, with postcode and what to expect. */
export function demoHints(): { number: string; postcode: string; what: string }[] {
  const customers = new Map(readCustomers().map((customer) => [customer.id, customer]));
  return hints.map(([number, what]) => {
    const row = rows('orders.tsv').find(([digits]) => digits === number);
    return { number: `HH-${number}`, postcode: customers.get(row?.[1] ?? '')?.addresses[0]?.postcode ?? '', what };
  });
}

/** What lies in one of these orders, by product. */
export function demoItems(number: string): { id: string; quantity: number }[] {
  const digits = hints.map(([hint]) => hint).find((hint) => number === `HH-${hint}`);
  const items = rows('orders.tsv').find(([row]) => digits !== undefined && row === digits)?.[4] ?? '';
  return items.split(',').flatMap((item) => {
    const [id = '', , quantity = '1'] = item.split(':');
    return id ? [{ id, quantity: Number(quantity) }] : [];
  });
}

/** Who is signed in on the demo page: one order that can be cancelled, one on its way, one delivered. */
export const demoCustomer = { id: 'c-40', name: 'Hana Petersen', email: 'hana.petersen@example.de' };

const hints: [string, string][] = [
  ['24806', 'parcels'],
  ['24803', 'customs'],
  ['24804', 'late'],
  ['24805', 'today'],
  ['24809', 'pickup'],
  ['24812', 'duties'],
];

const currencies: Record<string, string> = {
  GB: 'GBP',
  US: 'USD',
  CA: 'CAD',
  AU: 'AUD',
  JP: 'JPY',
  KR: 'KRW',
  CN: 'CNY',
  SA: 'SAR',
  AE: 'AED',
  MX: 'MXN',
  BR: 'BRL',
  CH: 'CHF',
};
// Prices stand in euros; the demo's other price lists are round multiples of them.
const factors: Record<string, number> = { JPY: 160, KRW: 1450, CNY: 7.5, SAR: 4, AED: 4, MXN: 19, BRL: 6 };

function rows(file: string): string[][] {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

function readCustomers(): Customer[] {
  return rows('customers.tsv').map(
    ([
      id = '',
      first = '',
      last = '',
      email = '',
      language = '',
      line1 = '',
      city = '',
      postcode = '',
      country = '',
      kind = 'card',
    ]) => ({
      type: 'customer',
      id,
      name: { first, last },
      email,
      language,
      addresses: [{ line1, city, postcode, country }],
      payment_methods: [
        {
          id: `${id}-pay`,
          kind: kind as 'card',
          ...(kind === 'gift_card' ? { balance: { amount: '120.00', currency: currencies[country] ?? 'EUR' } } : {}),
        },
      ],
    }),
  );
}

function readProducts(): Product[] {
  return rows('products.tsv').map(([id = '', title = '', category = '', price = '', options = '']) => ({
    type: 'product',
    id,
    title,
    category,
    variants: options.split(',').map((option, i) => {
      const [name = '', value = ''] = option.split(':');
      return {
        id: `${id}-${i}`,
        options: { [name]: value },
        price: { amount: price, currency: 'EUR' },
        available: true,
      };
    }),
  }));
}

function readOrders(now: Date, customers: Customer[], products: Product[]): Order[] {
  return rows('orders.tsv').map(
    ([digits = '', customerId = '', placed = '', status = '', items = '', parcels = '']) => {
      const customer = customers.find((candidate) => candidate.id === customerId);
      const [shipping_address] = customer?.addresses ?? [];
      if (!customer || !shipping_address) throw new Error(`order ${digits}: unknown customer ${customerId}`);
      const currency = currencies[shipping_address.country] ?? 'EUR';
      const lines = items.split(',').map((entry, i) => {
        const [productId = '', variant = '0', quantity = '1'] = entry.split(':');
        const product = products.find((candidate) => candidate.id === productId);
        const chosen = product?.variants[Number(variant)];
        if (!product || !chosen) throw new Error(`order ${digits}: unknown item ${entry}`);
        return {
          id: `${digits}-${i + 1}`,
          product_id: productId,
          variant_id: chosen.id,
          title: product.title,
          options: chosen.options,
          quantity: Number(quantity),
          price: { amount: priced(chosen.price.amount, currency), currency },
        };
      });
      const total = lines
        .reduce((sum, line) => sum + Number(line.price.amount) * line.quantity, 0)
        .toFixed(wholeUnits.has(currency) ? 0 : 2);
      const shipments = parcels
        ? parcels.split(';').map((text, i, all) =>
            shipment(
              now,
              digits,
              text,
              i,
              all.length,
              lines.map((line) => line.id),
            ),
          )
        : [];
      const delivered = status === 'delivered' || status === 'closed' ? shipments.at(-1)?.events.at(-1)?.at : undefined;
      const method_id = `${customerId}-pay`;
      const paid = {
        kind: 'payment' as const,
        method_id,
        amount: { amount: total, currency },
        at: at(now, Number(placed)),
        status: 'done' as const,
      };
      return {
        type: 'order',
        id: `o-${digits}`,
        number: `HH-${digits}`,
        customer_id: customerId,
        ...(customer.email ? { email: customer.email } : {}),
        placed_at: at(now, Number(placed)),
        status: status as Order['status'],
        items: lines,
        shipping_address,
        totals: { total: { amount: total, currency } },
        payments:
          status === 'cancelled'
            ? [paid, { ...paid, kind: 'refund' as const, at: at(now, Number(placed) + 1) }]
            : [paid],
        shipments,
        returns: [],
        ...(delivered ? { delivered_at: delivered } : {}),
        ...(status === 'cancelled' ? { cancel_reason: 'no_longer_needed' } : {}),
      };
    },
  );
}

// "carrier|status@day/place/country|from..to": the parcel's last event and its estimate, in days from now.
function shipment(now: Date, digits: string, text: string, index: number, count: number, itemIds: string[]): Shipment {
  const [carrier = '', last = '', estimate = ''] = text.split('|');
  const [status = '', where = ''] = last.split('@');
  const [day = '0', place = '', country = ''] = where.split('/');
  const [from = '', to = ''] = estimate.split('..');
  const earlier: Shipment['events'] =
    status === 'label_created' ? [] : [{ at: at(now, Number(day) - 3), status: 'label_created' }];
  if (!['label_created', 'picked_up'].includes(status))
    earlier.push({ at: at(now, Number(day) - 2), status: 'picked_up', place: 'Venlo', country: 'NL' });
  return {
    id: `s-${digits}-${index + 1}`,
    carrier,
    tracking_number: `${carrier.slice(0, 2).toUpperCase()}${digits}${index + 1}0042`,
    items: count === 1 ? itemIds : itemIds.slice(index, index + 1),
    events: [
      ...earlier,
      {
        at: at(now, Number(day)),
        status: status as Shipment['events'][number]['status'],
        ...(place ? { place } : {}),
        ...(country ? { country } : {}),
      },
    ],
    ...(from
      ? { estimated_delivery: { from: at(now, Number(from)).slice(0, 10), to: at(now, Number(to)).slice(0, 10) } }
      : {}),
  };
}

const wholeUnits = new Set(['JPY', 'KRW']);

function priced(euros: string, currency: string): string {
  return (Number(euros) * (factors[currency] ?? 1)).toFixed(wholeUnits.has(currency) ? 0 : 2);
}

function at(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString();
}
