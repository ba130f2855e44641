import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelReader, type ModelReader } from '../../../bot/understanding/llm.ts';
import { spokenForm } from '../../../bot/understanding/llmForm.ts';
import { createUnderstanding } from '../../../bot/understanding/understanding.ts';
import { loadConcepts } from '../../../core/language/concepts.ts';
import { createLog } from '../../../core/log.ts';
import { createModel } from '../../../core/model/model.ts';
import { type FakeModel, startFakeModel } from '../../support/fakeModel.ts';

const understand = createUnderstanding({ lexicon: loadConcepts() });
const flows = [
  {
    name: 'order_status',
    slots: { number: { entities: ['order_number'] }, proof: { entities: ['email', 'postcode'] } },
  },
  { name: 'cancel_order', slots: { number: { entities: ['order_number'] }, reason: { entities: [] } } },
];
let fake: FakeModel;
let read: ModelReader;

beforeEach(async () => {
  fake = await startFakeModel();
  const model = createModel({
    settings: { baseUrl: fake.url, apiKey: 'k', name: 'small', outputTokens: 500 },
    budget: { take: async () => 'today', settle: async () => undefined },
    log: createLog('silent'),
  });
  read = createModelReader({ model, understand, seconds: 2 });
});
afterEach(() => fake.stop());

const ask = (text: string, commands: unknown[], more: { openFlow?: string; intents?: string[] } = {}) => {
  fake.next(JSON.stringify({ intents: more.intents ?? ['order_status'], emotion: 'calm', commands }));
  return read({
    text,
    local: understand(text),
    flows,
    openFlow: more.openFlow,
    recent: [{ from: 'customer', text: 'I am Anna, anna@example.com' }],
    known: { names: ['Anna'] },
  });
};

describe('what the model may say', () => {
  test('a flow with a value of the message', async () => {
    const heard = await ask('has hh-24817 left the building yet', [
      { type: 'start', flow: 'order_status' },
      { type: 'set', slot: 'number', value: 'HH-24817' },
    ]);
    expect(heard?.commands).toEqual([
      { type: 'start', flow: 'order_status' },
      { type: 'set', slot: 'number', value: 'HH-24817' },
    ]);
    expect(heard?.understanding.intents[0]).toEqual({ name: 'order_status', confidence: 0.9 });
  });

  test('the question is the customer’s, not the model’s', async () => {
    const heard = await ask('of the six glasses we can toast with four', [{ type: 'ask', intent: 'damaged_item' }], {
      intents: ['damaged_item'],
    });
    expect(heard?.commands).toEqual([
      { type: 'ask', question: 'of the six glasses we can toast with four', intent: 'damaged_item' },
    ]);
  });

  test('a person comes before everything else that it says; the sentence is kept only when the customer said it', async () => {
    const text = 'Third time now. Nobody answers me.';
    const said = (sentence: string) => [
      { type: 'ask', intent: 'complaint' },
      { type: 'handoff', reason: 'repeated_failure', sentence },
    ];
    expect((await ask(text, said('Third time now.')))?.commands[0]).toEqual({
      type: 'handoff',
      reason: 'repeated_failure',
      sentence: 'Third time now.',
    });
    expect((await ask(text, said('I will sue you.')))?.commands[0]).toEqual({
      type: 'handoff',
      reason: 'repeated_failure',
    });
  });
});

test('anger that the model hears gives a person', async () => {
  const text = 'Oh wonderful, week three. Do take your time.';
  fake.next(
    JSON.stringify({
      intents: ['shipment_delayed'],
      emotion: 'angry',
      commands: [{ type: 'ask', intent: 'shipment_delayed' }],
    }),
  );
  const heard = await read({ text, local: understand(text), flows, recent: [], known: {} });
  expect(heard?.commands[0]).toEqual({ type: 'handoff', reason: 'anger' });
  expect(heard?.understanding).toMatchObject({ emotion: 'angry', handoff: { now: true, reason: 'anger' } });
});

