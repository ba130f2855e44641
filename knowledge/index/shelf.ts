import type { Token } from '../types.ts';
import { nearWords } from './nearWords.ts';

/**
 * The words of one language's passages: BM25 over words, with their stems and near spellings as weaker ways to meet them. Each
 * language has statistics of its own, so that a new one never shifts the scores of another.
 */
export function createShelf(): Shelf {
  const drafts = new Map<string, { passages: number[]; weights: number[] }>();
  const lengths: number[] = [];
  let ready: Ready | undefined;

  return {
    get size() {
      return lengths.length;
    },
    add(weights, length) {
      const passage = lengths.push(length) - 1;
      for (const [term, weight] of weights) {
        const postings = drafts.get(term);
        if (postings) {
          postings.passages.push(passage);
          postings.weights.push(weight);
        } else drafts.set(term, { passages: [passage], weights: [weight] });
      }
      ready = undefined;
      return passage;
    },
    score(tokens, near) {
      ready ??= finish(drafts, lengths);
      return score(ready, tokens, near);
    },
  };
}

/** One language's passages by number from 0. `score` gives each passage the share of the question's words that it answers. */
export type Shelf = {
  readonly size: number;
  /** Adds a passage with the weight of each of its terms (words, and stems as `s:stem`) and its length in words. */
  add(weights: Map<string, number>, length: number): number;
  score(tokens: readonly Token[], near: boolean): Float32Array;
};

/** `gains` are what a passage earns by a term, from 0 to 1, before the term's rarity. */
type Postings = { passages: Int32Array; gains: Float32Array; rarity: number };
type Ready = { terms: Map<string, Postings>; near: (word: string) => [string, number][]; count: number };

// The usual values of BM25.
const saturation = 1.2;
const lengthShare = 0.5;
// Measured with npm run -s evaluate:search.
const stemCloseness = 0.9;
const nearCloseness = 0.75;
const unknownShare = 0.7;
// A word that stands in half of all passages tells them apart no more; in a large collection it only costs time.
const commonShare = 0.5;
const largeCount = 2000;

function finish(drafts: Map<string, { passages: number[]; weights: number[] }>, lengths: readonly number[]): Ready {
  const count = lengths.length;
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, count);
  const terms = new Map<string, Postings>();
  for (const [term, { passages, weights }] of drafts) {
    const gains = Float32Array.from(weights, (weight, i) => {
      const length = lengths[passages[i] ?? 0] ?? 0;
      return weight / (weight + saturation * (1 - lengthShare + (lengthShare * length) / average));
    });
    terms.set(term, { passages: Int32Array.from(passages), gains, rarity: rarityOf(passages.length, count) });
  }
  let near: Ready['near'] | undefined;
  return {
    terms,
    count,
    near(word) {
      near ??= nearWords([...terms.keys()].filter((term) => !term.startsWith('s:')));
      return near(word);
    },
  };
}

function score(shelf: Ready, tokens: readonly Token[], near: boolean): Float32Array {
  const { count } = shelf;
  const total = new Float32Array(count);
  const ofWord = new Float32Array(count);
  let most = 0;
  for (const [word, { stems, times }] of distinct(tokens)) {
    const ways = waysTo(shelf, word, stems, near);
    // What the shelf does not know counts as a word that nothing answers.
    const rarity =
      ways.length > 0 ? Math.max(...ways.map(({ postings }) => postings.rarity)) : rarityOf(0, count) * unknownShare;
    most += rarity * times;
    for (const { postings, closeness } of ways) {
      if (count > largeCount && postings.passages.length > count * commonShare) continue;
      const worth = closeness * postings.rarity * times;
      const { passages, gains } = postings;
      for (let i = 0; i < passages.length; i += 1) {
        const passage = passages[i] ?? 0;
        const gain = worth * (gains[i] ?? 0);
        const before = ofWord[passage] ?? 0;
        if (gain <= before) continue;
        ofWord[passage] = gain;
        total[passage] = (total[passage] ?? 0) + gain - before;
      }
    }
    for (const { postings } of ways) for (const passage of postings.passages) ofWord[passage] = 0;
  }
  if (most > 0) for (let i = 0; i < count; i += 1) total[i] = (total[i] ?? 0) / most;
  return total;
}

function waysTo(
  { terms, near: nearTo }: Ready,
  word: string,
  stems: readonly string[],
  near: boolean,
): { postings: Postings; closeness: number }[] {
  const ways: { postings: Postings; closeness: number }[] = [];
  const take = (term: string, closeness: number) => {
    const postings = terms.get(term);
    if (postings) ways.push({ postings, closeness });
  };
  take(word, 1);
  for (const stem of stems) take(`s:${stem}`, stemCloseness);
  if (near && ways.length === 0) for (const [other, likeness] of nearTo(word)) take(other, nearCloseness * likeness);
  return ways;
}

function rarityOf(frequency: number, count: number): number {
  return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
}

// A word said twice weighs a little more, not twice.
function distinct(tokens: readonly Token[]): Map<string, { stems: readonly string[]; times: number }> {
  const words = new Map<string, { stems: readonly string[]; times: number }>();
  for (const { word, stems } of tokens) {
    const known = words.get(word);
    words.set(word, { stems, times: known ? Math.min(2, known.times + 0.3) : 1 });
  }
  return words;
}
