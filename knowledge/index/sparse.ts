import { hash } from '../../core/language/hash.ts';
import type { Tokenise } from '../types.ts';
import type { SparseVector } from './vectorIndex.ts';

/** The words and concepts of a text as a sparse vector of length 1, for an index that weighs words beside meaning. */
export function sparseOf(text: string, language: string, tokenise: Tokenise): SparseVector | undefined {
  const { words, concepts } = tokenise(text, language);
  const counts = new Map<number, number>();
  for (const term of [
    ...words.map(({ word, stems }) => stems[0] ?? word),
    ...concepts.map((concept) => `k:${concept}`),
  ]) {
    const index = hash(term);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const entries = [...counts].sort((a, b) => a[0] - b[0]).slice(0, most);
  const weights = entries.map(([, count]) => 1 + Math.log(count));
  const length = Math.hypot(...weights);
  return { indices: entries.map(([index]) => index), values: weights.map((weight) => weight / length) };
}

// Pinecone takes at most a thousand words a record.
const most = 1000;