describe('what is not believed', () => {
  test.each<[string, unknown[]]>([
    ['a yes', [{ type: 'confirm' }]],
    ['a yes with a digest', [{ type: 'confirm', digest: 'x' }]],
    ['a no', [{ type: 'deny' }]],
    ['an unknown flow', [{ type: 'start', flow: 'refund_everything' }]],
    ['an order number that the customer did not write', [{ type: 'set', slot: 'number', value: 'HH-24803' }]],
    ['an invented proof', [{ type: 'set', slot: 'proof', value: 'victim@example.com' }]],
    ['a word as proof', [{ type: 'set', slot: 'proof', value: 'parcel' }]],
    ['an unknown slot', [{ type: 'set', slot: 'customer', value: 'parcel' }]],
    ['a reason that the customer did not write', [{ type: 'set', slot: 'reason', value: 'other' }]],
    ['keys of its own', [{ type: 'start', flow: 'order_status', refund: '100' }]],
    ['fifty commands', Array.from({ length: 50 }, () => ({ type: 'start', flow: 'order_status' }))],
    ['none', []],
    ['a yes as intent', [{ type: 'ask', intent: 'affirm' }]],
    [
      'one lie beside a truth',
      [
        { type: 'start', flow: 'order_status' },
        { type: 'set', slot: 'number', value: 'HH-1' },
      ],
    ],
  ])('%s', async (_what, commands) => {
    expect(await ask('where is my parcel HH-24817 please', commands)).toBeUndefined();
  });

  test('a cancel where nothing is open', async () => {
    expect(await ask('stop it please', [{ type: 'cancel' }])).toBeUndefined();
    expect((await ask('stop it please', [{ type: 'cancel' }], { openFlow: 'cancel_order' }))?.commands).toEqual([
      { type: 'cancel' },
    ]);
  });

  test('confirm and deny are no words of the form', () => {
    expect(JSON.stringify(spokenForm.toJSONSchema())).not.toMatch(/"(confirm|deny|affirm)"/);
  });
});

test('the model sees candidates, the last messages as data, and no personal data; none of it in the system prompt', async () => {
  await ask('Anna here again, where is HH-24817? mail to anna@example.com', [{ type: 'start', flow: 'order_status' }]);
  const [sent] = fake.requests;
  expect(JSON.stringify(sent?.body)).not.toMatch(/anna|24817|example\.com/i);
  const data = JSON.parse(sent?.user ?? '');
  expect(data.candidates).toHaveLength(5);
  expect(data.conversation).toEqual([{ from: 'customer', text: 'I am [[NAME_1]], [[EMAIL_1]]' }]);
  expect(data.message).toBe('[[NAME_1]] here again, where is [[CODE_1]]? mail to [[EMAIL_1]]');
  expect(sent?.system).not.toMatch(/\[\[(NAME|CODE)|here again/);
});

test('whatever goes wrong with the model gives nothing, in time', async () => {
  for (const answer of [
    'garbage',
    { status: 500 },
    { status: 429 },
    { hang: true as const },
    { pieces: ['{"in'], reset: true as const },
  ]) {
    fake.always(answer);
    const started = Date.now();
    expect(
      await read({ text: 'hello you', local: understand('hello you'), flows, recent: [], known: {} }),
    ).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(3500);
  }
});

describe('the command', () => {
  const root = join(import.meta.dirname, '../../..');
  const run = (environment: Record<string, string>, input: string) =>
    new Promise<{ out: string; err: string; code: number | null }>((done) => {
      const child = spawn(join(root, 'node_modules/.bin/node'), ['scripts/understand.ts', '--model', 'llm'], {
        cwd: root,
        env: { ...process.env, ...environment },
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('close', (code) => done({ out, err, code }));
      child.stdin.end(input);
    });

  test('understand -- --model llm answers from the model, and locally when it fails', async () => {
    fake.next(
      JSON.stringify({
        intents: ['damaged_item', 'complaint'],
        emotion: 'frustrated',
        commands: [{ type: 'ask', intent: 'damaged_item' }],
      }),
      'garbage',
    );
    const lines = [
      '{"id":1,"text":"of the six glasses we can toast with four"}',
      '{"id":2,"text":"where is my order"}',
      '{"id":3,"text":"I want to talk to a human"}',
    ];
    const { out, code } = await run({ MODEL_NAME: 'small', MODEL_BASE_URL: fake.url }, `${lines.join('\n')}\n`);
    expect(code).toBe(0);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers[0]).toMatchObject({
      id: 1,
      lang: 'en',
      intent: 'damaged_item',
      emotion: 'frustrated',
      handoff: false,
    });
    expect(answers[1]).toMatchObject({ id: 2, intent: 'order_status' });
    expect(answers[2]).toMatchObject({ id: 3, handoff: true, reason: 'person_wanted' });
    // The wish for a person is certain without a model.
    expect(fake.requests).toHaveLength(2);
  });

  test('without a model it says so and fails', async () => {
    const { err, code } = await run({ MODEL_NAME: '', MODEL_BASE_URL: '', MODEL_API_KEY: '' }, '');
    expect(code).toBe(1);
    expect(err).toContain('MODEL_NAME');
  });
});
