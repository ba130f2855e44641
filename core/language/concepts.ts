import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise } from './normalise.ts';
import { isSpaceless, wordsOf } from './segment.ts';

/**
 * Loads the lexicon that maps words of every language to concepts they share. A form is a word, a beginning `word*`, an end
 * `*word`, a part `*word*`, or several of these in a row; in scripts without spaces it is a substring.
 */
export function loadConcepts(folder: string = join(import.meta.dirname, 'data', 'concepts')): ConceptLexicon {
  const matchers = new Map<string, Matcher>();
  if (existsSync(folder)) {
    for (const file of readdirSync(folder)
      .filter((name) => /^[a-z]{2,3}\.tsv$/.test(name))
      .sort()) {
      matchers.set(file.slice(0, -'.tsv'.length), compile(readFileSync(join(folder, file), 'utf8')));
    }
  }
  const all = [...matchers.values()];
  return {
    find(text, language) {
      const plain = normalise(text);
      const words = wordsOf(plain);
      const own = matchers.get(language);
      // A shopper's language may be mistaken, and words wander: without a lexicon of the language all are asked.
      const found = new Map<string, number>();
      for (const matcher of own ? [own] : all) match(matcher, plain, words, found);
      return [...found].sort((a, b) => a[1] - b[1]).map(([concept, position]) => ({ concept, position }));
    },
  };
}

/** The loaded lexicon. */
export type ConceptLexicon = {
  /** Concepts of a text with their place in it (word index, or character index where words have no spaces), in that order. */
  find(text: string, language: string): { concept: string; position: number }[];
};

type Pattern = { parts: Part[]; concept: string };
type Part = { text: string; open: 'none' | 'end' | 'start' | 'both' };
type Matcher = {
  exact: Map<string, Pattern[]>;
  /** By their first letters: only candidates are compared. */
  starts: Map<string, Pattern[]>;
  ends: Map<string, Pattern[]>;
  inside: Pattern[];
  substrings: Map<string, { text: string; concept: string }[]>;
};

const keyLetters = 3;

function compile(text: string): Matcher {
  const matcher: Matcher = { exact: new Map(), starts: new Map(), ends: new Map(), inside: [], substrings: new Map() };
  for (const line of text.split('\n')) {
    const [concept = '', forms = ''] = line.split('\t');
    if (!concept || concept.startsWith('#')) continue;
    for (const form of forms.split('|')) add(matcher, concept, form.trim());
  }
  return matcher;
}

function add(matcher: Matcher, concept: string, form: string): void {
  if (!form) return;
  if (isSpaceless(form)) {
    const plain = normalise(form.replace(/\*/g, ''));
    const first = [...plain][0];
    if (first) push(matcher.substrings, first, { text: plain, concept });
    return;
  }
  const parts = form.split(/\s+/).map((word): Part => {
    const start = word.startsWith('*');
    const end = word.endsWith('*') && word.length > 1;
    const open = start && end ? 'both' : start ? 'start' : end ? 'end' : 'none';
    return { text: normalise(word.replace(/\*/g, '')).trim(), open };
  });
  const [first] = parts;
  if (!first || parts.some((part) => part.text === '')) return;
  const pattern: Pattern = { parts, concept };
  if (first.open === 'none') push(matcher.exact, first.text, pattern);
  else if (first.open === 'end') push(matcher.starts, first.text.slice(0, keyLetters), pattern);
  else if (first.open === 'start') push(matcher.ends, first.text.slice(-keyLetters), pattern);
  else matcher.inside.push(pattern);
}

function match(matcher: Matcher, plain: string, words: string[], found: Map<string, number>): void {
  const note = (pattern: Pattern, i: number) => {
    if (!found.has(pattern.concept) && pattern.parts.every((part, k) => fits(part, words[i + k])))
      found.set(pattern.concept, i);
  };
  words.forEach((word, i) => {
    const bare = stripped(word);
    for (const form of bare === word ? [word] : [word, bare]) {
      for (const pattern of matcher.exact.get(form) ?? []) note(pattern, i);
      for (let size = 1; size <= keyLetters; size += 1) {
        for (const pattern of matcher.starts.get(form.slice(0, size)) ?? []) note(pattern, i);
        for (const pattern of matcher.ends.get(form.slice(-size)) ?? []) note(pattern, i);
      }
    }
    if (word.length > keyLetters) for (const pattern of matcher.inside) note(pattern, i);
  });
  if (matcher.substrings.size === 0) return;
  for (let i = 0; i < plain.length; i += 1) {
    for (const { text, concept } of matcher.substrings.get(plain[i] ?? '') ?? [])
      if (!found.has(concept) && plain.startsWith(text, i)) found.set(concept, i);
  }
}

function fits(part: Part, word: string | undefined): boolean {
  if (word === undefined) return false;
  if (part.open === 'none') return word === part.text || stripped(word) === part.text;
  if (part.open === 'end') return word.startsWith(part.text) || stripped(word).startsWith(part.text);
  if (part.open === 'start') return word.endsWith(part.text);
  return word.includes(part.text);
}

// Arabic writes "and", "the", "with" onto the word.
function stripped(word: string): string {
  const prefix = /^(?:وال|بال|فال|كال|لل|ال|و|ب|ل|ف)(?=[\u0600-\u06ff]{3,})/.exec(word);
  return prefix ? word.slice(prefix[0].length) : word;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
