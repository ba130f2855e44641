import { expect, test } from 'vitest';
import { createRerankedSearch } from '../../knowledge/rerank.ts';
import type { SearchHit } from '../../knowledge/types.ts';

const hit = (slug: string, score: number): SearchHit => ({
  slug,
  language: 'en',
  title: slug,
  passage: slug,
  score,
  linked: 0,
});
const found = { results: [hit('a', 1), hit('b', 0.9), hit('c', 0.8), hit('far', 0.2)], answer: true };
const slugs = async (order: number[] | Error, result = found, limit = 4) => {
  let asked: readonly string[] = [];
  const search = createRerankedSearch(
    () => result,
    async (_question, passages) => {
      asked = passages;
      if (order instanceof Error) throw order;
      return order;
    },
  );
  const { results } = await search({ text: 'q', language: 'en', limit });
  return { order: results.map((one) => one.slug).join(' '), asked: asked.length };
};

test('near hits are put in order; who is left out follows, and what is far stays behind', async () => {
  expect(await slugs([2, 0])).toEqual({ order: 'c a b far', asked: 3 });
  expect((await slugs([1], found, 2)).order).toBe('b a');
});

test('numbers of nothing, numbers twice and failures leave nothing out', async () => {
  expect((await slugs([3, -1, 99, 1, 1, 0.5])).order).toBe('b a c far');
  expect((await slugs(new Error('down'))).order).toBe('a b c far');
});

test('nothing is asked where nothing answers or nothing is near', async () => {
  expect((await slugs([1], { ...found, answer: false })).asked).toBe(0);
  expect((await slugs([1], { results: [hit('a', 1), hit('far', 0.2)], answer: true })).asked).toBe(0);
});
