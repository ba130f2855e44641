import { clean } from '../../../core/language/normalise.ts';
import type { Candidate, Context } from './types.ts';
import { foldWord, type Word } from './words.ts';

/** Names of places by the form that is compared, with what they stand for and the languages that call them so. */
export function createGazetteer(
  entries: Iterable<readonly [name: string, value: string, language: string]>,
): Gazetteer {
  const names: Gazetteer = new Map();
  for (const [written, value, language] of entries) {
    const form = keyOf(written);
    const known = names.get(form);
    if (known) known.languages.add(language);
    else names.set(form, { value, languages: new Set([language]) });
  }
  return names;
}

/**
 * Finds places of a gazetteer: up to four words in a row, in scripts without spaces any row of characters; Russian cases,
 * Arabic prefixes and Korean particles are taken off.
 */
export function findPlaces(
  { source: { text }, words, language }: Context,
  gazetteer: Gazetteer,
  kind: 'country' | 'city',
  meant: (written: string) => boolean,
): Candidate[] {
  const found: Candidate[] = [];
  const take: Take = (start, end, form) => {
    const name = gazetteer.get(form);
    const written = text.slice(start, end);
    if (!name || !speaks(name, language) || isShortWord(written) || !meant(written)) return false;
    found.push({ name: kind, rule: kind, start, end, value: name.value });
    return true;
  };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word?.spaceless) inRow(word, take);
    else if (word) i += inWords(words, i, take);
  }
  return found;
}

/** What `createGazetteer` makes. `*` stands for every language. */
export type Gazetteer = Map<string, { value: string; languages: Set<string> }>;

// Names of four letters and fewer are words in small letters ("того", "mali", "cuba"), abbreviations apart.
function isShortWord(written: string): boolean {
  return (
    written.length <= 4 &&
    /^[\p{sc=Latin}\p{sc=Cyrillic}]+$/u.test(written) &&
    written === written.toLowerCase() &&
    !abbreviations.has(written)
  );
}

const abbreviations = new Set(
  'uk usa uae ksa eua eeuu vae сша рф оаэ nyc rome roma lyon kiel köln wien graz bern oslo riga рим'.split(' '),
);

type Take = (start: number, end: number, form: string) => boolean;

const longestName = 4;
const longestRow = 12;

// "Island" is a country to Germans only; English names are known to all.
function speaks({ languages }: { languages: Set<string> }, language: string | undefined): boolean {
  return language === undefined || languages.has(language) || languages.has('en') || languages.has('*');
}

// Answers how many words more the name took.
function inWords(words: readonly Word[], i: number, take: Take): number {
  const first = words[i];
  for (let count = longestName; count >= 1; count -= 1) {
    const last = words[i + count - 1];
    if (!first || !last || !adjacent(words, i, count)) continue;
    const name = words
      .slice(i, i + count)
      .map(({ text }) => text)
      .join(' ');
    for (const { form, cut } of readings(name)) {
      // Particles stay outside; an ending of a case belongs to the word.
      const particle = hangul.test(form) ? name.length - form.length : 0;
      if (take(first.start + cut, last.end - particle, form)) return count - 1;
    }
  }
  return 0;
}

function adjacent(words: readonly Word[], i: number, count: number): boolean {
  for (let k = i + 1; k < i + count; k += 1) {
    const word = words[k];
    if (!word || word.spaceless || word.start - (words[k - 1]?.end ?? 0) > 2) return false;
  }
  return true;
}

function inRow({ text, start }: Word, take: Take): void {
  for (let at = 0; at < text.length; at += 1)
    for (let size = Math.min(longestRow, text.length - at); size >= 2; size -= 1) {
      // Katakana words have no parts: インド is not in ウインドウ.
      const part =
        katakana.test(text[at] ?? '') && (katakana.test(text[at - 1] ?? '') || katakana.test(text[at + size] ?? ''));
      if (part || !take(start + at, start + at + size, text.slice(at, at + size))) continue;
      at += size - 1;
      break;
    }
}

type Reading = { form: string; cut: number };

function readings(name: string): Reading[] {
  const all: Reading[] = [{ form: name, cut: 0 }];
  if (cyrillic.test(name)) {
    const plain = name.replace(/^(\p{L}+)(?:ую|ой|ом|ого|ому) /u, (_, adjective: string) => `${adjective}ая `);
    for (const [ending, base] of cases)
      if (plain.endsWith(ending)) all.push({ form: plain.slice(0, plain.length - ending.length) + base, cut: 0 });
  } else if (arabic.test(name)) {
    const bare = /^(?:و?[بلفك]|و)(?=[\u0600-\u06ff]{3,})/.exec(name);
    if (bare) all.push({ form: name.slice(bare[0].length), cut: bare[0].length });
    // The letters of the article melt into the preposition.
    const melted = /^(و?)لل/.exec(name);
    if (melted) all.push({ form: `ال${name.slice(melted[0].length)}`, cut: melted[1]?.length ?? 0 });
  } else if (hangul.test(name))
    for (let size = name.length - 1; size >= 2 && size >= name.length - 4; size -= 1)
      all.push({ form: name.slice(0, size), cut: 0 });
  return all;
}

function keyOf(written: string): string {
  return (
    clean(written)
      .text.toLowerCase()
      .match(/[\p{L}\p{M}ー]+/gu) ?? []
  )
    .map(foldWord)
    .join(' ');
}

// Endings of the Russian cases with that of the name.
const cases: [ending: string, base: string][] = [
  ...['ией', 'ии', 'ию'].map((ending): [string, string] => [ending, 'ия']),
  ...['ы', 'и', 'у', 'е', 'ой', 'ей'].map((ending): [string, string] => [ending, 'а']),
  ...['и', 'ю', 'е', 'ей'].map((ending): [string, string] => [ending, 'я']),
  ...['а', 'у', 'е', 'ом'].map((ending): [string, string] => [ending, '']),
  ...['я', 'ю', 'е', 'ем'].map((ending): [string, string] => [ending, 'й']),
  ...['и', 'ью'].map((ending): [string, string] => [ending, 'ь']),
  ...['ов', 'ах', 'ам', 'ами'].map((ending): [string, string] => [ending, 'ы']),
];

const cyrillic = /\p{sc=Cyrillic}/u;
const arabic = /\p{sc=Arabic}/u;
const hangul = /\p{sc=Hangul}/u;
const katakana = /[\p{sc=Katakana}ー]/u;
