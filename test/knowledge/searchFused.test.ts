import { expect, test } from 'vitest';
import type { NearArticle } from '../../knowledge/index/nearestArticles.ts';
import { floorOf } from '../../knowledge/search.ts';
import { createFusedSearch } from '../../knowledge/searchFused.ts';
import type { SearchResult } from '../../knowledge/types.ts';

const query = { text: 'q', language: 'en' };
const byWords =
  (answer: boolean, ...slugs: string[]) =>
  (): SearchResult => ({
    results: slugs.map((slug, i) => ({
      slug,
      language: 'en',
      title: slug,
      passage: `words ${slug}`,
      score: answer ? floorOf('en') + 0.5 - i / 100 : 0.1,
      linked: 0.4,
    })),
    answer,
  });
const byMeaning =
  (score: number, ...slugs: string[]) =>
  async (): Promise<NearArticle[]> =>
    slugs.map((slug, i) => ({
      id: slug,
      language: 'en',
      hash: '',
      text: '',
      title: slug,
      passage: `meaning ${slug}`,
      score: score - i / 100,
      variant: {
        slug,
        language: 'en',
        title: slug,
        body: '',
        questions: [],
        keywords: [],
        intents: [],
        markets: [],
        validFrom: null,
        validUntil: null,
      },
    }));
const slugsOf = ({ results }: SearchResult) => results.map(({ slug }) => slug);

test('both find enough: what both rank high comes first', async () => {
  const fused = createFusedSearch({
    search: byWords(true, 'a', 'b', 'c'),
    nearestArticles: byMeaning(0.8, 'b', 'd'),
    floor: 0.5,
  });
  const found = await fused(query);
  expect(found.answer).toBe(true);
  expect(slugsOf(found)).toEqual(['b', 'a', 'd', 'c']);
  expect(found.results[0]).toMatchObject({ slug: 'b', passage: 'words b', linked: 0.4 });
});

test('meaning alone finds enough: noise of the words does not push it down', async () => {
  const fused = createFusedSearch({
    search: byWords(false, 'x', 'y', 'z'),
    nearestArticles: byMeaning(0.7, 'a', 'x', 'y'),
    floor: 0.5,
  });
  const found = await fused(query);
  expect(found.answer).toBe(true);
  expect(found.results[0]).toMatchObject({ slug: 'a', passage: 'meaning a', score: 0.7 });
  expect(slugsOf(found)).toHaveLength(4);
});

test('words alone find enough: they lead', async () => {
  const fused = createFusedSearch({
    search: byWords(true, 'a', 'b'),
    nearestArticles: byMeaning(0.3, 'b', 'c'),
    floor: 0.5,
  });
  const found = await fused(query);
  expect(found.answer).toBe(true);
  expect(slugsOf(found)[0]).toBe('a');
});

test('neither finds enough: no answer, whatever the ranks say', async () => {
  const fused = createFusedSearch({ search: byWords(false, 'a'), nearestArticles: byMeaning(0.3, 'a'), floor: 0.5 });
  expect((await fused(query)).answer).toBe(false);
});

test('without vectors it is the search by words, limit and all', async () => {
  const asked: unknown[] = [];
  const fused = createFusedSearch({
    search: (given) => {
      asked.push(given);
      return byWords(true, 'a')();
    },
    nearestArticles: async () => [],
    floor: 0.5,
  });
  expect(slugsOf(await fused({ ...query, limit: 3 }))).toEqual(['a']);
  expect(asked).toEqual([{ ...query, limit: 3 }]);
});
