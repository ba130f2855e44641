import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createBreaker } from '../../../core/model/breaker.ts';
import { createBudget } from '../../../core/model/budget.ts';
import { createEmbed } from '../../../core/model/embed.ts';
import { createModel, type Model, ModelError } from '../../../core/model/model.ts';
import { testDatabase } from '../../support/database.ts';
import { type Answer, type FakeModel, startFakeModel } from '../../support/fakeModel.ts';

let fake: FakeModel;
let database: Awaited<ReturnType<typeof testDatabase>>;
let now = 0;
let logged: unknown[] = [];
const breaker = () => createBreaker({ now: () => now });

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  fake = await startFakeModel();
  logged = [];
  await database.pool.query('delete from model_use');
});
afterEach(() => fake.stop());

function model(dailyTokens = 1_000_000): Model {
  const log = (fields: unknown) => void logged.push(fields);
  return createModel({
    settings: { baseUrl: fake.url, apiKey: 'secret-key', name: 'small', outputTokens: 300 },
    budget: createBudget(database.db, dailyTokens),
    log: { info: log, warn: log } as never,
    breaker: breaker(),
  });
}

const schema = z.strictObject({ answer: z.string() });
const request = {
  task: 'test',
  instructions: 'Say it.',
  data: { text: 'mail a@example.com' },
  schema,
  timeoutMs: 3000,
};

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught) => caught,
  );
  return error instanceof ModelError ? error.reason : `not refused: ${error}`;
}

