import type { Token } from '../types.ts';

/**
 * The words of one language's passages: BM25 over words, with their stems and near spellings as weaker ways to meet them. Each
 * language has statistics of its own, so that a new one never shifts the scores of another.
 */
export function createShelf(): Shelf {
  const terms = new Map<string, Postings>();
  const lengths: number[] = [];
  let total = 0;
  let grams: Map<string, string[]> | undefined;

  function add(passage: number, weights: Map<string, number>, length: number): void {
    lengths[passage] = length;
    total += length;
    for (const [term, weight] of weights) {
      const postings = terms.get(term);
      if (postings) {
        postings.passages.push(passage);
        postings.weights.push(weight);
      } else terms.set(term, { passages: [passage], weights: [weight] });
    }
    grams = undefined;
  }

  function score(tokens: readonly Token[], near: boolean): { scores: Map<number, number>; most: number } {
    const count = lengths.length;
    const average = total / Math.max(1, count);
    const scores = new Map<number, number>();
    let most = 0;
    for (const [word, { stems, times }] of distinct(tokens)) {
      const ways = waysTo(word, stems, near);
      // What the shelf does not know counts as a word that nothing answers.
      const idf = Math.max(...ways.map(([term]) => idfOf(terms.get(term)?.passages.length ?? 0, count)), 0);
      const rarity = ways.length > 0 ? idf : idfOf(0, count) * unknownShare;
      most += rarity * times;
      const best = new Map<number, number>();
      for (const [term, closeness] of ways) {
        const postings = terms.get(term);
        if (!postings) continue;
        const own = closeness * idfOf(postings.passages.length, count) * times;
        for (let i = 0; i < postings.passages.length; i += 1) {
          const passage = postings.passages[i] ?? 0;
          const weight = postings.weights[i] ?? 0;
          const norm = saturation * (1 - lengthShare + (lengthShare * (lengths[passage] ?? 0)) / average);
          const gain = (own * weight * (saturation + 1)) / (weight + norm) / (saturation + 1);
          if (gain > (best.get(passage) ?? 0)) best.set(passage, gain);
        }
      }
      for (const [passage, gain] of best) scores.set(passage, (scores.get(passage) ?? 0) + gain);
    }
    return { scores, most };
  }

  function waysTo(word: string, stems: readonly string[], near: boolean): [term: string, closeness: number][] {
    const ways: [string, number][] = [];
    if (terms.has(word)) ways.push([word, 1]);
    for (const stem of stems) if (terms.has(`s:${stem}`)) ways.push([`s:${stem}`, stemCloseness]);
    if (near && ways.length === 0 && [...word].length >= nearLetters) ways.push(...nearTo(word));
    return ways;
  }

  // A misspelt word or an unknown ending: the known words that share most of its letters in runs of three.
  function nearTo(word: string): [string, number][] {
    grams ??= gramsOfAll(terms.keys());
    const own = gramsOf(word);
    const shared = new Map<string, number>();
    for (const gram of own) for (const other of grams.get(gram) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
    return [...shared]
      .map(([other, hits]): [string, number] => [
        other,
        Math.max((2 * hits) / (own.length + gramsOf(other).length), other.startsWith(word) ? prefixLikeness : 0),
      ])
      .filter(([, likeness]) => likeness >= nearFloor)
      .sort((a, b) => b[1] - a[1])
      .slice(0, nearMost)
      .map(([other, likeness]) => [other, nearCloseness * likeness]);
  }

  return { add, score };
}

/** One language's passages. `score` gives a sum of gains by passage, and the most that a passage could reach. */
export type Shelf = {
  /** Adds a passage with the weight of each of its terms (words, and stems as `s:stem`) and its length in words. */
  add(passage: number, weights: Map<string, number>, length: number): void;
  score(tokens: readonly Token[], near: boolean): { scores: Map<number, number>; most: number };
};

type Postings = { passages: number[]; weights: number[] };

// The usual values of BM25; passages are of one size, so length counts little.
const saturation = 1.2;
const lengthShare = 0.5;
const stemCloseness = 0.9;
// Measured on held-out questions (npm run -s evaluate:search).
const nearLetters = 4;
const nearFloor = 0.42;
// The beginning of a word says nearly as much as the word.
const prefixLikeness = 0.85;
const nearMost = 8;
const nearCloseness = 0.75;
const unknownShare = 0.7;

function idfOf(frequency: number, count: number): number {
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

function gramsOf(word: string): string[] {
  const letters = `^${word}$`;
  const grams: string[] = [];
  for (let i = 0; i + 3 <= letters.length; i += 1) grams.push(letters.slice(i, i + 3));
  return grams;
}

function gramsOfAll(words: Iterable<string>): Map<string, string[]> {
  const grams = new Map<string, string[]>();
  for (const word of words) {
    if (word.startsWith('s:') || word.length < nearLetters) continue;
    for (const gram of new Set(gramsOf(word))) {
      const list = grams.get(gram);
      if (list) list.push(word);
      else grams.set(gram, [word]);
    }
  }
  return grams;
}
