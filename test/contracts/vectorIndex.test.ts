import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalVectors } from '../../knowledge/index/localVectors.ts';
import { createPineconeIndex } from '../../knowledge/index/pinecone.ts';
import type { VectorIndex, VectorRecord } from '../../knowledge/index/vectorIndex.ts';
import { type FakePinecone, startFakePinecone } from '../support/fakePinecone.ts';

let dense: FakePinecone;
let hybrid: FakePinecone;
beforeAll(async () => {
  dense = await startFakePinecone({ metric: 'cosine' });
  hybrid = await startFakePinecone();
});
afterAll(() => Promise.all([dense.stop(), hybrid.stop()]));

let count = 0;
const pinecone = (fake: FakePinecone) => () =>
  // A model of its own for each test: its namespaces are empty.
  createPineconeIndex({
    settings: { apiKey: 'pc-key', index: undefined, host: fake.url },
    model: `m${count++}`,
    backoffMs: 5,
  });

const implementations: [string, () => VectorIndex][] = [
  ['local', createLocalVectors],
  ['Pinecone', () => pinecone(hybrid)()],
  ['Pinecone without words', () => pinecone(dense)()],
];

describe.each(implementations)('the vector index: %s', (_name, create) => {
  test('gives the nearest of each language by itself, best first', async () => {
    const index = create();
    await index.upsert([
      record('a', 'en', 0),
      record('b', 'en', 0.3),
      record('c', 'en', 1.5),
      record('d', 'de', 0.1),
      record('e', 'de', 1.4),
    ]);
    const found = await index.nearest({ vector: at(0), languages: ['en', 'de'], limit: 2 });
    expect(found.map(({ id, language }) => `${language}/${id}`)).toEqual(['en/a', 'de/d', 'en/b', 'de/e']);
    expect(found.every(({ score }, i) => i === 0 || score <= (found[i - 1]?.score ?? 0))).toBe(true);
    expect(await index.nearest({ vector: at(0), languages: ['de'], limit: 1 })).toMatchObject([{ id: 'd' }]);
    expect(await index.nearest({ vector: at(0), languages: ['fr'], limit: 5 })).toEqual([]);
  });

  test('a record of the same key replaces the one before', async () => {
    const index = create();
    await index.upsert([record('a', 'en', 0), record('b', 'en', 0.7)]);
    await index.upsert([record('a', 'en', 1.5)]);
    const found = await index.nearest({ vector: at(0), languages: ['en'], limit: 10 });
    expect(found.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  test('the same id in two languages is two records', async () => {
    const index = create();
    await index.upsert([record('a', 'en', 0), record('a', 'ja', 1)]);
    await index.remove([{ id: 'a', language: 'en' }]);
    expect(await index.nearest({ vector: at(0), languages: ['en', 'ja'], limit: 10 })).toMatchObject([
      { id: 'a', language: 'ja' },
    ]);
  });

  test('what is removed is not found again; removing nothing is no error', async () => {
    const index = create();
    await index.remove([{ id: 'x', language: 'en' }]);
    await index.upsert(Array.from({ length: 50 }, (_, i) => record(`r${i}`, 'en', i / 40)));
    await index.remove([0, 3, 49, 20].map((i) => ({ id: `r${i}`, language: 'en' })));
    const found = await index.nearest({ vector: at(0), languages: ['en'], limit: 100 });
    expect(found).toHaveLength(46);
    expect(found.slice(0, 4).map(({ id }) => id)).toEqual(['r1', 'r2', 'r4', 'r5']);
    await index.upsert([record('r0', 'en', 0)]);
    expect((await index.nearest({ vector: at(0), languages: ['en'], limit: 1 }))[0]?.id).toBe('r0');
  });

  test('many records at once, and vectors with words, are taken', async () => {
    const index = create();
    const sparse = { indices: [1, 4_000_000_000], values: [0.6, 0.8] };
    await index.upsert(Array.from({ length: 450 }, (_, i) => ({ ...record(`r${i}`, 'ko', i / 300), sparse })));
    const found = await index.nearest({ vector: at(0.5), sparse, languages: ['ko'], limit: 20 });
    expect(found).toHaveLength(20);
    expect(found[0]?.id).toBe('r150');
  });

  test('a vector of another length is refused', async () => {
    const index = create();
    await index.upsert([record('a', 'en', 0)]);
    await expect(index.upsert([{ id: 'b', language: 'en', vector: new Float32Array([1, 0]) }])).rejects.toThrow(
      /dimension/,
    );
  });
});

function record(id: string, language: string, angle: number): VectorRecord {
  return { id, language, vector: at(angle) };
}

// Directions of one plane: the nearer the angle, the nearer the vector.
function at(angle: number): Float32Array {
  return new Float32Array([Math.cos(angle), Math.sin(angle), 0, 0, 0, 0, 0, 0]);
}
