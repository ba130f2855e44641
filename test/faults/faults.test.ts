import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from '../../bot/web/sse.ts';
import { startApp, type TestApp, visitor } from '../support/app.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ LIMIT_MESSAGES_AT_ONCE: '10000', LIMIT_MESSAGES_PER_MINUTE: '100000' });
});
afterAll(() => app.stop());

const unlimited = { LIMIT_MESSAGES_AT_ONCE: '10000', LIMIT_MESSAGES_PER_MINUTE: '100000', SWEEP_SECONDS: '1' };

// Posts like the chat does: the same message again until it is acknowledged.
async function postUntilTaken(base: string, headers: Record<string, string>, text: string, deadlineMs = 60_000) {
  const body = JSON.stringify({ clientId: randomBytes(8).toString('hex'), text });
  const refused: number[] = [];
  for (const end = Date.now() + deadlineMs; Date.now() < end; await sleep(100)) {
    const response = await fetch(`${base}/channels/web/messages`, { method: 'POST', headers, body }).catch(
      () => undefined,
    );
    if (response?.ok) return { seq: ((await response.json()) as { seq: number }).seq, refused };
    refused.push(response?.status ?? 0);
    await response?.body?.cancel();
  }
  throw new Error(`never taken: ${refused.slice(-5)}`);
}

async function messages(base: string, headers: Record<string, string>) {
  const response = await fetch(`${base}/channels/web/messages?after=0`, { headers });
  return (await response.json()) as {
    messages: { seq: number; from: string; replyTo?: number }[];
    state: { typing: boolean };
  };
}

