import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { createVisitor } from '../../core/contacts.ts';
import { receive } from '../../core/conversations/receive.ts';
import { createLog } from '../../core/log.ts';
import { createActionWorker } from '../../orders/actionWorker.ts';
import { addDecimal, createEmbeddedOrders } from '../../orders/backends/embedded.ts';
import { exportOrders } from '../../orders/exportOrders.ts';
import { createIdentity } from '../../orders/identity.ts';
import { importOrders } from '../../orders/importOrders.ts';
import { seenState } from '../../orders/policy.ts';
import { viewOrder } from '../../orders/view.ts';
import { seedDemoOrders } from '../../scripts/demo/orders/seedOrders.ts';
import { testDatabase } from '../support/database.ts';

let base: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.drop());
beforeEach(async () => {
  await base.pool.query(
    'truncate shop_order, shop_customer, shop_product, order_write, proof, proof_failure, action, contact cascade',
  );
});

const { limits } = readConfig(import.meta.dirname, {});
const log = createLog('silent');

const customer = {
  type: 'customer',
  id: 'c1',
  name: { first: 'Ann', last: 'Lee' },
  email: 'Ann@Example.com',
  extra: { kept: [1, 'two'] },
  addresses: [],
  payment_methods: [
    { id: 'g1', kind: 'gift_card', balance: { amount: '10.05', currency: 'EUR' } },
    { id: 'v1', kind: 'card' },
  ],
};
const address = { line1: 'Street 1', city: 'Leeds', postcode: 'LS1 4AP', country: 'GB' };
const order = (number: string, more: Record<string, unknown> = {}) => ({
  zulu: 'first key',
  type: 'order',
  id: `o-${number}`,
  number: `HH-${number}`,
  customer_id: 'c1',
  placed_at: '2026-11-20T10:00:00Z',
  status: 'pending',
  items: [
    {
      id: 'i1',
      product_id: 'p',
      variant_id: 'v',
      title: 'Lamp',
      options: {},
      quantity: 1,
      price: { amount: '30.10', currency: 'EUR' },
    },
  ],
  shipping_address: address,
  payments: [
    { kind: 'payment', method_id: 'g1', amount: { amount: '10.10', currency: 'EUR' } },
    { kind: 'payment', method_id: 'v1', amount: { amount: '20.00', currency: 'EUR' } },
  ],
  shipments: [],
  returns: [],
  ...more,
});

async function take(...lines: (string | object)[]) {
  const refused: [number, string][] = [];
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const report = await importOrders(base.db, Readable.from(text), (line, reason) => refused.push([line, reason]));
  return { report, refused };
}

async function all(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportOrders(base.db)) lines.push(line);
  return lines;
}

describe('import and export', () => {
  test('what goes in comes out, unknown fields and the order of keys too', async () => {
    const lines = [
      JSON.stringify(customer),
      JSON.stringify(order('1')),
      JSON.stringify(order('2', { notes: { any: ['thing'] }, placed_at: '2026-11-20T10:00:00+09:00' })),
    ];
    expect((await take(...lines)).report).toEqual({ created: 3, updated: 0, unchanged: 0, refused: 0 });
    expect(await all()).toEqual(lines);
    expect((await take(...lines)).report).toEqual({ created: 0, updated: 0, unchanged: 3, refused: 0 });
    expect((await take(order('1', { status: 'shipped' }))).report.updated).toBe(1);
  });

  test('a bad line is refused with its number, the others are taken', async () => {
    const { report, refused } = await take(
      order('1'),
      '{"type":',
      '',
      '[]',
      { type: 'parcel' },
      order('2', { status: 'lost' }),
      order('3', { placed_at: 'yesterday' }),
      order('4', { items: [{ id: 'x' }] }),
      order('5', { number: 'a\u0000b' }),
      order('6', { payments: [{ kind: 'payment', method_id: 'm', amount: { amount: '1e3', currency: 'EUR' } }] }),
      order('7'),
    );
    expect(report).toEqual({ created: 2, updated: 0, unchanged: 0, refused: 8 });
    expect(refused.map(([line]) => line)).toEqual([2, 4, 5, 6, 7, 8, 9, 10]);
    expect(refused.every(([, reason]) => reason.length > 5)).toBe(true);
  });

  test('the first line taken removes the demo, a refused one does not', async () => {
    await seedDemoOrders(base.db, new Date());
    expect(await all()).toHaveLength(140);
    await take('{"type":"order"}');
    expect(await all()).toHaveLength(140);
    await take(order('1'));
    expect(await all()).toHaveLength(1);
  });

  test('the demo has every status', async () => {
    await seedDemoOrders(base.db, new Date());
    const records = (await all()).map((line) => JSON.parse(line));
    const orders = records.filter((record) => record.type === 'order');
    expect(orders).toHaveLength(80);
    expect(new Set(orders.map((record) => record.status))).toEqual(
      new Set(['pending', 'processing', 'shipped', 'delivered', 'cancelled', 'closed']),
    );
    const events = new Set(
      orders.flatMap((record) =>
        record.shipments.map((shipment: { events: { status: string }[] }) => shipment.events.at(-1)?.status),
      ),
    );
    expect(events.size).toBe(14);
  });
});

