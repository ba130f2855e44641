import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { openDatabase } from '../../core/database/openDatabase.ts';
import { createLog } from '../../core/log.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

const kills = process.env.TEST_FULL ? 30 : 5;
const root = resolve(import.meta.dirname, '../..');
const questions = [
  'Where is my order?',
  'How much is shipping to the UK?',
  'HH-24806',
  'Wie lange dauert die Lieferung?',
  '我的订单到哪了',
  'thanks',
  'never mind',
  'zzz qqq',
];

test(`${kills} kills under traffic: nothing lost, nothing twice, nothing out of order, everything answered`, {
  timeout: 600_000,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'anshin-kill-'));
  const port = String(await freePort());
  const base = `http://127.0.0.1:${port}`;
  const environment = {
    PORT: port,
    ANSHIN_DATA: data,
    LIMIT_MESSAGES_PER_MINUTE: '100000',
    LIMIT_MESSAGES_AT_ONCE: '10000',
    LIMIT_TOKENS_PER_MINUTE: '100000',
    SWEEP_SECONDS: '2',
  };
  let app = await startProcess(environment);
  const sent = new Map<string, { clientId: string; text: string }[]>();
  let stop = false;

  // A customer sends one message after the other and, like the chat, repeats the same one until it is acknowledged.
  async function customer(): Promise<void> {
    const entered = (await (
      await fetch(`${base}/channels/web/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"language":"en"}',
      })
    ).json()) as { token: string; conversationId: string };
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${entered.token}` };
    const own: { clientId: string; text: string }[] = [];
    sent.set(entered.conversationId, own);
    while (!stop) {
      const message = {
        clientId: randomBytes(8).toString('hex'),
        text: `${questions[Math.floor(Math.random() * questions.length)]}`,
      };
      for (;;) {
        const response = await fetch(`${base}/channels/web/messages`, {
          method: 'POST',
          headers,
          body: JSON.stringify(message),
          signal: AbortSignal.timeout(5000),
        }).catch(() => undefined);
        if (response?.ok) break;
        await sleep(50);
      }
      own.push(message);
      await sleep(Math.random() * 120);
    }
  }
  const customers = Array.from({ length: 8 }, customer);

  for (let i = 0; i < kills; i += 1) {
    await sleep(300 + Math.random() * 900);
    await endProcess(app, 'SIGKILL');
    app = await startProcess(environment);
  }
  await sleep(500);
  stop = true;
  await Promise.all(customers);

  const database = await openDatabase({
    config: readConfig(root, { ANSHIN_DATA: data }),
    log: createLog('silent'),
    mode: 'connect',
  });
  const query = async <T>(text: string) => (await database.pool.query(text)).rows as T[];
  const since = Date.now();
  while (
    (await query<{ n: number }>('select count(*)::int as n from conversation where turn_due_at is not null'))[0]?.n &&
    Date.now() - since < 60_000
  )
    await sleep(200);
  const answeredMs = Date.now() - since;

  let total = 0;
  for (const [conversation, own] of sent) {
    const rows = (
      await database.pool.query(
        `select seq, client_id, sender, reply_to, created_at from message where conversation_id = $1 order by seq`,
        [conversation],
      )
    ).rows as { seq: number; client_id: string | null; sender: string; reply_to: number | null; created_at: Date }[];
    const mine = rows.filter((row) => row.sender === 'customer').map((row) => row.client_id);
    expect(mine).toEqual(own.map((message) => message.clientId));
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, i) => i + 1));
    // The replies to one message were stored by one transaction: a second turn for it would have another time.
    const times = new Map<number, Set<number>>();
    for (const row of rows)
      if (row.sender === 'bot' && row.reply_to !== null)
        times.set(row.reply_to, (times.get(row.reply_to) ?? new Set()).add(row.created_at.getTime()));
    expect([...times.values()].filter((set) => set.size > 1)).toEqual([]);
    total += own.length;
  }
  const open = await query<{ n: number }>(
    `select count(*)::int as n from conversation where turn_due_at is not null or (state = 'bot' and answered_seq < (select coalesce(max(seq), 0) from message where conversation_id = conversation.id and sender = 'customer'))`,
  );
  expect(open[0]?.n).toBe(0);
  expect(answeredMs).toBeLessThan(60_000);
  expect(total).toBeGreaterThan(kills * 5);
  process.stderr.write(
    `  ${kills} kills, ${total} messages acknowledged, all answered ${answeredMs} ms after the last one\n`,
  );
  await database.stop();
  await endProcess(app, 'SIGTERM');
  rmSync(data, { recursive: true, force: true });
});
