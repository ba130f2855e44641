import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../bot/web/sse.ts';
import { startApp, type TestApp, visitor } from '../support/app.ts';
import { type Answer, type FakeModel, type ModelRequest, startFakeModel } from '../support/fakeModel.ts';

let app: TestApp;
let plain: TestApp;
let fake: FakeModel;
beforeAll(async () => {
  fake = await startFakeModel();
  [app, plain] = await Promise.all([
    startApp({
      MODEL_NAME: 'small',
      MODEL_BASE_URL: fake.url,
      MODEL_UNDERSTAND_SECONDS: '1',
      MODEL_ANSWER_SECONDS: '4',
    }),
    startApp(),
  ]);
});
afterAll(async () => {
  await app?.stop();
  await plain?.stop();
  await fake?.stop();
});
// Each case begins with a breaker that has seen good calls only.
beforeEach(async () => {
  fake.requests.length = 0;
});

type Worst = Partial<Record<ModelRequest['task'], Answer | ((request: ModelRequest) => Answer)>>;
const local: Answer = '{"intents":[],"emotion":"calm","commands":[]}';
function play({ understand = local, answer = 'NONE', rerank = '{"order":[]}' }: Worst) {
  const chosen = { understand, answer, rerank, other: 'NONE' };
  fake.always((request) => {
    const entry = chosen[request.task];
    return typeof entry === 'function' ? entry(request) : entry;
  });
}
const says = (commands: unknown[], intents = ['out_of_scope']) =>
  JSON.stringify({ intents, emotion: 'calm', commands });
const ask = (intent: string) => says([{ type: 'ask', intent }], [intent]);

async function demoToken(): Promise<string> {
  return ((await (await fetch(`${app.base}/demo/token`)).json()) as { token: string }).token;
}

describe('a good model', () => {
  test('an answer is composed from the passages, each sentence with its source', async () => {
    play({
      understand: ask('return_policy'),
      answer: 'You can send anything back within 30 days of delivery. [1]\nIt should be unused and complete. [1]\n',
    });
    const customer = await visitor(app, { language: 'en' });
    const answer = await customer.say('how long have I got to bring the lamp back');
    expect(answer).toContain(
      'You can send anything back within 30 days of delivery.\nIt should be unused and complete.\n(return-policy)',
    );
    const [understood, composed] = fake.requests.filter((request) => request.task !== 'rerank');
    expect(understood?.task).toBe('understand');
    expect(composed?.task).toBe('answer');
    expect(composed?.system).not.toContain('lamp');
    expect(composed?.user).toContain('within 30 days');
  });

  test('indirect words are understood', async () => {
    play({ understand: ask('customs_duties'), answer: 'NONE' });
    const customer = await visitor(app, { language: 'en' });
    expect(await customer.say('will the man at the border want something from me')).toContain('(customs-duties)');
  });

  test('an article that exists only in another language is translated and marked', async () => {
    await app.pool.query(
      `delete from article_version where language = 'nl' and article_id in (select id from article where slug = 'return-policy')`,
    );
    await app.pool.query(
      `delete from article_variant where language = 'nl' and article_id in (select id from article where slug = 'return-policy')`,
    );
    await app.pool.query(`update knowledge_revision set revision = revision + 1`);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    play({
      understand: ask('return_policy'),
      answer: 'U kunt alles binnen 30 dagen na de bezorging terugsturen. [1]\n',
    });
    const customer = await visitor(app, { language: 'nl' });
    const answer = await customer.say('Wat is jullie retourbeleid?');
    expect(answer).toMatch(
      /Automatisch vertaald; de oorspronkelijke tekst is in het \S+\.\nU kunt alles binnen 30 dagen/,
    );
    // Numbers are held against the original: a wrong one leaves the honest sentence and the original.
    play({
      understand: ask('return_policy'),
      answer: 'U kunt alles binnen 60 dagen na de bezorging terugsturen. [1]\n',
    });
    const other = await visitor(app, { language: 'nl' });
    const refused = await other.say('Wat is jullie retourbeleid?');
    expect(refused).not.toContain('60 dagen');
    expect(refused).toContain('Ik heb dit voorlopig alleen in het');
  });
});

