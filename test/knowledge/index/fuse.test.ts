import { expect, test } from 'vitest';
import { loadConcepts } from '../../../core/language/concepts.ts';
import { createTokeniser } from '../../../core/language/tokenise.ts';
import { fuseByRank } from '../../../knowledge/index/fuse.ts';
import { sparseOf } from '../../../knowledge/index/sparse.ts';

test('what stands high in both lists comes first, and nothing is lost', () => {
  expect(
    fuseByRank([
      ['a', 'b', 'c'],
      ['b', 'd'],
    ]),
  ).toEqual(['b', 'a', 'd', 'c']);
  expect(fuseByRank([['a', 'b'], []])).toEqual(['a', 'b']);
  expect(fuseByRank([['a'], ['b']])).toEqual(['a', 'b']);
});

test('a small k lets the first place count more than two middling ones', () => {
  const lists = [
    ['a', 'x', 'y', 'b'],
    ['c', 'd', 'e', 'b'],
  ];
  expect(fuseByRank(lists, 0)[0]).toBe('a');
  expect(fuseByRank(lists)[0]).toBe('b');
});

test('a text’s words become a sparse vector of length 1 that shares concepts across languages', () => {
  const tokenise = createTokeniser(loadConcepts());
  const english = sparseOf('Where is my refund? Refund, please.', 'en', tokenise);
  const german = sparseOf('Wo bleibt die Erstattung?', 'de', tokenise);
  expect(Math.hypot(...(english?.values ?? []))).toBeCloseTo(1, 6);
  expect(english?.indices.every((index, i, all) => index >= 0 && index < 2 ** 32 && index > (all[i - 1] ?? -1))).toBe(
    true,
  );
  expect(english?.indices.some((index) => german?.indices.includes(index))).toBe(true);
  expect(sparseOf('…', 'en', tokenise)).toBeUndefined();
});
