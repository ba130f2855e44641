import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { databaseUrl } from '../support/app.ts';
import { connect } from '../support/database.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

test('of two processes on one database one is killed in mid-work: the other one answers everything, once', async () => {
  const schema = `two_${randomBytes(6).toString('hex')}`;
  const environment = async () => ({
    PORT: String(await freePort()),
    ANSHIN_DATA: mkdtempSync(join(tmpdir(), 'anshin-two-')),
    DATABASE_URL: databaseUrl(inject('database')),
    DATABASE_SCHEMA: schema,
    LIMIT_MESSAGES_PER_MINUTE: '100000',
    LIMIT_MESSAGES_AT_ONCE: '10000',
    LIMIT_TOKENS_PER_MINUTE: '10000',
    TURN_LEASE_SECONDS: '5',
    SWEEP_SECONDS: '1',
  });
  const [first, second] = [await environment(), await environment()];
  const [killed, left] = [await startProcess(first), await startProcess(second)];
  const url = ({ PORT }: { PORT: string }) => `http://127.0.0.1:${PORT}/channels/web`;
  const json = { 'Content-Type': 'application/json' };
  const taken = new Map<string, { headers: Record<string, string>; seqs: number[] }>();
  try {
    const customers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const entered = await fetch(`${url(first)}/token`, {
          method: 'POST',
          headers: json,
          body: '{"language":"en"}',
        });
        const { token, conversationId } = (await entered.json()) as { token: string; conversationId: string };
        return { conversationId, headers: { ...json, Authorization: `Bearer ${token}` } };
      }),
    );
    // Everybody writes at once; the process dies while it answers.
    const posts = customers.map(async ({ conversationId, headers }) => {
      const body = JSON.stringify({
        clientId: randomBytes(8).toString('hex'),
        text: 'How much is shipping to the UK?',
      });
      for (const base of [url(first), url(second)]) {
        const response = await fetch(`${base}/messages`, { method: 'POST', headers, body }).catch(() => undefined);
        if (!response?.ok) continue;
        taken.set(conversationId, { headers, seqs: [((await response.json()) as { seq: number }).seq] });
        return;
      }
    });
    await Promise.race(posts);
    await endProcess(killed, 'SIGKILL');
    await Promise.all(posts);
    expect(taken.size).toBe(20);
    for (const { headers, seqs } of taken.values()) {
      const read = async () => {
        const response = await fetch(`${url(second)}/messages?after=0`, { headers });
        return (await response.json()) as {
          messages: { seq: number; from: string; replyTo?: number }[];
          state: { typing: boolean };
        };
      };
      await expect.poll(async () => (await read()).state.typing, { timeout: 30_000 }).toBe(false);
      const { messages } = await read();
      expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
      expect(messages.filter(({ from }) => from === 'customer').map(({ seq }) => seq)).toEqual(seqs);
      const answers = messages.filter(({ from }) => from === 'bot');
      expect(answers.length).toBeGreaterThan(0);
      // One answer only: who says twice who it is, answered twice.
      expect(JSON.stringify(answers).split('automated assistant').length - 1).toBe(1);
    }
  } finally {
    await endProcess(killed, 'SIGKILL');
    await endProcess(left, 'SIGTERM');
    const { db, close } = await connect({ schema });
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
    await close();
  }
}, 120_000);