test('a message that comes while the answer forms is answered with it, and the draft is taken back', async () => {
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = 'You can send anything back within 30 days of delivery. [1]\n';
  let composed = 0;
  play({
    understand: ask('return_policy'),
    answer: () => {
      composed += 1;
      return composed === 1 ? { pieces: [first, 'It should be unused and complete. [1]\n'], hold: () => held } : first;
    },
  });
  const customer = await visitor(app, { language: 'en' });
  const told: string[] = [];
  const stop = new AbortController();
  const response = await fetch(`${app.base}/channels/web/stream?after=0`, {
    headers: customer.headers,
    signal: stop.signal,
  });
  const reading = readEvents(response, (event) => void told.push(event)).catch(() => undefined);
  await customer.post('/messages', { clientId: 'message-one', text: 'how long have I got to bring the lamp back' });
  await expect.poll(() => told).toContain('draft');
  await customer.post('/messages', { clientId: 'message-two', text: 'and the vase as well please' });
  release();
  await expect
    .poll(() => told.filter((event) => event === 'draft' || event === 'withdraw'), { timeout: 8000 })
    .toEqual(['draft', 'draft', 'withdraw', 'draft']);
  stop.abort();
  await reading;
  const stored = async () =>
    (
      await app.pool.query(
        `select count(*)::int as n from message where conversation_id = $1 and text like '%within 30 days%'`,
        [customer.conversationId],
      )
    ).rows[0].n;
  await expect.poll(stored).toBe(1);
});

describe('what leaves', () => {
  const sent = () => JSON.stringify(fake.requests.map((request) => request.body));

  test('not the name and address of the signed-in customer, nor order numbers and contacts, also of earlier messages', async () => {
    play({ understand: ask('invoice') });
    const customer = await visitor(app, { language: 'de' });
    await customer.identify(await demoToken());
    const { rows } = await app.pool.query(
      `select c.record from contact x join shop_customer c on c.id = x.customer_id where x.id = (select contact_id from conversation where id = $1)`,
      [customer.conversationId],
    );
    const { name, addresses, email } = rows[0].record;
    await customer.say(
      `Hier ist ${name.first} ${name.last}, ${addresses[0].line1}, Mail ${email}, Bestellung HH-24832`,
    );
    await customer.say('Das Finanzamt braucht von mir ein Papier über den Kauf');
    expect(fake.requests.length).toBeGreaterThan(1);
    for (const secret of [name.last, addresses[0].line1, email, '24832', 'HH-'])
      expect(sent(), secret).not.toContain(secret);
    expect(sent()).toContain('Finanzamt');
  });

  test('nor those of an order that was proven by number and postcode', async () => {
    play({});
    const customer = await visitor(app, { language: 'en' });
    expect(await customer.say('Where is my order HH-24806? My postcode is LS1 4AP')).toContain('held at customs');
    play({ understand: ask('delivery_estimate') });
    const { rows } = await app.pool.query(`select record from shop_order where number_key = 'HH24806'`);
    const street = rows[0].record.shipping_address.line1 as string;
    await customer.say(`do you know whether someone rang at ${street} or not yet`);
    expect(sent()).toContain('someone rang at [[ADDRESS_1]]');
    expect(sent()).not.toMatch(/LS1 4AP|24806/);
  });
});

describe('a broken model changes nothing', () => {
  const question = 'How long does delivery take?';
  const answers: [string, Answer][] = [
    ['500', { status: 500 }],
    ['429 with a long Retry-After', { status: 429, headers: { 'retry-after': '120' } }],
    ['401', { status: 401 }],
    ['hang', { hang: true }],
    ['reset in mid-stream', { pieces: ['You can send '], reset: true }],
    ['truncated JSON', '{"intents":["return_pol'],
    ['100,000 tokens', Array.from({ length: 300 }, () => 'and more '.repeat(1000))],
    ['empty', ''],
  ];
  test.each(answers)('%s', async (_what, answer) => {
    fake.always(answer);
    const [with_, without] = await Promise.all([visitor(app, { language: 'en' }), visitor(plain, { language: 'en' })]);
    const started = Date.now();
    const got = await with_.say(question);
    expect(Date.now() - started).toBeLessThan(9000);
    expect(got).toBe(await without.say(question));
  });

  test('by now it rests, and answers come as fast as without it', async () => {
    fake.always({ hang: true });
    fake.requests.length = 0;
    const customer = await visitor(app, { language: 'en' });
    const started = Date.now();
    expect(await customer.say(question)).toContain('(delivery-times)');
    expect(Date.now() - started).toBeLessThan(2000);
    expect(fake.requests).toHaveLength(0);
  });
});

describe('a spent budget', () => {
  test('asks nobody and answers the same', async () => {
    const poor = await startApp({ MODEL_NAME: 'small', MODEL_BASE_URL: fake.url, MODEL_DAILY_TOKENS: '10' });
    play({});
    const [with_, without] = await Promise.all([visitor(poor, { language: 'en' }), visitor(plain, { language: 'en' })]);
    expect(await with_.say('How long does delivery take?')).toBe(await without.say('How long does delivery take?'));
    expect(fake.requests).toHaveLength(0);
    await poor.stop();
  });
});
