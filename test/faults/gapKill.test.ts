import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { databaseUrl } from '../support/app.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

const kills = process.env.TEST_FULL ? 20 : 4;
const questions: [string, string][] = [
  ['en', 'Are the plates dishwasher safe?'],
  ['de', 'Kann der Teller in die Spülmaschine?'],
  ['ru', 'Можно ли мыть тарелки в посудомойке?'],
];

test(`${kills} kills while questions come in and are gathered: each is in a gap, once`, {
  timeout: 300_000,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'anshin-gap-kill-'));
  const schema = `k_${Date.now().toString(36)}`;
  const server = databaseUrl(inject('database'));
  const port = String(await freePort());
  const base = `http://127.0.0.1:${port}`;
  const environment = {
    PORT: port,
    ANSHIN_DATA: data,
    DATABASE_URL: server,
    DATABASE_SCHEMA: schema,
    DEMO: 'off',
    LIMIT_TOKENS_PER_MINUTE: '100000',
    SWEEP_SECONDS: '1',
    TURN_LEASE_SECONDS: '2',
  };
  let app = await startProcess(environment);
  const pool = new pg.Pool({ connectionString: server, options: `-c search_path=${schema}`, max: 2 });
  const count = async (text: string) => Number((await pool.query(text)).rows[0].n);
  let stop = false;
  let asked = 0;

  async function post(path: string, body: unknown, token = ''): Promise<Record<string, string>> {
    for (;;) {
      const response = await fetch(`${base}/channels/web${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5000),
      }).catch(() => undefined);
      if (response?.ok) return (await response.json()) as Record<string, string>;
      await sleep(50);
    }
  }

  // One question each: a second one in the same conversation would be about the first.
  async function customers(): Promise<void> {
    for (let i = 0; !stop; i += 1) {
      const [language = '', text = ''] = questions[i % questions.length] ?? [];
      const { token } = await post('/token', { language });
      await post('/messages', { clientId: `question-${i}-x`, text }, token);
      asked += 1;
      await sleep(Math.random() * 40);
    }
  }
  const traffic = Array.from({ length: 4 }, customers);
  for (let i = 0; i < kills; i += 1) {
    await sleep(1000 + Math.random() * 4000);
    await endProcess(app, 'SIGKILL');
    app = await startProcess(environment);
  }
  stop = true;
  await Promise.all(traffic);
  const open = `select (select count(*) from conversation where turn_due_at is not null) + (select count(*) from signal) as n`;
  await expect.poll(() => count(open), { timeout: 60_000, interval: 200 }).toBe(0);

  expect(asked).toBeGreaterThan(kills * 10);
  // A token whose answer the kill took away was asked for again: only conversations with a question count.
  expect(await count('select count(*) as n from conversation where message_seq > 0')).toBe(asked);
  expect(await count('select count(*) as n from gap_question where gap_id is not null')).toBe(asked);
  expect(await count('select count(*) as n from gap_question')).toBe(asked);
  expect(await count('select count(*) as n from gap')).toBe(1);
  expect(await count(`select (centre->>'count')::int as n from gap`)).toBe(asked);
  process.stderr.write(`  ${kills} kills, ${asked} questions, each gathered once\n`);
  await endProcess(app, 'SIGTERM');
  await pool.query(`drop schema ${schema} cascade`);
  await pool.end();
  rmSync(data, { recursive: true, force: true });
});
