import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffMember, startApp, type TestApp, textOf, visitor } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ SWEEP_SECONDS: '1' });
});
afterAll(() => app.stop());

// An action that a worker of a process that hangs has taken: no outcome, and the lease is far from over.
async function hanging(conversationId: string, orderId: string, age: string) {
  await app.pool.query(
    `insert into action (key, conversation_id, order_id, data, seen, proof, state, attempts, next_at, created_at)
     values ($1, $2, $1, '{"kind":"cancel"}', '{}', '{}', 'running', 1, now() + interval '1 hour', now() - $3::interval)`,
    [orderId, conversationId, age],
  );
}

async function wait(what: () => Promise<boolean>) {
  for (let i = 0; i < 100 && !(await what()); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
}

test('without an outcome the customer is told after 30 seconds, and a person takes it after five minutes', async () => {
  const customer = await visitor(app, { language: 'en' });
  await customer.say('hello');
  await hanging(customer.conversationId, 'o-24827', '31 seconds');
  const messages: Awaited<ReturnType<typeof customer.replies>> = [];
  await wait(async () => {
    messages.push(...(await customer.replies()));
    return textOf(messages).includes('takes longer than usual');
  });
  expect(textOf(messages)).toContain('The cancellation of HH-24827 takes longer than usual');
  await app.pool.query(`update action set created_at = now() - interval '6 minutes' where order_id = 'o-24827'`);
  const state = async () =>
    (await app.pool.query('select state from conversation where id = $1', [customer.conversationId])).rows[0].state;
  await wait(async () => (await state()) === 'waiting');
  expect(await state()).toBe('waiting');
  // Told once, not at every look.
  const { rows } = await app.pool.query(
    `select count(*)::int as n from message where conversation_id = $1 and text like '%longer than usual%'`,
    [customer.conversationId],
  );
  expect(rows[0].n).toBe(1);
});

test('an outcome that comes while a person has the conversation is a note for the person', async () => {
  const agent = await staffMember(app, ['agent'], 'Mei');
  const customer = await visitor(app, { language: 'en' });
  await customer.say('hello');
  const { conversation } = await agent.conversation(customer.conversationId);
  await agent.call('POST', `/desk/conversations/${customer.conversationId}/takeover`, {
    ownerVersion: conversation.ownerVersion,
  });
  await hanging(customer.conversationId, 'o-24843', '1 second');
  await app.pool.query(
    `update action set state = 'done', outcome = '{"result":"done","refunds":[]}', finished_at = now() where order_id = 'o-24843'`,
  );
  await app.pool.query(`update conversation set turn_due_at = now() where id = $1`, [customer.conversationId]);
  const events = async () =>
    (await agent.conversation(customer.conversationId)).events.filter((event) => event.kind === 'outcome');
  await wait(async () => (await events()).length > 0);
  expect(await events()).toHaveLength(1);
  const said = (await agent.conversation(customer.conversationId)).messages.filter((message) => message.from === 'bot');
  expect(textOf(said)).not.toContain('is cancelled');
});

test('an outcome that comes after the end opens the conversation again', async () => {
  const agent = await staffMember(app, ['agent'], 'Tom');
  const customer = await visitor(app, { language: 'en' });
  await customer.say('hello');
  const id = customer.conversationId;
  const { conversation } = await agent.conversation(id);
  const taken = (await (
    await agent.call('POST', `/desk/conversations/${id}/takeover`, { ownerVersion: conversation.ownerVersion })
  ).json()) as { ownerVersion: number };
  await agent.call('POST', `/desk/conversations/${id}/close`, { ownerVersion: taken.ownerVersion });
  await hanging(id, 'o-24845', '1 second');
  await app.pool.query(
    `update action set state = 'refused', outcome = '{"result":"refused","why":"not_pending"}', finished_at = now() where order_id = 'o-24845'`,
  );
  await app.pool.query(`update conversation set turn_due_at = now() where id = $1`, [id]);
  await wait(async () => textOf((await agent.conversation(id)).messages).includes('could not be cancelled'));
  const after = await agent.conversation(id);
  expect(after.conversation.state).toBe('bot');
  expect(textOf(after.messages)).toContain('Order HH-24845 could not be cancelled');
});
