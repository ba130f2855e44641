import { normalise } from '../../core/language/normalise.ts';
import { patternOf, wordLists } from './wordLists.ts';

/**
 * What of a text can be held against evidence: its numbers with what they count, months and weekdays, and the kinds of things
 * it says. Numbers are compared by value: "1.200,50" is 1200.5, and so is "1,200.50".
 */
export function factsOf(text: string, language: string): Facts {
  const plain = normalise(text);
  return {
    numbers: [...digitNumbers(plain), ...wordNumbers(plain, language)],
    days: dayNames(text, language),
    kinds: kinds.filter(({ pattern }) => pattern.test(plain)).map(({ name }) => name),
  };
}

/** A number; `units` are those near it, `unit` the one that belongs to it. */
export type NumberFact = { value: number; unit: string | undefined; units: string[] };
/** `days` are months and weekdays as "m3" and "w1"; `kinds` are the classes of data/evidence.json. */
export type Facts = { numbers: NumberFact[]; days: string[]; kinds: string[] };

const kinds = Object.entries(wordLists.classes).map(([name, words]) => ({
  name,
  pattern: new RegExp(patternOf(words), 'u'),
}));
const units = Object.entries(wordLists.units).map(([name, words]) => ({
  name,
  near: new RegExp(patternOf(words), 'u'),
  // Words of Chinese, Japanese and Korean count only right behind the number: their signs stand in other words too.
  behind: new RegExp(`^[\\s-]?(?:${patternOf(words)})`, 'u'),
}));
const money = /^(?:[A-Z]{3}|YEN)$/;
const digitPattern = /\d+(?:[.,' ]\d{3}(?!\d))*(?:[.,]\d{1,2}(?!\d))?/gu;

function digitNumbers(plain: string): NumberFact[] {
  return [...plain.matchAll(digitPattern)].map((match) => {
    const end = match.index + match[0].length;
    return { value: amountOf(match[0]), ...unitsAt(plain, match.index, end) };
  });
}

function unitsAt(plain: string, start: number, end: number): Pick<NumberFact, 'unit' | 'units'> {
  const before = plain.slice(Math.max(0, start - 40), start);
  const after = plain.slice(end, end + 40);
  const close = before.slice(-6);
  const sentence = /^[^.!?。！？;,\d]{0,24}/u.exec(after)?.[0] ?? '';
  const sign = units.find(
    ({ name, near }) => money.test(name) && new RegExp(`(?:${near.source})\\s?$`, 'u').test(close),
  );
  const own = sign ?? units.find(({ behind }) => behind.test(after)) ?? nearest(sentence);
  return {
    unit: own?.name,
    units: units.filter(({ near }) => near.test(before) || near.test(after)).map(({ name }) => name),
  };
}

function nearest(text: string) {
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(text)) return undefined;
  return units
    .map((unit) => ({ ...unit, at: text.search(unit.near) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
}

function amountOf(written: string): number {
  const decimal = /[.,](\d{1,2})$/.exec(written);
  const whole = (decimal ? written.slice(0, decimal.index) : written).replace(/\D/g, '');
  return Number(decimal ? `${whole}.${decimal[1]}` : whole);
}

const numberWords = new Map(
  Object.entries(wordLists.numbers).map(([language, words]) => [
    language,
    Object.entries(words).map(([word, value]) => {
      // "einundzwanzig", "vijfentwintig": long ones stand at the end of others.
      const glued = (language === 'de' || language === 'nl') && word.length > 5;
      const open = language === 'ar' ? '(?<!\\p{L})(?:[وفبلك]?ال|[وفبلك])?' : glued ? '' : '(?<!\\p{L})';
      return { value, pattern: new RegExp(`${open}${normalise(word)}(?!\\p{L})`, 'gu') };
    }),
  ]),
);

function wordNumbers(plain: string, language: string): NumberFact[] {
  const spoken = (numberWords.get(language) ?? []).flatMap(({ value, pattern }) =>
    [...plain.matchAll(pattern)].map((match) => ({
      value,
      ...unitsAt(plain, match.index, match.index + match[0].length),
    })),
  );
  if (!/^(?:zh|ja|ko)$/.test(language)) return spoken;
  return [...plain.matchAll(language === 'ko' ? hangulNumber : hanNumber)].map((match) => ({
    value: signs(match[1] ?? ''),
    ...unitsAt(plain, match.index, match.index + (match[1]?.length ?? 0)),
  }));
}

const hanNumber =
  /([〇零一二三四五六七八九十百千万两兩]*[二三四五六七八九十百千万两兩])(?=\s?(?:个|個|か|ヶ|カ)?(?:工作)?[天日周週月年小時时分元円倍折营営%])/gu;
const hangulNumber =
  /(?<!\p{L})([일이삼사오육칠팔구십백천만]{2,})(?=\s?(?:영업)?(?:일|주|개월|년|원|시간|분|퍼센트)(?!\p{L}{3}))/gu;
const digitsBySign: Record<string, number> = Object.fromEntries(
  ['〇零', '一일', '二两兩이', '三삼', '四사', '五오', '六육', '七칠', '八팔', '九구'].flatMap((letters, value) =>
    [...letters].map((letter) => [letter, value]),
  ),
);
const tens: Record<string, number> = { 十: 10, 십: 10, 百: 100, 백: 100, 千: 1000, 천: 1000, 万: 10_000, 만: 10_000 };

function signs(written: string): number {
  let sum = 0;
  let current = 0;
  for (const letter of written) {
    const power = tens[letter];
    if (power === undefined) current = current * 10 + (digitsBySign[letter] ?? 0);
    else {
      sum += (current || 1) * power;
      current = 0;
    }
  }
  return sum + current;
}

const names = new Map<string, { mark: string; pattern: RegExp }[]>();

// Names as Intl writes them, in their own case: "May" is a month and "may" is not.
function dayNames(text: string, language: string): string[] {
  let known = names.get(language);
  if (!known) {
    const month = [
      new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }),
      new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', timeZone: 'UTC' }),
    ];
    const weekday = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
    const named = (mark: string, name: string) => {
      const bounded = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}]/u.test(name) ? name : `(?<!\\p{L})${name}(?!\\p{L})`;
      return { mark, pattern: new RegExp(bounded, 'u') };
    };
    const part = (format: Intl.DateTimeFormat, date: Date) =>
      format.formatToParts(date).find((piece) => piece.type === 'month')?.value ?? '';
    known = [
      ...Array.from({ length: 12 }, (_, i) =>
        month.map((format) => ({ mark: `m${i}`, name: part(format, new Date(Date.UTC(2026, i, 15))) })),
      )
        .flat()
        .filter(({ name }) => /\p{L}{3}/u.test(name) && !/\d/.test(name))
        .map(({ mark, name }) => named(mark, name)),
      ...Array.from({ length: 7 }, (_, i) => named(`w${i}`, weekday.format(new Date(Date.UTC(2026, 1, 1 + i))))),
    ];
    names.set(language, known);
  }
  return [...new Set(known.filter(({ pattern }) => pattern.test(text)).map(({ mark }) => mark))];
}
