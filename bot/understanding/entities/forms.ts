import { clean } from '../../../core/language/normalise.ts';
import { foldWord, type Word } from './words.ts';

/**
 * Finds the forms of a word list in a text, with their places. A form is a word, a beginning `word*`, an end `*word`, a part
 * `*word*`, or several in a row; where a script has no spaces it is a row of characters. Korean forms may be followed by
 * particles, Arabic ones led by the letters that are written onto them: those stay outside of the place.
 */
export function createForms<T>(entries: Iterable<readonly [form: string, label: T]>): Forms<T> {
  const exact = new Map<string, Pattern<T>[]>();
  const starts = new Map<string, Pattern<T>[]>();
  const ends = new Map<string, Pattern<T>[]>();
  const characters = new Map<string, Pattern<T>[]>();
  for (const [form, label] of entries) add(form, label);

  return (words) => {
    const found: Found<T>[] = [];
    words.forEach((word, i) => {
      if (word.spaceless) inRow(word, found);
      else inWords(words, i, found);
    });
    return found;
  };

  function add(form: string, label: T): void {
    const parts = clean(form.trim()).text.toLowerCase().split(/\s+/).map(partOf);
    const [first] = parts;
    if (!first?.text) return;
    const pattern: Pattern<T> = { label, parts };
    if (spaceless.test(first.text)) push(characters, first.text[0] ?? '', { label, parts: [first] });
    else if (first.open === 'end' || first.open === 'both' || hangul.test(first.text)) {
      push(starts, first.text, pattern);
      if (first.open === 'both') push(ends, first.text, pattern);
    } else if (first.open === 'start') push(ends, first.text, pattern);
    else push(exact, first.text, pattern);
  }

  function inWords(words: readonly Word[], i: number, found: Found<T>[]): void {
    const word = words[i];
    if (!word) return;
    const bare = withoutPrefix(word.text);
    for (const text of bare === word.text ? [word.text] : [word.text, bare]) {
      const start = word.end - text.length;
      for (const pattern of exact.get(text) ?? []) note(pattern, words, i, start, word.end, found);
      if (starts.size > 0)
        for (let size = 1; size <= text.length; size += 1)
          for (const pattern of starts.get(text.slice(0, size)) ?? []) {
            // Particles of up to four syllables; a longer rest is another word.
            const korean = hangul.test(text);
            if (korean && text.length - size > 4) continue;
            note(pattern, words, i, start, korean && pattern.parts.length === 1 ? start + size : word.end, found);
          }
    }
    if (ends.size > 0)
      for (let at = 1; at < word.text.length - 2; at += 1)
        for (const pattern of ends.get(word.text.slice(at)) ?? []) note(pattern, words, i, word.start, word.end, found);
  }

  function note(pattern: Pattern<T>, words: readonly Word[], i: number, start: number, end: number, found: Found<T>[]) {
    let last = end;
    for (let k = 1; k < pattern.parts.length; k += 1) {
      const word = words[i + k];
      // Words of one form stand side by side; a comma between them parts them.
      if (!word || word.start - (words[i + k - 1]?.end ?? 0) > 2 || !fits(pattern.parts[k], word.text)) return;
      last = word.end;
    }
    found.push({ label: pattern.label, start, end: last });
  }

  function inRow(word: Word, found: Found<T>[]): void {
    for (let at = 0; at < word.text.length; at += 1) {
      let best: Pattern<T> | undefined;
      for (const pattern of characters.get(word.text[at] ?? '') ?? []) {
        const text = pattern.parts[0]?.text ?? '';
        if (text.length > (best?.parts[0]?.text.length ?? 0) && word.text.startsWith(text, at)) best = pattern;
      }
      const size = best?.parts[0]?.text.length ?? 0;
      if (!best) continue;
      found.push({ label: best.label, start: word.start + at, end: word.start + at + size });
      at += size - 1;
    }
  }
}

/** Finds forms among the words of a text; places may overlap. */
export type Forms<T> = (words: readonly Word[]) => Found<T>[];

/** A form that was found, with its place. */
export type Found<T> = { label: T; start: number; end: number };

type Part = { text: string; open: 'none' | 'end' | 'start' | 'both' };
type Pattern<T> = { label: T; parts: Part[] };

const spaceless = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const hangul = /\p{sc=Hangul}/u;

function partOf(written: string): Part {
  const start = written.startsWith('*');
  const end = written.endsWith('*') && written.length > 1;
  return {
    text: foldWord(written.replace(/\*/g, '')),
    open: start && end ? 'both' : start ? 'start' : end ? 'end' : 'none',
  };
}

function fits(part: Part | undefined, word: string): boolean {
  if (!part) return false;
  if (part.open === 'end' || hangul.test(part.text)) return word.startsWith(part.text);
  if (part.open === 'start') return word.endsWith(part.text);
  if (part.open === 'both') return word.includes(part.text);
  return word === part.text;
}

// Arabic writes "and", "the", "with" onto the word.
function withoutPrefix(word: string): string {
  const prefix = /^(?:وال|بال|فال|كال|لل|ال|و|ب|ل|ف)(?=[\u0600-\u06ff]{3,})/.exec(word);
  return prefix ? word.slice(prefix[0].length) : word;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