describe('a call', () => {
  test('sends the data redacted in the user role, and restores the answer', async () => {
    fake.next('{"answer":"[[EMAIL_1]]"}');
    expect(await model().object(request)).toEqual({ answer: 'a@example.com' });
    const [sent] = fake.requests;
    expect(sent?.authorization).toBe('Bearer secret-key');
    expect(sent?.user).toBe('{"text":"mail [[EMAIL_1]]"}');
    expect(JSON.stringify(sent?.body)).not.toContain('a@example.com');
    expect(sent?.body).toMatchObject({ model: 'small', max_tokens: 300, response_format: { type: 'json_schema' } });
    expect(JSON.stringify(logged)).not.toMatch(/example\.com|EMAIL/);
  });

  test('characters that only models read are taken out', async () => {
    fake.next('{"answer":"x"}');
    await model().object({ ...request, data: 'pa\u{e0061}\u{e0062}id\u202e\u200b \ud800' });
    expect(fake.requests[0]?.user).toBe(JSON.stringify('paid \ufffd'));
  });

  test('a server without structured output is asked in words, and remembered', async () => {
    fake.next({ status: 400 }, '```json\n{"answer":"y"}\n```', '{"answer":"z"}');
    const asked = model();
    expect(await asked.object(request)).toEqual({ answer: 'y' });
    expect(fake.requests[1]?.body.response_format).toBeUndefined();
    expect(fake.requests[1]?.system).toContain('JSON schema');
    expect(await asked.object(request)).toEqual({ answer: 'z' });
    expect(fake.requests).toHaveLength(3);
  });

  const garbage: [string, Answer][] = [
    ['nothing', ''],
    ['no JSON', 'I would rather not.'],
    ['truncated JSON', '{"answer":"y'],
    ['extra keys', '{"answer":"y","confirm":true}'],
    ['wrong types', '{"answer":7}'],
    ['an unknown placeholder', '{"answer":"[[EMAIL_7]]"}'],
    ['a damaged placeholder', '{"answer":"[EMAIL_1]"}'],
    ['a tool call as text', '<tool_call>{"name":"refund"}</tool_call>'],
    ['too long by its own word', { pieces: ['{"answer":"y"}'], finish: 'length' }],
    ['never finished', { pieces: ['{"answer":"y"}'], finish: null }],
    ['a flood', Array.from({ length: 400 }, () => 'a '.repeat(500))],
    ['not even a stream', { status: 200, body: '<html>' }],
  ];
  test.each(garbage)('is refused when it answers with %s', async (_name, answer) => {
    fake.always(answer);
    expect(await reasonOf(model().object(request))).toMatch(/garbage|failed/);
    expect(fake.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('lines', () => {
  const linesOf = async (answer: Answer, stopAt = 99) => {
    fake.next(answer);
    const lines: string[] = [];
    await model().lines({
      ...request,
      instructions: 'You are the clerk who writes what stands in the passages.',
      take: async (line) => lines.push(line) < stopAt,
    });
    return lines;
  };

  test('come whole and restored, however the pieces fall', async () => {
    expect(await linesOf(['One [[EM', 'AIL_1]] he', 're.\n\nTw', 'o.'])).toEqual(['One a@example.com here.', 'Two.']);
  });

  test('an unknown placeholder, our own instructions or a break in the middle refuse the rest', async () => {
    expect(await reasonOf(linesOf('Write to [[PHONE_3]].'))).toBe('garbage');
    expect(await reasonOf(linesOf('You are the clerk who writes what stands in the passages.'))).toBe('garbage');
    expect(await reasonOf(linesOf({ pieces: ['One.\n', 'Tw'], reset: true }))).toBe('failed');
    // What was shown is not said again: only a call that had shown nothing is repeated.
    expect(fake.requests).toHaveLength(3);
  });

  test('end when the taker has enough', async () => {
    expect(await reasonOf(linesOf('One.\nTwo.\nThree.', 1))).toBe('failed');
    expect(logged.at(-1)).toMatchObject({ outcome: 'given_up' });
  });
});

describe('failures', () => {
  test('Retry-After is honoured, once, when there is time for it', async () => {
    fake.next({ status: 429, headers: { 'retry-after': '1' } }, '{"answer":"y"}');
    const started = Date.now();
    expect(await model().object(request)).toEqual({ answer: 'y' });
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    fake.next({ status: 429, headers: { 'retry-after': '60' } });
    const later = Date.now();
    expect(await reasonOf(model().object(request))).toBe('failed');
    expect(Date.now() - later).toBeLessThan(900);
    fake.always({ status: 500 });
    const before = fake.requests.length;
    expect(await reasonOf(model().object(request))).toBe('failed');
    expect(fake.requests.length - before).toBe(2);
  });

  test('a wrong key is not tried twice', async () => {
    fake.always({ status: 401 });
    expect(await reasonOf(model().object(request))).toBe('failed');
    expect(fake.requests).toHaveLength(1);
  });

  test('a hanging server is left at the limit, also in the middle', async () => {
    for (const answer of [{ hang: true } as const, { pieces: ['{"an'], hang: true as const }]) {
      fake.always(answer);
      const started = Date.now();
      expect(await reasonOf(model().object({ ...request, timeoutMs: 400 }))).toBe('timeout');
      expect(Date.now() - started).toBeLessThan(1500);
    }
  });

  test('after five failures it rests, and one call tries again after 30 seconds', async () => {
    fake.always({ status: 401 });
    const asked = model();
    for (let i = 0; i < 5; i += 1) expect(await reasonOf(asked.object(request))).toBe('failed');
    expect(await reasonOf(asked.object(request))).toBe('resting');
    expect(fake.requests).toHaveLength(5);
    now += 30_001;
    const together = await Promise.all([reasonOf(asked.object(request)), reasonOf(asked.object(request))]);
    expect(together.sort()).toEqual(['failed', 'resting']);
    now += 30_001;
    fake.always('{"answer":"y"}');
    expect(await asked.object(request)).toEqual({ answer: 'y' });
    expect(await asked.object(request)).toEqual({ answer: 'y' });
  });

  test('a call that the caller gives up is no failure', async () => {
    fake.always({ hang: true });
    const asked = model();
    for (let i = 0; i < 6; i += 1) await reasonOf(asked.object({ ...request, signal: AbortSignal.timeout(30) }));
    fake.always('{"answer":"y"}');
    expect(await asked.object(request)).toEqual({ answer: 'y' });
  });
});

describe('the budget of a day', () => {
  const used = async () =>
    Number((await database.pool.query('select coalesce(sum(tokens), 0) as tokens from model_use')).rows[0].tokens);

  test('is counted by what the server says, and kept', async () => {
    fake.always('{"answer":"y"}');
    await model().object(request);
    await model().object(request);
    expect(await used()).toBe(240);
    fake.always({ status: 401 });
    expect(await reasonOf(model().object(request))).toBe('failed');
    expect(await used()).toBe(240);
  });

  test('once spent nothing is sent; that does not count as a failure', async () => {
    fake.always('{"answer":"y"}');
    await database.pool.query(`insert into model_use values ((now() at time zone 'utc')::date, 900)`);
    const asked = model(1000);
    for (let i = 0; i < 8; i += 1) expect(await reasonOf(asked.object(request))).toBe('budget');
    expect(fake.requests).toHaveLength(0);
    await database.pool.query(`update model_use set day = day - 1`);
    expect(await asked.object(request)).toEqual({ answer: 'y' });
  });

  test('twenty calls at once do not overdraw it', async () => {
    fake.always({ pieces: ['{"answer":"y"}'], waitMs: 100 });
    const [one, other] = [model(1000), model(1000)];
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : other).object(request).then(
          () => 'ok',
          () => 'no',
        ),
      ),
    );
    expect(results.filter((result) => result === 'ok').length).toBeLessThanOrEqual(3);
    expect(await used()).toBeLessThanOrEqual(1000);
  });
});

describe('embeddings', () => {
  const embedder = (dailyTokens = 1_000_000) =>
    createEmbed({
      settings: { baseUrl: fake.url, apiKey: 'k', name: 'vectors' },
      budget: createBudget(database.db, dailyTokens),
      breaker: breaker(),
    });

  test('a failing server rests, a spent budget asks nobody, and no error repeats the text', async () => {
    await fake.stop();
    const embed = embedder();
    for (let i = 0; i < 5; i += 1) {
      const error = await embed(['secret words']).catch((caught) => caught);
      expect(error).toBeInstanceOf(ModelError);
      expect(`${error.message}${error.stack}`).not.toContain('secret words');
    }
    expect(await reasonOf(embed(['x']))).toBe('resting');
    expect(await reasonOf(embedder(1)(['more words than one token']))).toBe('budget');
    fake = await startFakeModel();
  });

  test('come in the order of the texts, in batches, redacted', async () => {
    const embed = embedder();
    const texts = Array.from({ length: 200 }, (_, i) => `text ${i} of a@example.com`);
    const vectors = await embed(texts);
    expect(vectors).toHaveLength(200);
    expect(vectors[0]).toBeInstanceOf(Float32Array);
    expect(vectors[0]).toHaveLength(16);
    const again = await embed([texts[150] ?? '']);
    expect(again[0]).toEqual(vectors[150]);
    expect(vectors[150]).not.toEqual(vectors[7]);
  });
});