describe('finding an order', () => {
  test.each(['HH-24817', 'hh24817', '# HH 24817', '24817', 'ＨＨ－２４８１７', '٢٤٨١٧'])('%s', async (typed) => {
    await take(order('24817'));
    expect((await createEmbeddedOrders(base.db).findOrder(typed))?.id).toBe('o-24817');
  });

  test('a number without its letters counts only while it is unambiguous', async () => {
    await take(order('24817'), { ...order('24817'), id: 'other', number: 'EU-24817' });
    const orders = createEmbeddedOrders(base.db);
    expect(await orders.findOrder('24817')).toBeUndefined();
    expect((await orders.findOrder('EU-24817'))?.id).toBe('other');
    expect(await orders.findOrder('XX-24817')).toBeUndefined();
  });
});

describe('identity', () => {
  const conversationId = '00000000-0000-4000-8000-000000000001';

  async function conversation(): Promise<string> {
    const { contact } = await createVisitor(base.db, { channel: 'web' });
    const { conversationId: id } = await receive(
      base.db,
      { channel: 'web', contactId: contact.id, externalId: Math.random().toString(), text: 'x' },
      { detect: () => ({ language: 'en', confidence: 1, known: true }), reopenDays: 7, defaultLanguage: 'en' },
    );
    return id;
  }

  test.each([
    { postcode: 'ls14ap' },
    { postcode: ' LS1 4AP ' },
    { postcode: 'ＬＳ１ ４ＡＰ' },
    { email: 'ann@example.com' },
    { email: ' ANN@EXAMPLE.COM' },
  ])('%j proves it', async (proof) => {
    await take(customer, order('1'));
    const orders = createEmbeddedOrders(base.db);
    const id = await conversation();
    expect(
      await createIdentity({ db: base.db, orders, limits, log }).prove({
        conversationId: id,
        address: null,
        number: 'HH-1',
        proof,
      }),
    ).toMatchObject({ ok: true });
  });

  test('unknown number and wrong proof run the same statements and count the same', async () => {
    await take(customer, order('1'));
    const seen: string[] = [];
    const orders = createEmbeddedOrders(base.db);
    const watched = {
      findOrder(number: string) {
        seen.push('find');
        return orders.findOrder(number);
      },
      orderById: orders.orderById,
      customer(id: string) {
        seen.push('customer');
        return orders.customer(id);
      },
    };
    const identity = createIdentity({ db: base.db, orders: watched, limits, log });
    const wrong = await identity.prove({
      conversationId,
      address: '10.0.0.1',
      number: 'HH-1',
      proof: { postcode: '99999' },
    });
    const first = seen.splice(0);
    const unknown = await identity.prove({
      conversationId,
      address: '10.0.0.1',
      number: 'HH-9',
      proof: { postcode: '99999' },
    });
    expect(seen).toEqual(first);
    expect(unknown).toEqual(wrong);
    const { rows } = await base.pool.query('select count(*)::int as n from proof_failure');
    expect(rows[0].n).toBe(2);
  });

  test('five in a conversation, ten an hour from an address, fifty in ten minutes overall', async () => {
    await take(customer, order('1'));
    const identity = createIdentity({ db: base.db, orders: createEmbeddedOrders(base.db), limits, log });
    const attempt = (n: number, address: string) =>
      identity.prove({
        conversationId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        address,
        number: 'HH-1',
        proof: { postcode: '99999' },
      });
    for (let i = 0; i < 4; i += 1) expect(await attempt(1, '10.0.0.1')).toEqual({ ok: false, blocked: false });
    expect(await attempt(1, '10.0.0.1')).toEqual({ ok: false, blocked: true });
    for (let i = 0; i < 4; i += 1) await attempt(2, '10.0.0.1');
    expect(await attempt(3, '10.0.0.1')).toEqual({ ok: false, blocked: true });
    expect(await attempt(4, '10.0.0.2')).toEqual({ ok: false, blocked: false });
    for (let i = 0; i < 40; i += 1) await attempt(100 + i, `10.0.1.${i}`);
    expect(await attempt(999, '10.9.9.9')).toEqual({ ok: false, blocked: true });
  });

  test('the coarse rung shows no city, item, amount, name or tracking number', async () => {
    await seedDemoOrders(base.db, new Date());
    const found = await createEmbeddedOrders(base.db).findOrder('HH-24806');
    if (!found) throw new Error('no order');
    const coarse = JSON.stringify(viewOrder(found, 'coarse'));
    expect(coarse).not.toMatch(/Leipzig|Leeds|Midlands|rug|mirror|Clarke|0042|amount/);
    expect(coarse).toContain('customs_held');
    expect(JSON.stringify(viewOrder(found, 'full'))).toContain('Leipzig');
  });
});

