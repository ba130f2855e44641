import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  adminOf,
  caller,
  databaseUrl,
  type StaffMember,
  staffMember,
  startApp,
  type TestApp,
  visitor,
} from '../support/app.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

const trials = process.env.TEST_FULL ? 2000 : 200;

let app: TestApp;
let other: ChildProcess;
let second: { base: string };
let members: StaffMember[];
beforeAll(async () => {
  const limits = {
    LIMIT_MESSAGES_PER_MINUTE: '100000',
    LIMIT_MESSAGES_AT_ONCE: '10000',
    LIMIT_TOKENS_PER_MINUTE: '100000',
  };
  app = await startApp(limits);
  // The second process speaks for the same origin, as behind one proxy.
  const port = String(await freePort());
  other = await startProcess({
    PORT: port,
    DATABASE_URL: databaseUrl(inject('database')),
    DATABASE_SCHEMA: app.schema,
    ...limits,
  });
  second = { base: `http://127.0.0.1:${port}` };
  await adminOf(app);
  const [mei, tom] = [
    await staffMember(app, ['agent', 'supervisor'], 'Mei'),
    await staffMember(app, ['agent', 'supervisor'], 'Tom'),
  ];
  members = [mei, tom, { ...mei, ...caller(second, mei.cookie) }, { ...tom, ...caller(second, tom.cookie) }];
});
afterAll(async () => {
  await endProcess(other, 'SIGTERM');
  await app.stop();
});

test(`${trials} claims from two processes: one owner each time`, { timeout: 600_000 }, async () => {
  const customer = await visitor(app, { language: 'en' });
  await customer.say('I want to talk to a human');
  const id = customer.conversationId;
  let wins = 0;
  for (let i = 0; i < trials / 4; i += 1) {
    const { rows } = await app.pool.query('select state, owner_id, owner_version from conversation where id = $1', [
      id,
    ]);
    const ownerVersion = rows[0].owner_version;
    const answers = await Promise.all(
      members.map((member) => member.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(3);
    wins += 1;
    const after = await app.pool.query('select owner_id, owner_version from conversation where id = $1', [id]);
    expect(after.rows[0].owner_version).toBe(ownerVersion + 1);
    const owner = members.find((member) => member.id === after.rows[0].owner_id);
    await owner?.call('POST', `/desk/conversations/${id}/transfer`, { ownerVersion: ownerVersion + 1 });
  }
  expect(wins).toBe(trials / 4);
});

test(`${trials} takeovers in mid-turn: the bot never speaks after a takeover`, { timeout: 600_000 }, async () => {
  const [mei] = members;
  if (!mei) throw new Error('nobody is there');
  const batch = 20;
  let dropped = 0;
  for (let done = 0; done < trials; done += batch) {
    await Promise.all(
      Array.from({ length: batch }, async (_, i) => {
        const place = i % 2 ? second : app;
        const customer = await visitor(place, { language: 'en' });
        const id = customer.conversationId;
        const sending = customer.post('/messages', {
          clientId: randomBytes(8).toString('hex'),
          text: 'How much is shipping to the UK?',
        });
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 25));
        const by = members[i % 4] ?? mei;
        const taken = await by.call('POST', `/desk/conversations/${id}/takeover`, { ownerVersion: 0 });
        await sending;
        expect(taken.status).toBe(200);
      }),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  // The takeover remembers the last message before it; a bot message with a higher number would be talking over a person.
  const { rows } = await app.pool.query(`
    select count(*) filter (where message.id is not null)::int as late, count(distinct desk_event.conversation_id)::int as taken
    from desk_event left join message on message.conversation_id = desk_event.conversation_id and message.sender = 'bot' and message.seq > (desk_event.data->>'afterMessage')::int
    where desk_event.kind = 'takeover'`);
  expect(rows[0].late).toBe(0);
  expect(rows[0].taken).toBeGreaterThanOrEqual(trials);
  const silent = await app.pool.query(
    `select count(*)::int as n from conversation where state = 'agent' and not exists (select from message where conversation_id = conversation.id and sender = 'bot')`,
  );
  dropped = silent.rows[0].n;
  process.stderr.write(`  ${trials} takeovers, ${dropped} before the bot had spoken, 0 bot messages afterwards\n`);
});
