import { countWord } from './digitWords.ts';
import { createForms } from './forms.ts';
import { formsOf } from './tables.ts';
import type { Candidate, Context } from './types.ts';

/**
 * How many: a number with a counter ("3 pieces", "3枚", "두 개"), with a multiplication sign ("2x", "x3"), before a product that was
 * found, or out of another number ("two of the six"). With the counters of East Asia and Korea the counter is part of it.
 */
export function findQuantities(
  { source: { lower }, words, asked }: Context,
  products: readonly Candidate[],
): Candidate[] {
  const found: Candidate[] = [];
  const counters = counterForms(words);
  const take = (start: number, end: number, count: number) =>
    found.push({ name: 'quantity', rule: 'quantity', start, end, value: String(count) });
  const numbers = readNumbers(lower, words);
  for (const { start, end, count } of numbers) {
    const next = counters.find((counter) => counter.start >= end && counter.start - end <= 1);
    const sign = times.exec(lower.slice(end, end + 3)) ?? timesBefore.exec(lower.slice(Math.max(0, start - 3), start));
    if (sign) take(start, end, count);
    else if (next?.label === 'piece')
      take(start, inside.test(lower.slice(next.start, next.end)) ? next.end : end, count);
    else if (next?.label === 'of' && numbers.some((other) => other.start > end && other.start - next.end <= 12))
      take(start, end, count);
    else if (
      products.some(
        (product) => product.start >= end && product.start - end <= 14 && gap.test(lower.slice(end, product.start)),
      )
    )
      take(start, end, count);
    else if (asked === 'quantity') take(start, end, count);
  }
  return found;
}

type Number = { start: number; end: number; count: number };

function readNumbers(lower: string, words: Context['words']): Number[] {
  const numbers: Number[] = [];
  for (const match of lower.matchAll(/(?<![\p{N}/:#+-]|\p{N}[.,])\d{1,3}(?![\p{N}%]|[.,/:-]\d|-[a-z])/gu))
    numbers.push({ start: match.index, end: match.index + match[0].length, count: Number(match[0]) });
  for (const word of words) {
    if (word.spaceless)
      for (const match of word.text.matchAll(
        /[一二两兩三四五六七八九十](?=[个個件只隻双雙套条條瓶盒张張本包枚点點足着台冊箱脚つ])/gu,
      )) {
        const count = countWord(match[0]);
        if (count) numbers.push({ start: word.start + match.index, end: word.start + match.index + 1, count });
      }
    else {
      const count = countWord(word.text);
      if (count) numbers.push({ start: word.start, end: word.end, count });
    }
  }
  return numbers.sort((a, b) => a.start - b.start);
}

const counterForms = createForms(formsOf('counters'));
const inside = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
const times = /^ ?[x×](?![\p{L}\d])/u;
const timesBefore = /(?<![\p{L}\d])[x×] ?$/u;
// A word may stand between: "three blue vases".
const gap = /^ (?:[\p{L}\p{M}'-]{1,12} )?$/u;
