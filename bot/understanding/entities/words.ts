import type { Source } from './source.ts';

/** The words of a text with their places, and rows of characters where a script has no spaces; digits and signs part words. */
export function readWords({ lower }: Source): Word[] {
  const words: Word[] = [];
  for (const match of lower.matchAll(runs)) {
    const [written] = match;
    const spaceless = isSpaceless.test(written);
    const text = spaceless ? written : foldWord(written);
    words.push({ text, start: match.index, end: match.index + written.length, spaceless });
  }
  return words;
}

/** A word in the form that is compared: without accents; `written` is in lower case. */
export function foldWord(written: string): string {
  if (!/[\u0080-\u024f\u1e00-\u1eff]/.test(written)) return written;
  return written
    .replace(/[ßøæœłı]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
}

/** One word of a text; `start` and `end` are its place. */
export type Word = { text: string; start: number; end: number; spaceless: boolean };

const isSpaceless = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const runs =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー々〆]{1,400}|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}]){1,60}/gu;
const letters: Record<string, string> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', ı: 'i' };
