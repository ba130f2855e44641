/**
 * Words of a normalised text. Scripts without spaces are cut by the dictionary of Intl.Segmenter, and their character pairs
 * are given too, because dictionaries disagree; Korean words keep their particles and get pairs for the same reason.
 */
export function segment(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.matchAll(runs)) {
    if (!spaceless.test(run)) {
      words.push(run);
      if (/\p{sc=Hangul}/u.test(run)) words.push(...pairs(run));
      continue;
    }
    for (const { segment: word, isWordLike } of segmenter.segment(run))
      if (isWordLike && [...word].length > 1) words.push(word);
    words.push(...pairs(run));
  }
  return words;
}

/** The words in their order, without the extra pairs: for patterns over neighbours. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [run] of text.matchAll(runs)) {
    if (spaceless.test(run)) words.push(...run);
    else words.push(run);
  }
  return words;
}

/** Whether a text is written without spaces between words. */
export function isSpaceless(text: string): boolean {
  return spaceless.test(text);
}

const spaceless = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;
const runs =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー]+|[\p{L}\p{M}\p{N}]+(?:['.-][\p{L}\p{M}\p{N}]+)*/gu;
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

function pairs(run: string): string[] {
  const letters = [...run];
  if (letters.length === 1) return letters;
  return letters.slice(0, -1).map((letter, i) => letter + (letters[i + 1] ?? ''));
}
