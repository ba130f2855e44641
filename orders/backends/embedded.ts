import { type Kysely, sql, type Transaction } from 'kysely';
import type { CoreTables } from '../../core/database/tables.ts';
import { digitsKey, emailKey, numberKey } from '../keys.ts';
import { canCancel } from '../policy.ts';
import { type OrderTables, orderDb } from '../tables.ts';
import type { Action, Customer, Order, OrderActions, OrderReader, Outcome, Product } from '../types.ts';

/** The backend that keeps the shop's records in our own database. */
export function createEmbeddedOrders(database: Kysely<CoreTables>): OrderReader & OrderActions {
  const db = orderDb(database);
  return {
    can: ['cancel'],

    async findOrder(number) {
      const rows = await db
        .selectFrom('shop_order')
        .select(['record', 'number_key'])
        .where((where) =>
          where.or([where('number_key', '=', numberKey(number)), where('digits_key', '=', digitsKey(number))]),
        )
        .limit(3)
        .execute();
      const exact = rows.find((row) => row.number_key === numberKey(number));
      // Without (or with another) prefix of letters the number counts only when it leaves no choice.
      const typedBare = numberKey(number) === digitsKey(number);
      const loose = rows.filter((row) => typedBare || row.number_key === digitsKey(number));
      return exact?.record ?? (loose.length === 1 ? loose[0]?.record : undefined);
    },

    async orderById(id) {
      return (await db.selectFrom('shop_order').select('record').where('id', '=', id).executeTakeFirst())?.record;
    },

    async ordersOf(customerId) {
      const rows = await db
        .selectFrom('shop_order')
        .select('record')
        .where('customer_id', '=', customerId)
        .orderBy('placed_at', (order) => order.desc().nullsLast())
        .execute();
      return rows.map((row) => row.record);
    },

    async customer(id) {
      return (await db.selectFrom('shop_customer').select('record').where('id', '=', id).executeTakeFirst())?.record;
    },

    async products(ids) {
      if (ids.length === 0) return [];
      return (await db.selectFrom('shop_product').select('record').where('id', 'in', ids).execute()).map(
        (row) => row.record,
      );
    },

    async run(action, key) {
      return db.transaction().execute(async (tx) => {
        const before = await written(tx, key);
        if (before) return before;
        const outcome = await cancel(tx, action);
        await tx
          .insertInto('order_write')
          .values({ key, order_id: action.orderId, outcome: JSON.stringify(outcome) })
          .execute();
        return outcome;
      });
    },

    async readBack(key) {
      return written(db, key);
    },
  };
}

/** Stores one record under its id; tells whether it was new, changed or the same. */
export async function putRecord(
  db: Kysely<OrderTables>,
  record: Customer | Product | Order,
  demo: boolean,
): Promise<'created' | 'updated' | 'unchanged'> {
  const json = JSON.stringify(record);
  const table = `shop_${record.type}` as const;
  const before = await db.selectFrom(table).select(['record', 'demo']).where('id', '=', record.id).executeTakeFirst();
  if (before && !before.demo && JSON.stringify(before.record) === json) return 'unchanged';
  const row = { id: record.id, record: json, demo };
  if (record.type === 'product') await upsert(db, 'shop_product', row);
  else if (record.type === 'customer')
    await upsert(db, 'shop_customer', { ...row, email_key: record.email ? emailKey(record.email) : null });
  else {
    await upsert(db, 'shop_order', {
      ...row,
      number_key: numberKey(record.number),
      digits_key: digitsKey(record.number),
      customer_id: record.customer_id ?? null,
      email_key: record.email ? emailKey(record.email) : null,
      placed_at: record.placed_at ? new Date(record.placed_at) : null,
    });
  }
  return before ? 'updated' : 'created';
}

async function upsert(
  db: Kysely<OrderTables>,
  table: 'shop_customer' | 'shop_product' | 'shop_order',
  row: Record<string, unknown>,
): Promise<void> {
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  const values = sql.join(Object.values(row));
  const updates = sql.join(Object.keys(row).map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`));
  await sql`insert into ${sql.table(table)} (${columns}) values (${values}) on conflict (id) do update set ${updates}, changed_at = now()`.execute(
    db,
  );
}

async function written(db: Kysely<OrderTables>, key: string): Promise<Outcome | undefined> {
  const row = await db.selectFrom('order_write').select('outcome').where('key', '=', key).executeTakeFirst();
  return row?.outcome as Outcome | undefined;
}

// Writes the status, the reason and one refund per payment; a gift card gets its money back at once, other methods when the provider says so.
async function cancel(tx: Transaction<OrderTables>, action: Action): Promise<Outcome> {
  const row = await tx
    .selectFrom('shop_order')
    .select('record')
    .where('id', '=', action.orderId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) return { result: 'refused', why: 'not_found' };
  const order = row.record;
  const allowed = canCancel(order);
  if (!allowed.ok) return { result: 'refused', why: allowed.why };
  const customerRow = order.customer_id
    ? await tx
        .selectFrom('shop_customer')
        .select('record')
        .where('id', '=', order.customer_id)
        .forNoKeyUpdate()
        .executeTakeFirst()
    : undefined;
  const customer = customerRow?.record;
  const giftCards = new Map(
    customer?.payment_methods.filter((method) => method.kind === 'gift_card').map((method) => [method.id, method]),
  );
  const paid = order.payments.filter((payment) => payment.kind === 'payment');
  const now = new Date().toISOString();
  const refunds = paid.map((payment) => ({
    kind: 'refund' as const,
    method_id: payment.method_id,
    amount: payment.amount,
    at: now,
    status: giftCards.has(payment.method_id) ? ('done' as const) : ('pending' as const),
  }));
  for (const refund of refunds) {
    const card = giftCards.get(refund.method_id);
    if (card?.balance)
      card.balance = { ...card.balance, amount: addDecimal(card.balance.amount, refund.amount.amount) };
  }
  const changed: Order = {
    ...order,
    status: 'cancelled',
    cancel_reason: action.reason,
    payments: [...order.payments, ...refunds],
  };
  await putRecordKeepingDemo(tx, 'shop_order', order.id, changed);
  if (customer && giftCards.size > 0) await putRecordKeepingDemo(tx, 'shop_customer', customer.id, customer);
  return {
    result: 'done',
    refunds: refunds.map((refund) => ({
      amount: refund.amount,
      method: refund.method_id,
      at_once: refund.status === 'done',
    })),
  };
}

async function putRecordKeepingDemo(
  tx: Transaction<OrderTables>,
  table: 'shop_order' | 'shop_customer',
  id: string,
  record: Order | Customer,
) {
  await tx
    .updateTable(table)
    .set({ record: JSON.stringify(record), changed_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Adds two decimal strings without the rounding of floating point, keeping the finer scale. */
export function addDecimal(a: string, b: string): string {
  const scale = Math.max(decimals(a), decimals(b));
  const sum = toUnits(a, scale) + toUnits(b, scale);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0');
  const text = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return sum < 0n ? `-${text}` : text;
}

function decimals(value: string): number {
  return value.split('.')[1]?.length ?? 0;
}

function toUnits(value: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return value.startsWith('-') ? -units : units;
}
