import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../knowledge/embedders/embedder.ts';
import { createEmbedders } from '../../knowledge/embedders/embedders.ts';
import { createLocalEmbedder } from '../../knowledge/embedders/local.ts';
import { createRemoteEmbedder } from '../../knowledge/embedders/remote.ts';
import { type FakeEmbeddings, startFakeEmbeddings } from '../support/fakeEmbeddings.ts';
import { standInTransformers } from '../support/standInTransformers.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'anshin-model-')), 'tiny');
const table = writeTinyModel(folder);
const real = await import('@huggingface/transformers').catch(() => undefined);
let fake: FakeEmbeddings;
beforeAll(async () => {
  fake = await startFakeEmbeddings();
});
afterAll(() => fake.stop());

type Load = NonNullable<Parameters<typeof createLocalEmbedder>[0]['load']>;
const local = (load: Load) => createLocalEmbedder({ name: folder, cacheFolder: join(folder, 'cache'), load });
const remote = (timeoutMs = 5000) =>
  createRemoteEmbedder({ baseUrl: fake.url, apiKey: 'key', name: 'model-32', timeoutMs });
const implementations: [string, () => Embedder][] = [
  ['OpenAI-compatible', remote],
  ['local ONNX, a stand-in for the package', () => local(async () => standInTransformers())],
];
if (real) implementations.push(['local ONNX, the package itself', () => local(async () => real)]);

describe.each(implementations)('the embedder: %s', (_name, create) => {
  test('one vector of length 1 for each text, in their order', async () => {
    const embedder = create();
    const texts = ['refund', 'money', 'parcel', 'late', 'refund money'];
    const vectors = await embedder.embed(texts, 'passage');
    expect(vectors).toHaveLength(5);
    for (const [i, vector] of vectors.entries()) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      const [alone] = await embedder.embed([texts[i] ?? ''], 'passage');
      expect(near(vector, alone)).toBeGreaterThan(0.9999);
    }
    expect(near(vectors[0], vectors[4])).toBeGreaterThan(near(vectors[0], vectors[2]));
    expect(embedder.dimensions).toBe(vectors[0]?.length);
  });

  test('more texts than go into one batch, empty and long ones', async () => {
    const embedder = create();
    const texts = Array.from({ length: 230 }, (_, i) => (i % 2 ? 'parcel' : 'refund'));
    const vectors = await embedder.embed(texts, 'passage');
    expect(vectors).toHaveLength(230);
    expect(near(vectors[228], vectors[0])).toBeGreaterThan(0.9999);
    expect(near(vectors[229], vectors[0])).toBeLessThan(0.99);
    expect(await embedder.embed([], 'passage')).toEqual([]);
    expect(await embedder.embed(['', 'late '.repeat(50_000)], 'question')).toHaveLength(2);
  });

  test('a caller who gave up gets no answer', async () => {
    const embedder = create();
    await embedder.embed(['refund'], 'question');
    await expect(embedder.embed(['refund', 'late'], 'question', AbortSignal.abort())).rejects.toThrow();
  });

  test('its name says which model of which source it is', () => {
    expect(create().model).toMatch(/^(local|http:\/\/127\.0\.0\.1:\d+\/v1)#\S+$/);
  });
});

describe('the server', () => {
  test('is asked in batches for base64 with the key', async () => {
    const before = fake.requests.length;
    await remote().embed(
      Array.from({ length: 200 }, (_, i) => `text ${i}`),
      'passage',
    );
    const asked = fake.requests.slice(before);
    expect(asked.map(({ input }) => input.length)).toEqual([96, 96, 8]);
    expect(asked[0]).toMatchObject({ encoding_format: 'base64', model: 'model-32', authorization: 'Bearer key' });
  });

  test('is asked again after 429 and 500, and gives up with an error', async () => {
    fake.next({ status: 429, headers: { 'retry-after-ms': '5' } });
    expect(await remote().embed(['a'], 'passage')).toHaveLength(1);
    fake.down({ status: 500, headers: { 'retry-after-ms': '5' } });
    await expect(remote().embed(['a'], 'passage')).rejects.toThrow();
    fake.down(undefined);
  });

  test.each(['garbage', 'short', 'nan'] as const)('an answer that is %s is an error, never a vector', async (fault) => {
    fake.down(fault);
    await expect(remote().embed(['a', 'b'], 'passage')).rejects.toThrow();
    fake.down(undefined);
  });

  test('a slow answer ends with the caller’s patience', async () => {
    fake.next('hang');
    const started = performance.now();
    await expect(remote().embed(['a'], 'question', AbortSignal.timeout(100))).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('personal data in a question does not leave', async () => {
    await remote().embed(['my mail is kim.lee@example.com'], 'question');
    expect(fake.requests.at(-1)?.input[0]).not.toContain('kim.lee');
  });
});

describe('the model on this machine', () => {
  test('comes from the folder, quantised where there is such a file, and its numbers are the file’s', async () => {
    const transformers = standInTransformers();
    const [vector] = await local(async () => transformers).embed(['refund'], 'passage');
    const row = table.get('refund') ?? [];
    expect(near(vector, new Float32Array(row.map((value) => value / Math.hypot(...row))))).toBeCloseTo(1, 5);
    expect(transformers.loads).toEqual([{ model: 'tiny', dtype: 'fp32', local_files_only: true }]);
    expect(transformers.env.cacheDir).toBe(join(folder, 'cache'));
  });

  test('the E5 family hears whether it is a question', async () => {
    const e5 = join(folder, 'multilingual-e5-tiny');
    writeTinyModel(e5);
    const embedder = createLocalEmbedder({ name: e5, cacheFolder: folder, load: async () => standInTransformers() });
    const [asQuestion] = await embedder.embed(['refund'], 'question');
    const [asPassage] = await embedder.embed(['refund'], 'passage');
    expect(near(asQuestion, asPassage)).toBeLessThan(0.999);
  });

  test.skipIf(real)('says what to install when the package is not there', async () => {
    const embedder = createLocalEmbedder({ name: folder, cacheFolder: folder });
    await expect(embedder.embed(['a'], 'passage')).rejects.toThrow(/npm install --no-save @huggingface\/transformers@/);
  });

  test('a folder that is missing at first is found later', async () => {
    const late = join(folder, 'late');
    const embedder = createLocalEmbedder({ name: late, cacheFolder: folder, load: async () => standInTransformers() });
    await expect(embedder.embed(['refund'], 'passage')).rejects.toThrow();
    writeTinyModel(late);
    expect(await embedder.embed(['refund'], 'passage')).toHaveLength(1);
  });
});

test('an earlier model of the same server can still be asked, of another it cannot', () => {
  const settings = { kind: 'remote', baseUrl: 'https://a.example/v1', apiKey: 'k', name: 'new', floor: 0.4 } as const;
  const embedders = createEmbedders(settings, folder);
  expect(embedders.named('https://a.example/v1#new')).toBe(embedders.wanted);
  expect(embedders.named('https://a.example/v1#old')?.model).toBe('https://a.example/v1#old');
  expect(embedders.named('https://b.example/v1#old')).toBeUndefined();
  expect(embedders.named(`local#${folder}`)?.model).toBe(`local#${folder}`);
});

function near(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return (a ?? new Float32Array()).reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0);
}
