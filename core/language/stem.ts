import { createRequire } from 'node:module';
import { normalise } from './normalise.ts';

/**
 * Stems of a word by the Snowball algorithm of its language, brought to the compared form. People leave accents out, so the word is
 * stemmed as written and without them; a language without an algorithm gives nothing.
 */
export function stemsOf(word: string, language: string): string[] {
  const stemmer = stemmerOf(language);
  if (!stemmer || word.length < 4) return [];
  const key = `${language}:${word}`;
  const known = seen.get(key);
  if (known) return known;
  const plain = normalise(word);
  const stems = [...new Set([normalise(stemmer.stem(word)), stemmer.stem(plain)])].filter((stem) => stem.length >= 2);
  if (seen.size < maxSeen) seen.set(key, stems);
  return stems;
}

type Stemmer = { stem(word: string): string };

const algorithms: Record<string, string> = {
  ar: 'arabic',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  hu: 'hungarian',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
};

const stemmers = new Map<string, Stemmer>();
// The same words come again in every passage, and an algorithm takes about 10 µs.
const seen = new Map<string, string[]>();
const maxSeen = 300_000;

function stemmerOf(language: string): Stemmer | undefined {
  const algorithm = algorithms[language];
  if (!algorithm) return undefined;
  const known = stemmers.get(language);
  if (known) return known;
  const snowball = createRequire(import.meta.url)('snowball-stemmers') as { newStemmer(name: string): Stemmer };
  const made = snowball.newStemmer(algorithm);
  stemmers.set(language, made);
  return made;
}
