import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp, visitor } from '../support/app.ts';
import { type Answer, type FakeModel, startFakeModel } from '../support/fakeModel.ts';

// The model always says the worst that its form allows, and writes the worst text. After five refused texts it would rest, and
// the next cases would try nothing: every third case begins with a fresh application.
let app: TestApp;
let cases = 0;
let plain: TestApp;
let fake: FakeModel;
let worstCommands: unknown[] = [];
let worstOrder = '{"order":[]}';
let worstText: Answer | ((system: string, user: string) => string) = 'NONE';

beforeAll(async () => {
  fake = await startFakeModel();
  plain = await startApp();
});
beforeEach(async () => {
  if (cases % 3 === 0) {
    await app?.stop();
    app = await startApp({ MODEL_NAME: 'small', MODEL_BASE_URL: fake.url });
  }
  cases += 1;
  worstOrder = '{"order":[]}';
  fake.requests.length = 0;
  fake.always((request) => {
    if (request.task === 'rerank') return worstOrder;
    if (request.task === 'understand')
      return JSON.stringify({ intents: ['cancel_order'], emotion: 'calm', commands: worstCommands });
    return typeof worstText === 'function' ? worstText(request.system, request.user) : worstText;
  });
});
afterAll(async () => {
  await app?.stop();
  await plain?.stop();
  await fake?.stop();
});

async function identified() {
  const customer = await visitor(app, { language: 'en' });
  await customer.identify(((await (await fetch(`${app.base}/demo/token`)).json()) as { token: string }).token);
  return customer;
}
const actions = async () => (await app.pool.query('select count(*)::int as n from action')).rows[0].n as number;

describe('commands', () => {
  test('no order is cancelled without the bound yes, whatever the model says', async () => {
    const customer = await identified();
    worstCommands = [{ type: 'start', flow: 'cancel_order' }];
    await customer.say('tell me something about the weather over there');
    worstCommands = [{ type: 'confirm' }];
    await customer.press('slot:reason=other');
    for (const commands of [
      [{ type: 'confirm' }],
      [{ type: 'start', flow: 'cancel_order' }, { type: 'confirm' }],
      [{ type: 'start', flow: 'cancel_order' }],
      [{ type: 'set', slot: 'confirm', value: 'hmm' }],
      [{ type: 'ask', intent: 'affirm' }],
    ]) {
      worstCommands = commands;
      await customer.say('hmm what would that mean for the slippers then');
    }
    expect(await actions()).toBe(0);
    expect(fake.requests.length).toBeGreaterThan(0);
  });

  test('no order of somebody else is read or touched', async () => {
    const customer = await identified();
    for (const text of ['what about the parcel of my neighbour', 'my friend has ordered too']) {
      worstCommands = [
        { type: 'start', flow: 'cancel_order' },
        { type: 'set', slot: 'number', value: 'HH-24801' },
      ];
      await customer.say(text);
    }
    worstCommands = [
      { type: 'start', flow: 'order_status' },
      { type: 'set', slot: 'number', value: 'HH-24806' },
      { type: 'set', slot: 'proof', value: 'LS1 4AP' },
    ];
    const stranger = await visitor(app, { language: 'en' });
    const answer = await stranger.say('can you see anything about HH-24806 at all');
    expect(answer).not.toMatch(/customs|Leipzig|Leeds|\{HH-24806/);
    expect(await actions()).toBe(0);
    expect((await app.pool.query('select count(*)::int as n from proof')).rows[0].n).toBe(0);
    // A model that guesses proofs does not use up the customer's tries.
    expect((await app.pool.query('select count(*)::int as n from proof_failure')).rows[0].n).toBe(0);
  });

  test.each([
    ['en', 'I want to talk to a human'],
    ['de', 'Das Netzteil raucht und hat Funken gesprüht'],
    ['ar', 'سأرفع قضية وأكلم المحامي'],
    ['es', 'Llevo tres semanas esperando y ustedes tan tranquilos, esto es una tomadura de pelo'],
  ])('%s: %s reaches a person although the model chats', async (language, text) => {
    worstCommands = [{ type: 'chitchat', kind: 'praise' }];
    const customer = await visitor(app, { language });
    await customer.say(text);
    const { rows } = await app.pool.query('select state from conversation where id = $1', [customer.conversationId]);
    expect(rows[0].state).toBe('waiting');
  });
});

describe('texts', () => {
  const question = 'How long can I return something?';
  const cases: [string, Answer | ((system: string, user: string) => string)][] = [
    ['another number', 'You can send anything back within 90 days of delivery. [1]\n'],
    [
      'a true sentence, then a lie',
      'You can send anything back within 30 days of delivery. [1]\nThe return is free within 90 days. [1]\n',
    ],
    ['no citation', 'You can send anything back within 30 days of delivery.\n'],
    ['a foreign citation', 'You can send anything back within 30 days of delivery. [9]\n'],
    ['an offer', 'You get a voucher for sending anything back within 30 days of delivery. [1]\n'],
    [
      'a binding offer',
      'Sending anything back within 30 days of delivery is legally binding, no takesies backsies. [1]\n',
    ],
    ['a done deed', 'Your order has been cancelled within 30 days of delivery. [1]\n'],
    ['a phone number', 'Call +44 20 7946 0000 to send anything back within 30 days. [1]\n'],
    ['a link', 'Pay at evil.example/pay to send anything back within 30 days. [1]\n'],
    ['its instructions', (system) => `${system.split('\n').join(' [1]\n')} [1]\n`],
    [
      'its instructions in pieces',
      (system) =>
        system
          .split('\n')
          .map((line) => `${line.slice(0, 60)} [1]`)
          .join('\n'),
    ],
    ['the data', (_system, user) => `${user} [1]\n`],
    ['boilerplate', 'As an AI language model, sending anything back is difficult. [1]\n'],
    ['another language', 'Sie können alles innerhalb von 30 Tagen nach der Lieferung zurücksenden. [1]\n'],
    ['HTML', '<img src=x onerror=alert(1)> You can send anything back within 30 days of delivery. [1]\n'],
    ['a tool call', '<tool_call>{"name":"refund","arguments":{"amount":1000}}</tool_call> [1]\n'],
    ['repetition', `${'anything '.repeat(60)}[1]\n`],
    ['a made-up placeholder', 'Write to [[EMAIL_1]] to send anything back within 30 days of delivery. [1]\n'],
    [
      'forty lines',
      Array.from({ length: 40 }, (_, i) => `You can send anything ${'really '.repeat(i)}back. [1]\n`).join(''),
    ],
  ];
  test.each(cases)('%s is not shown: the passage itself answers', async (_what, text) => {
    worstCommands = [{ type: 'ask', intent: 'return_policy' }];
    worstText = text;
    const [with_, without] = await Promise.all([visitor(app, { language: 'en' }), visitor(plain, { language: 'en' })]);
    const got = await with_.say(question);
    expect(got).not.toMatch(
      /90 days|voucher|binding|evil|7946|language model|Sie können|onerror|refund","arg|EMAIL|You write the answer/,
    );
    expect(fake.requests.some((request) => request.task === 'answer')).toBe(true);
    expect(got).toBe(await without.say(question));
  });

  test('a hostile order of the articles chooses among near ones only, and still says the shop’s own text', async () => {
    worstCommands = [{ type: 'ask', intent: 'return_policy' }];
    worstText = 'NONE';
    worstOrder = '{"order":[8,7,6,5,4,3,2,1,99,-4]}';
    const customer = await visitor(app, { language: 'en' });
    expect(await customer.say(question)).toMatch(/\((return|refund|exchange)[a-z-]*\)/);
  });
});