describe('cancelling', () => {
  test('writes what the file format says and nothing else, once', async () => {
    await take(customer, order('1'));
    const orders = createEmbeddedOrders(base.db);
    const action = { kind: 'cancel', orderId: 'o-1', reason: 'other' } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => orders.run(action, 'k1').catch((error) => error)),
    );
    expect(outcomes.filter((outcome) => outcome?.result === 'done').length).toBeGreaterThanOrEqual(1);
    const [person, changed] = (await all()).map((line) => JSON.parse(line));
    expect(changed.status).toBe('cancelled');
    expect(changed.cancel_reason).toBe('other');
    expect(changed.payments.slice(2)).toMatchObject([
      { kind: 'refund', method_id: 'g1', amount: { amount: '10.10', currency: 'EUR' }, status: 'done' },
      { kind: 'refund', method_id: 'v1', amount: { amount: '20.00', currency: 'EUR' }, status: 'pending' },
    ]);
    expect(person.payment_methods[0].balance.amount).toBe('20.15');
    expect(changed.items).toEqual(order('1').items);
    expect(await orders.readBack('k1')).toMatchObject({ result: 'done' });
    expect(await orders.readBack('k2')).toBeUndefined();
  });

  test('decimals are added as decimals', () => {
    expect(addDecimal('0.1', '0.2')).toBe('0.3');
    expect(addDecimal('10.05', '10.10')).toBe('20.15');
    expect(addDecimal('-1.50', '1')).toBe('-0.50');
    expect(addDecimal('7600', '0')).toBe('7600');
  });
});

describe('the worker', () => {
  async function stored(number: string, more: Record<string, unknown> = {}) {
    const { contact } = await createVisitor(base.db, { channel: 'web' });
    const { conversationId } = await receive(
      base.db,
      { channel: 'web', contactId: contact.id, externalId: `w-${number}`, text: 'x' },
      { detect: () => ({ language: 'en', confidence: 1, known: true }), reopenDays: 7, defaultLanguage: 'en' },
    );
    const record = await createEmbeddedOrders(base.db).orderById(`o-${number}`);
    await base.db
      .insertInto('action')
      .values({
        key: `cancel:${number}`,
        conversation_id: conversationId,
        order_id: `o-${number}`,
        data: JSON.stringify({ kind: 'cancel', reason: 'other' }),
        seen: JSON.stringify(record ? seenState(record) : {}),
        proof: JSON.stringify({ rung: 'full', customerId: 'c1' }),
        ...more,
      })
      .execute();
    return conversationId;
  }

  async function drained() {
    for (let i = 0; i < 100; i += 1) {
      const { rows } = await base.pool.query(
        `select count(*)::int as n from action where state in ('stored', 'running', 'unknown')`,
      );
      if (rows[0].n === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('two workers, forty actions: each executed once', async () => {
    await take(customer, ...Array.from({ length: 40 }, (_, i) => order(String(i))));
    for (let i = 0; i < 40; i += 1) await stored(String(i));
    const runs: string[] = [];
    const orders = createEmbeddedOrders(base.db);
    const counted = {
      ...orders,
      run: (action: Parameters<typeof orders.run>[0], key: string) => (runs.push(key), orders.run(action, key)),
    };
    const workers = [1, 2].map(() => createActionWorker({ db: base.db, orders: counted, log, pollMs: 20 }));
    for (const worker of workers) worker.begin();
    await drained();
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(runs).toHaveLength(40);
    expect(new Set(runs).size).toBe(40);
  });

  test.each([
    ['somebody else’s order', { proof: JSON.stringify({ rung: 'full', customerId: 'c2' }) }, 'not_proven'],
    [
      'an order that changed since the yes',
      { seen: JSON.stringify({ status: 'pending', items: [], payments: 9 }) },
      'changed',
    ],
  ])('%s is refused', async (_what, more, why) => {
    await take(customer, order('1'));
    const conversationId = await stored('1', more);
    await base.pool.query('update conversation set turn_due_at = null');
    const worker = createActionWorker({ db: base.db, orders: createEmbeddedOrders(base.db), log, pollMs: 20 });
    worker.begin();
    await drained();
    await worker.stop();
    const { rows } = await base.pool.query('select state, outcome from action');
    expect(rows[0]).toMatchObject({ state: 'refused', outcome: { why } });
    // The turn that tells it is due.
    const due = await base.pool.query('select turn_due_at from conversation where id = $1', [conversationId]);
    expect(due.rows[0].turn_due_at).not.toBeNull();
    expect(JSON.parse((await all()).find((line) => line.includes('"order"')) ?? '{}').status).toBe('pending');
  });

  test('after an unknown outcome the backend is asked before anything is done again', async () => {
    await take(customer, order('1'));
    await stored('1');
    const orders = createEmbeddedOrders(base.db);
    let runs = 0;
    const lossy = {
      ...orders,
      async run(action: Parameters<typeof orders.run>[0], key: string) {
        runs += 1;
        await orders.run(action, key);
        throw new Error('the connection broke after the write');
      },
    };
    const worker = createActionWorker({ db: base.db, orders: lossy, log, pollMs: 20 });
    worker.begin();
    await drained();
    await worker.stop();
    expect(runs).toBe(1);
    const { rows } = await base.pool.query('select state from action');
    expect(rows[0].state).toBe('done');
  });
});
