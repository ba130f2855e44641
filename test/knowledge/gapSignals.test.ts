import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp, visitor } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

// What is kept of a conversation once everything was taken in.
async function kept(conversationId: string) {
  await expect.poll(async () => (await app.pool.query('select from signal')).rowCount, { timeout: 10_000 }).toBe(0);
  const { rows } = await app.pool.query(
    `select text, kinds, slug, gap_id is not null as gap from gap_question where conversation_id = $1 order by seq`,
    [conversationId],
  );
  return rows;
}

test('an answer that a customer votes against', async () => {
  const ann = await visitor(app, { language: 'en' });
  await ann.say('How much is shipping to the UK?');
  const { messages } = (await (
    await fetch(`${app.base}/channels/web/messages?after=0`, { headers: ann.headers })
  ).json()) as { messages: { seq: number; body: { type: string; slug?: string }[] }[] };
  const answer = messages.find((message) => message.body.some((block) => block.type === 'articleCard'));
  const question = { text: 'How much is shipping to the UK?', slug: 'shipping-costs' };
  expect(await kept(ann.conversationId)).toEqual([{ ...question, kinds: ['answered'], gap: false }]);
  await ann.post('/votes', { conversation: ann.conversationId, seq: answer?.seq, helpful: false });
  expect(await kept(ann.conversationId)).toEqual([{ ...question, kinds: ['answered', 'unhelpful'], gap: true }]);
});

test('an answer after which the customer wants a person', async () => {
  const ben = await visitor(app, { language: 'en' });
  await ben.say('How much is shipping to the UK?');
  await ben.say('I want to talk to a person');
  expect(await kept(ben.conversationId)).toMatchObject([{ kinds: ['answered', 'handoff'], gap: true }]);
});

test('an order, its number and its postcode are no questions to the articles', async () => {
  const cem = await visitor(app, { language: 'en' });
  await cem.say('Where is my order HH-24806?');
  await cem.say('LS1 4AP');
  await cem.say('thanks');
  expect(await kept(cem.conversationId)).toEqual([]);
});

test('nonsense and other trades are refused under their own mark', async () => {
  const dan = await visitor(app, { language: 'en' });
  await dan.say('Write a poem about the weather in Rome');
  expect(await kept(dan.conversationId)).toMatchObject([{ kinds: ['off_topic'], gap: true }]);
});
