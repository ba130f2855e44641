import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { textBlock } from '../../core/blocks.ts';
import { contactOf } from '../../core/contacts.ts';
import { append } from '../../core/conversations/append.ts';
import { receive } from '../../core/conversations/receive.ts';
import { createLog } from '../../core/log.ts';
import { createOutbox, type SendingChannel } from '../../core/outbox.ts';
import { testDatabase } from '../support/database.ts';

let base: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.drop());
beforeEach(async () => {
  await base.pool.query('truncate contact cascade');
});

const log = createLog('silent');
const options = {
  detect: () => ({ language: 'en', confidence: 1, known: true }),
  reopenDays: 7,
  defaultLanguage: 'en',
};

async function conversation(channel = 'messenger'): Promise<string> {
  const contact = await contactOf(base.db, channel, `m-${Math.random()}`);
  return (
    await receive(base.db, { channel, contactId: contact.id, externalId: `x-${Math.random()}`, text: 'hi' }, options)
  ).conversationId;
}

async function say(id: string, ...texts: string[]) {
  await base.db.transaction().execute((tx) =>
    append(
      tx,
      id,
      texts.map((text) => ({ sender: 'bot', language: 'en', body: [textBlock(text)] })),
    ),
  );
}

// A vendor over real HTTP: it remembers the keys it has seen and can be told to fail.
async function vendor(answer: (text: string, tries: number) => number) {
  const got: { key: string; text: string }[] = [];
  const tries = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { key, text } = JSON.parse(body);
      tries.set(key, (tries.get(key) ?? 0) + 1);
      const status = answer(text, tries.get(key) ?? 0);
      if (status === 200) got.push({ key, text });
      response.statusCode = status;
      response.end(JSON.stringify({ id: `v-${got.length}` }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const channel: SendingChannel = {
    async send(delivery) {
      const text = delivery.body
        .map((block) => (block.type === 'text' ? block.spans.map((span) => span.text).join('') : ''))
        .join('');
      const response = await fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        body: JSON.stringify({ key: delivery.id, text }),
      });
      if (!response.ok) throw new Error(`vendor ${response.status}`);
      return ((await response.json()) as { id: string }).id;
    },
  };
  return { got, channels: new Map([['messenger', channel]]), close: () => server.close() };
}

test('what is stored is sent in its order, once, by however many processes', async () => {
  const { got, channels, close } = await vendor(() => 200);
  const ids = await Promise.all([1, 2, 3].map(() => conversation()));
  for (const id of ids) await say(id, ...Array.from({ length: 5 }, (_, i) => `${id} ${i}`));
  await Promise.all([1, 2].map(() => createOutbox({ db: base.db, channels, log }).flush()));
  expect(got).toHaveLength(15);
  for (const id of ids)
    expect(got.filter((entry) => entry.text.startsWith(id)).map((entry) => entry.text.slice(-1))).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
  const { rows } = await base.pool.query(`select state, external_id from delivery`);
  expect(rows.every((row) => row.state === 'sent' && row.external_id)).toBe(true);
  close();
});

test('a failure holds back what follows in its conversation, is retried with the same key, and shows why', async () => {
  const { got, channels, close } = await vendor((text, tries) => (text === 'first' && tries === 1 ? 500 : 200));
  const id = await conversation();
  await say(id, 'first', 'second');
  const outbox = createOutbox({ db: base.db, channels, log });
  await outbox.flush();
  expect(got).toEqual([]);
  expect((await base.pool.query(`select state, attempts, error from delivery order by seq`)).rows[0]).toMatchObject({
    state: 'queued',
    attempts: 1,
    error: 'vendor 500',
  });
  await base.pool.query(`update delivery set next_at = now()`);
  await outbox.flush();
  expect(got.map((entry) => entry.text)).toEqual(['first', 'second']);
  close();
});

test('after a day of failures it stands as failed', async () => {
  const { channels, close } = await vendor(() => 503);
  await say(await conversation(), 'never');
  await base.pool.query('update delivery set attempts = 21');
  await createOutbox({ db: base.db, channels, log }).flush();
  expect((await base.pool.query('select state from delivery')).rows[0].state).toBe('failed');
  close();
});

test('a channel that does not answer holds up no other one, and no other conversation of its own', async () => {
  const sent: string[] = [];
  const textOf = (body: { type: string }[]) => JSON.stringify(body);
  const hanging: SendingChannel = {
    send: (delivery) =>
      textOf(delivery.body).includes('stuck')
        ? new Promise(() => {})
        : Promise.resolve(`h-${sent.push(textOf(delivery.body))}`),
  };
  const quick: SendingChannel = { send: async (delivery) => `q-${sent.push(textOf(delivery.body))}` };
  await say(await conversation('slow'), 'stuck', 'behind the stuck one');
  await say(await conversation('slow'), 'beside it');
  await say(await conversation(), 'elsewhere');
  const outbox = createOutbox({
    db: base.db,
    channels: new Map([
      ['slow', hanging],
      ['messenger', quick],
    ]),
    log,
    sendSeconds: 2,
  });
  const started = performance.now();
  const flushed = outbox.flush();
  await expect.poll(() => sent.length).toBe(2);
  expect(performance.now() - started).toBeLessThan(1500);
  // What comes while one hangs goes out at the next call.
  await say(await conversation(), 'later');
  void outbox.flush();
  await expect.poll(() => sent.join().includes('later')).toBe(true);
  await flushed;
  const { rows } = await base.pool.query(`select state, error from delivery where error is not null`);
  expect(rows).toEqual([{ state: 'queued', error: 'no answer within 2 s' }]);
  expect(sent.join()).not.toContain('behind');
});
