import type { ConceptLexicon } from '../../core/language/concepts.ts';
import { hash } from '../../core/language/hash.ts';
import type { Features } from '../../core/language/linear.ts';
import { normalise } from '../../core/language/normalise.ts';
import { isSpaceless, segment } from '../../core/language/segment.ts';

/**
 * What a message's intent is recognised by: words and their neighbours, letters in runs (typos and endings leave most of them
 * alike), the concepts that all languages share, and pairs of concepts ("lamp" + "broken"). Each kind is brought to a length
 * of its own, so that a long message is no louder than a short one.
 */
export function messageFeatures(text: string, language: string, lexicon: ConceptLexicon): Features {
  const plain = normalise(text)
    .slice(0, maxLength)
    .replace(/\p{N}+/gu, '0');
  const words = segment(plain);
  const features: Features = new Map();
  group(features, kinds.word, [
    ...words.map((word) => `w:${word}`),
    ...words.slice(1).map((word, i) => `b:${words[i]} ${word}`),
    ...(words.length <= 4 ? [`whole:${words.join(' ')}`] : []),
  ]);
  group(features, kinds.letters, words.flatMap(lettersOf));
  group(features, kinds.letters, denseRuns(plain));
  const found = lexicon.find(text.slice(0, maxLength), language);
  group(
    features,
    kinds.concept,
    found.map(({ concept }) => `k:${concept}`),
  );
  group(features, kinds.pair, pairsOf(found));
  add(features, `language:${language}`, 0.3);
  add(features, `length:${Math.min(6, Math.ceil(Math.log2(words.length + 1)))}`, 0.3);
  if (/[?？؟]/.test(text)) add(features, 'question', 0.3);
  return features;
}

// Measured on held-out phrases; see docs/understanding.md.
const kinds = { word: 1, letters: 1, concept: 1.2, pair: 0.7 };
const maxLength = 1200;
const pairWindow = 8;

function lettersOf(word: string): string[] {
  if (isSpaceless(word)) return [];
  const letters = [...`_${word}_`].slice(0, 24);
  const runs: string[] = [];
  for (let size = 3; size <= 5; size += 1)
    for (let i = 0; i + size <= letters.length; i += 1) runs.push(`c:${letters.slice(i, i + size).join('')}`);
  return runs;
}

// Scripts whose letters are syllables or words: one and three of them in a row, beside the pairs that count as words.
function denseRuns(plain: string): string[] {
  const runs: string[] = [];
  for (const [run] of plain.matchAll(dense)) {
    const letters = [...run];
    for (let i = 0; i < letters.length; i += 1) {
      runs.push(`u:${letters[i]}`);
      if (i + 2 < letters.length) runs.push(`t:${letters.slice(i, i + 3).join('')}`);
    }
  }
  return runs;
}

const dense = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+/gu;

function pairsOf(found: { concept: string; position: number }[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < found.length; i += 1) {
    for (let k = i + 1; k < found.length && k < i + pairWindow; k += 1) {
      const names = [found[i]?.concept ?? '', found[k]?.concept ?? ''].sort();
      pairs.push(`p:${names.join('+')}`);
    }
  }
  return pairs;
}

function group(features: Features, weight: number, names: string[]): void {
  const unique = new Set(names);
  if (unique.size === 0) return;
  const value = weight / Math.sqrt(unique.size);
  for (const name of unique) add(features, name, value);
}

function add(features: Features, name: string, value: number): void {
  const key = hash(name);
  features.set(key, (features.get(key) ?? 0) + value);
}
