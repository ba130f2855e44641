import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFailover } from '../../../knowledge/index/failover.ts';
import { createLocalVectors } from '../../../knowledge/index/localVectors.ts';
import { createPineconeIndex } from '../../../knowledge/index/pinecone.ts';
import { type FakePinecone, type Fault, startFakePinecone } from '../../support/fakePinecone.ts';

let fake: FakePinecone;
beforeAll(async () => {
  fake = await startFakePinecone({ dimension: 3 });
});
afterEach(() => fake.down(undefined));
afterAll(() => fake.stop());

const vector = new Float32Array([1, 0, 0]);
const query = { vector, languages: ['de'], limit: 3 };
let count = 0;
const open = (settings: Partial<Parameters<typeof createPineconeIndex>[0]['settings']> = {}) =>
  createPineconeIndex({
    settings: { apiKey: 'pc-key', index: undefined, host: fake.url, ...settings },
    model: `test ${count++}`,
    readMs: 300,
    backoffMs: 5,
  });

describe('what goes over the line', () => {
  test('a namespace for language and model, batches of a hundred, words where the index takes them', async () => {
    const before = fake.requests.length;
    const sparse = { indices: [7], values: [1] };
    await open().upsert(Array.from({ length: 250 }, (_, i) => ({ id: `a.de.${i}`, language: 'de', vector, sparse })));
    const sent = fake.requests.slice(before);
    expect(sent.map(({ body }) => (body.vectors as unknown[]).length)).toEqual([100, 100, 50]);
    expect(sent[0]?.body.namespace).toMatch(/^de-[0-9a-f]{12}$/);
    const record = { id: 'a.de.0', values: [1, 0, 0], sparseValues: sparse, metadata: { language: 'de', text: '' } };
    expect(sent[0]?.body.vectors).toContainEqual(record);
  });

  test('two models of one language never meet', async () => {
    const [old, young] = [open(), open()];
    await old.upsert([{ id: 'a', language: 'de', vector }]);
    expect(await young.nearest(query)).toEqual([]);
    expect(await old.nearest(query)).toHaveLength(1);
  });

  test('words help where meanings are alike', async () => {
    const index = open();
    await index.upsert([
      { id: 'a', language: 'de', vector, sparse: { indices: [1], values: [1] } },
      { id: 'b', language: 'de', vector, sparse: { indices: [2], values: [1] } },
    ]);
    expect((await index.nearest({ ...query, sparse: { indices: [2], values: [1] } }))[0]?.id).toBe('b');
    expect((await index.nearest({ ...query, sparse: { indices: [1], values: [1] } }))[0]?.id).toBe('a');
  });

  test('an index that takes no words is asked for words once', async () => {
    const dense = await startFakePinecone({ dimension: 3, metric: 'cosine' });
    const index = open({ host: dense.url });
    const sparse = { indices: [1], values: [1] };
    await index.upsert([{ id: 'a', language: 'de', vector, sparse }]);
    await index.nearest({ ...query, sparse });
    const withWords = dense.requests.filter(({ body }) => JSON.stringify(body).includes('sparse'));
    expect(withWords).toHaveLength(1);
    await dense.stop();
  });

  test('an index is found by its name', async () => {
    const index = open({ host: undefined, index: 'anshin', controller: fake.url });
    await index.upsert([{ id: 'a', language: 'de', vector }]);
    expect(await index.nearest(query)).toHaveLength(1);
  });

  test('removing many goes out with the ids, and a namespace that is gone is fine', async () => {
    const index = open();
    await index.upsert([{ id: 'a', language: 'de', vector }]);
    const before = fake.requests.length;
    await index.remove([
      { id: 'a', language: 'de' },
      { id: 'b', language: 'fr' },
    ]);
    expect(fake.requests.slice(before).map(({ body }) => body.ids)).toEqual([['a'], ['b']]);
    expect(await index.nearest(query)).toEqual([]);
  });

  test('what was written shows a little later', async () => {
    const lagging = await startFakePinecone({ dimension: 3, lagMs: 300 });
    const index = open({ host: lagging.url });
    const key = { id: 'a', language: 'de' };
    await index.upsert([{ ...key, vector }]);
    expect(await index.shows([key])).toBe(false);
    await expect.poll(() => index.shows([key]), { timeout: 3000 }).toBe(true);
    await lagging.stop();
  });
});

describe('when it fails', () => {
  test.each<[string, Fault[]]>([
    ['429', [{ status: 429 }, { status: 429, headers: { 'retry-after': '0.1' } }]],
    ['500', [{ status: 500 }, { status: 503 }, { status: 502 }]],
  ])('writes are tried again after %s, later each time', async (_name, faults) => {
    const index = open();
    const before = fake.requests.length;
    fake.next(...faults);
    await index.upsert([{ id: 'a', language: 'de', vector }]);
    expect(fake.requests.length - before).toBe(faults.length + 1);
    expect(await index.nearest(query)).toHaveLength(1);
  });

  test('a wrong key is not tried again', async () => {
    const before = fake.requests.length;
    await expect(open({ apiKey: 'wrong' }).upsert([{ id: 'a', language: 'de', vector }])).rejects.toThrow();
    expect(fake.requests.length - before).toBe(1);
  });

  test.each<Fault>(['hang', 'garbage', 'odd', { status: 429 }, { status: 500 }])(
    'after %j the second index answers at once',
    async (fault) => {
      const local = createLocalVectors();
      await local.upsert([{ id: 'mine', language: 'de', vector }]);
      const failures: unknown[] = [];
      const both = createFailover({ first: open(), second: local, onFailure: (error) => failures.push(error) });
      fake.down(fault);
      const started = performance.now();
      expect(await both.nearest(query)).toMatchObject([{ id: 'mine' }]);
      expect(performance.now() - started).toBeLessThan(1500);
      expect(failures).toHaveLength(1);
    },
  );

  test('what keeps failing is left alone for a while', async () => {
    const local = createLocalVectors();
    const both = createFailover({ first: open(), second: local, onFailure: () => undefined });
    fake.down({ status: 500 });
    const before = fake.requests.length;
    for (let i = 0; i < 10; i += 1) await both.nearest(query);
    expect(fake.requests.length - before).toBe(3);
  });
});