function killPostmaster(data: string): void {
  try {
    process.kill(Number(readFileSync(join(data, 'pg/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
  } catch {
    // It is down already, from the time before.
  }
}

test('the database is killed and comes back: the process lives, nothing acknowledged is lost, all is answered', async () => {
  const data = mkdtempSync(join(tmpdir(), 'anshin-dbkill-'));
  const port = String(await freePort());
  const process_ = await startProcess({ PORT: port, ANSHIN_DATA: data, ...unlimited });
  const base = `http://127.0.0.1:${port}`;
  try {
    const customer = await visitor({ base });
    await postUntilTaken(base, customer.headers, 'What does shipping cost?');
    const lively: number[] = [];
    let watching = true;
    const watch = (async () => {
      for (; watching; await sleep(50)) {
        const started = performance.now();
        const alive = await fetch(`${base}/healthz`).catch(() => undefined);
        lively.push(alive?.ok ? performance.now() - started : Number.POSITIVE_INFINITY);
      }
    })();
    const taken: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      // In the middle of turns, four times.
      if (i % 3 === 0) setTimeout(() => killPostmaster(data), 15 * i);
      taken.push((await postUntilTaken(base, customer.headers, `message number ${i}, thanks`)).seq);
    }
    watching = false;
    await watch;
    expect(Math.max(...lively)).toBeLessThan(1000);
    expect(process_.exitCode).toBeNull();
    await expect
      .poll(async () => (await messages(base, customer.headers)).state.typing, { timeout: 30_000 })
      .toBe(false);
    const all = (await messages(base, customer.headers)).messages;
    expect(all.map((message) => message.seq)).toEqual(all.map((_, i) => i + 1));
    expect(all.filter((message) => message.from === 'customer')).toHaveLength(11);
    expect(new Set(taken).size).toBe(10);
    expect(all.at(-1)?.from).not.toBe('customer');
  } finally {
    await endProcess(process_, 'SIGTERM');
    rmSync(data, { recursive: true, force: true });
  }
}, 120_000);

const mayMount = process.getuid?.() === 0 && spawnSync('mount', ['--help']).status === 0;

test.skipIf(!mayMount)(
  'the disk is full: writes are refused, reads go on, and room heals it without anybody’s help',
  async () => {
    const disk = mkdtempSync(join(tmpdir(), 'anshin-disk-'));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', disk]).status).toBe(0);
    const port = String(await freePort());
    const base = `http://127.0.0.1:${port}`;
    const ballast = join(disk, 'ballast');
    let process_: Awaited<ReturnType<typeof startProcess>> | undefined;
    try {
      process_ = await startProcess({ PORT: port, ANSHIN_DATA: join(disk, 'data'), ...unlimited });
      const customer = await visitor({ base });
      const before = await postUntilTaken(base, customer.headers, 'What does shipping cost?');
      await expect.poll(async () => (await messages(base, customer.headers)).state.typing).toBe(false);
      const room = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(room.bavail * room.bsize));
      // What fits into files that are there already may still be taken; then nothing is.
      let refused = 0;
      for (let i = 0; i < 400 && refused < 5; i += 1) {
        const response = await fetch(`${base}/channels/web/messages`, {
          method: 'POST',
          headers: customer.headers,
          body: JSON.stringify({ clientId: randomBytes(8).toString('hex'), text: 'x'.repeat(3900) }),
        }).catch(() => undefined);
        if (response && response.status >= 500) {
          expect(response.status).toBe(503);
          refused += 1;
        }
        await response?.body?.cancel();
      }
      expect(refused).toBe(5);
      expect((await fetch(`${base}/healthz`)).status).toBe(200);
      expect(process_.exitCode).toBeNull();
      rmSync(ballast);
      const after = await postUntilTaken(base, customer.headers, 'Is there room again?');
      expect(after.seq).toBeGreaterThan(before.seq);
      await expect
        .poll(async () => (await messages(base, customer.headers)).state.typing, { timeout: 30_000 })
        .toBe(false);
    } finally {
      if (process_) await endProcess(process_, 'SIGTERM');
      if (existsSync(ballast)) rmSync(ballast);
      spawnSync('umount', ['-l', disk]);
    }
  },
  180_000,
);

test('the connection that listens for events is cut: an open stream still hears the next message', async () => {
  const customer = await visitor(app);
  const stop = new AbortController();
  const heard: number[] = [];
  const stream = await fetch(`${app.base}/channels/web/stream?after=0`, {
    headers: customer.headers,
    signal: stop.signal,
  });
  void readEvents(stream, (event, data) => {
    if (event === 'message') heard.push((data as { seq: number }).seq);
  }).catch(() => undefined);
  await customer.say('hello');
  await expect.poll(() => heard.length).toBeGreaterThan(1);
  const { rows } = await app.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and query like '%' || $1 || '%'`,
    [app.schema],
  );
  expect(rows.length).toBe(1);
  await customer.post('/messages', { clientId: 'after-the-cut-1', text: 'What does shipping cost?' });
  await expect.poll(() => heard.length, { timeout: 5000 }).toBeGreaterThan(3);
  stop.abort();
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  expect(new Set(heard).size).toBe(heard.length);
});

test('a stream that never reads is cut off, others go on, and it resumes by its number', async () => {
  const customer = await visitor(app);
  const { host, hostname } = new URL(app.base);
  const socket = connectSocket(Number(new URL(app.base).port), hostname);
  socket.pause();
  socket.write(
    `GET /channels/web/stream?after=0 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${customer.headers.Authorization}\r\n\r\n`,
  );
  const streams = () => (app.running.app.locals.openStreams as () => number)();
  await expect.poll(streams).toBeGreaterThan(0);
  const open = streams();
  const other = await visitor(app);
  // Five megabytes that nobody takes.
  await app.pool.query(
    `insert into message (conversation_id, seq, sender, language, body, text, channel)
     select $1, n, 'system', 'en', jsonb_build_array(jsonb_build_object('type','text','spans',jsonb_build_array(jsonb_build_object('text', repeat('x', 5000))))), 'x', 'web'
     from generate_series(1, 2000) n`,
    [customer.conversationId],
  );
  await app.pool.query('update conversation set message_seq = 2000 where id = $1', [customer.conversationId]);
  const before = process.memoryUsage().rss;
  await customer.post('/messages', { clientId: 'wakes-the-stream', text: 'hello' });
  await expect.poll(streams, { timeout: 15_000 }).toBeLessThan(open);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  expect(await other.say('What does shipping cost?')).toContain('shipping-costs');
  socket.destroy();
  const response = await fetch(`${app.base}/channels/web/messages?after=1999`, { headers: customer.headers });
  const { messages: rest } = (await response.json()) as { messages: { seq: number }[] };
  expect(rest[0]?.seq).toBe(2000);
}, 40_000);

test('a clock that went back changes no order', async () => {
  const customer = await visitor(app);
  await customer.say('hello');
  await app.pool.query(`update message set created_at = now() + interval '1 hour' where conversation_id = $1`, [
    customer.conversationId,
  ]);
  await customer.say('thanks');
  const { messages: all } = await messages(app.base, customer.headers);
  expect(all.map((message) => message.seq)).toEqual(all.map((_, i) => i + 1));
  expect(all.at(-2)?.from).toBe('customer');
});

test('a hundred conversations of one customer: the newest is found at once, the older ones a page at a time', async () => {
  const customer = await visitor(app);
  await customer.say('hello');
  const { rows } = await app.pool.query('select contact_id from conversation where id = $1', [customer.conversationId]);
  await app.pool.query(
    `update conversation set state = 'closed', closed_at = now() - interval '9 days', closed_from = 'bot' where id = $1`,
    [customer.conversationId],
  );
  let previous = customer.conversationId;
  for (let i = 0; i < 100; i += 1) {
    const made = await app.pool.query(
      `insert into conversation (contact_id, channel, previous_id, language, state, closed_at, closed_from, message_seq)
       values ($1, 'web', $2, 'en', 'closed', now() - interval '8 days' + $3 * interval '1 second', 'bot', 1) returning id`,
      [rows[0].contact_id, previous, i],
    );
    previous = made.rows[0].id;
    await app.pool.query(
      `insert into message (conversation_id, seq, sender, language, body, text, channel) values ($1, 1, 'system', 'en', '[{"type":"text","spans":[{"text":"old"}]}]', 'old', 'web')`,
      [previous],
    );
  }
  const started = performance.now();
  expect(await customer.say('What does shipping cost?')).toContain('shipping-costs');
  expect(performance.now() - started).toBeLessThan(3000);
  const open = await app.pool.query(
    `select id, previous_id from conversation where contact_id = $1 and state <> 'closed'`,
    [rows[0].contact_id],
  );
  expect(open.rows).toHaveLength(1);
  expect(open.rows[0].previous_id).toBe(previous);
  let cursor: { conversation: string; before: number } | undefined = { conversation: open.rows[0].id, before: 1 };
  let pages = 0;
  for (; cursor; pages += 1) {
    const response: Response = await fetch(
      `${app.base}/channels/web/earlier?conversation=${cursor.conversation}&before=${cursor.before}`,
      { headers: customer.headers },
    );
    cursor = ((await response.json()) as { next?: { conversation: string; before: number } }).next;
  }
  expect(pages).toBe(102);
});

test('fifty tabs of one customer hear the same', async () => {
  const customer = await visitor(app);
  const stop = new AbortController();
  const heard = Array.from({ length: 50 }, () => [] as number[]);
  for (const tab of heard) {
    const stream = await fetch(`${app.base}/channels/web/stream?after=0`, {
      headers: customer.headers,
      signal: stop.signal,
    });
    void readEvents(stream, (event, data) => {
      if (event === 'message') tab.push((data as { seq: number }).seq);
    }).catch(() => undefined);
  }
  await customer.say('What does shipping cost?');
  const { messages: all } = await messages(app.base, customer.headers);
  await expect.poll(() => heard.every((tab) => tab.length === all.length)).toBe(true);
  for (const tab of heard) expect(tab).toEqual(all.map((message) => message.seq));
  stop.abort();
});
