import { clean } from '../../../core/language/normalise.ts';
import { createForms } from './forms.ts';
import { formsOf, readTable } from './tables.ts';
import type { Candidate, Context } from './types.ts';
import { foldWord } from './words.ts';

/** Dates and ranges: a day with a month's name, numbers in the forms of the languages, and marked words such as "tomorrow". */
export function findDates({ source: { text, lower }, words, language }: Context): Candidate[] {
  const dates = [...byName(lower, language), ...byNumbers(text)].sort((a, b) => a.start - b.start);
  const found = joined(text, dates).map((date): Candidate => {
    const { start, end, day, month, year, from } = date;
    const written = `${year ?? '-'}-${two(month)}-${two(day)}`;
    return { name: 'date', rule: 'date', start, end, value: from === undefined ? written : `${from}/${written}` };
  });
  if (words.length > 0)
    for (const { label, start, end } of relativeForms(words))
      found.push({ name: 'date', rule: 'relative-date', start, end, value: `today${label}`, relative: true });
  return found;
}

type Day = { start: number; end: number; day: number; month: number; year?: number; from?: string };

const months = new Map<string, number>();
for (const [month, forms] of readTable('months'))
  for (const form of forms) months.set(foldWord(clean(form).text.toLowerCase()), Number(month));

const relativeForms = createForms(
  formsOf('relative').map(([form, days]) => [form, Number(days) > 0 ? `+${days}` : days === '0' ? '' : days] as const),
);

const suffix = String.raw`(?:st|nd|rd|th|er|ère|º|ª|o(?= de)|°|\.|-го|-e|e(?= ))?`;
const dayFirst = new RegExp(
  String.raw`(?<![\p{N}/:]|\p{N}[.,])(\d{1,2})${suffix}[ -]{0,2}(?:(?:of|de|del|d'|di|من) ?)?((?![\p{sc=Han}\p{sc=Hangul}])[\p{L}\p{M}]{2,14})(?:( (?:الثاني|الاول))?\.?(?:,? ?(?:de |del |of )?-?((?:19|20)\d\d)(?: ?г\.?| года)?)?)(?!\p{N})`,
  'gu',
);
const monthFirst =
  /(?<![\p{L}\p{M}])((?![\p{sc=Han}\p{sc=Hangul}])[\p{L}\p{M}]{3,14})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th|º|\.)?(?:,? ((?:19|20)\d\d))?(?![\p{N}:%]|[.,]\d| ?[€$£])/gu;

// Abbreviations that are words of another language: "3 out of 5", "2 set", "3 ago".
const only: Record<string, string[]> = {
  out: ['pt'],
  set: ['pt', 'it'],
  gen: ['it'],
  mag: ['it'],
  ago: ['it', 'es', 'pt'],
  ott: ['it'],
  dic: ['it', 'es'],
  ene: ['es'],
};

function monthOf(name: string, language: string | undefined): number | undefined {
  const month = months.get(foldWord(name));
  return month && (only[name]?.includes(language ?? '') ?? true) ? month : undefined;
}

function* byName(lower: string, language: string | undefined): Generator<Day> {
  for (const match of lower.matchAll(dayFirst)) {
    const [written, day, name = '', second = '', year] = match;
    const month = monthOf(name + second, language) ?? monthOf(name, language);
    if (!month || !isDay(Number(day))) continue;
    // What follows the name but is no year of it stays outside: "3 May." ends a sentence.
    const bare = year ? written : written.slice(0, written.indexOf(name) + name.length + second.length);
    yield { start: match.index, end: match.index + bare.length, day: Number(day), month, ...yearOf(year) };
  }
  for (const match of lower.matchAll(monthFirst)) {
    const [written, name = '', day, year] = match;
    const month = monthOf(name, language);
    if (!month || !isDay(Number(day))) continue;
    const end = match.index + (written.endsWith('.') ? written.length - 1 : written.length);
    yield { start: match.index, end, day: Number(day), month, ...yearOf(year) };
  }
}

const east =
  /(?:((?:19|20)\d\d|\d\d) ?[年년] ?)?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[月월] ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日号號일]/gu;
const yearFirst = /(?<![\p{N}/-]|\p{N}[.,])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\p{N}/-])/gu;
const yearLast = /(?<![\p{N}/-]|\p{N}[.,])(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\p{N}/-]|[.,]\d)/gu;
// Without a year: German and Russian "12.03." with its dot, and two digits on both sides of a stroke.
const short =
  /(?<![\p{N}/:-]|\p{N}[.,])(?:(\d{1,2})\.(\d{1,2})\.(?![\p{N}])|(\d{2})\/(\d{2})(?![\p{N}/%.,-])|(\d{1,2})\/(\d{1,2})(?=\([月火水木金土日一二三四五六])|(?<=(?<!\p{L})(?:on|by|since|until|from|am|bis|seit|vom|zum|le|du|au|depuis|el|desde|hasta|il|dal|entro|em|até|desde|op|sinds|до|с|от|в) )(\d{1,2})[/.](\d{1,2})(?![\p{N}/%.,€$£-]| ?(?:€|eur|cm|kg)))/gu;

function* byNumbers(text: string): Generator<Day> {
  for (const match of text.matchAll(east)) {
    const [written, year, month = '', day = ''] = match;
    const found = valid(match.index, written, hanNumber(day), hanNumber(month), year);
    if (found) yield found;
  }
  for (const match of text.matchAll(yearFirst)) {
    const found = valid(match.index, match[0], Number(match[4]), Number(match[3]), match[1]);
    if (found) yield found;
  }
  for (const match of text.matchAll(yearLast)) {
    const [first, second] = [Number(match[1]), Number(match[3])];
    // A Japanese house number has this form too: 1-19-11.
    if (match[2] === '-' && match[4]?.length === 2 && match[1]?.length === 1) continue;
    // Day first, except where only the other order is a date.
    const found =
      valid(match.index, match[0], first, second, match[4]) ?? valid(match.index, match[0], second, first, match[4]);
    if (found) yield found;
  }
  for (const match of text.matchAll(short)) {
    const [first, second] = [
      Number(match[1] ?? match[3] ?? match[5] ?? match[7]),
      Number(match[2] ?? match[4] ?? match[6] ?? match[8]),
    ];
    // Day first, except in Japanese (5/12(土)) and where only the other order is a date.
    const found = match[5]
      ? valid(match.index, match[0], second, first)
      : (valid(match.index, match[0], first, second) ?? valid(match.index, match[0], second, first));
    if (found) yield found;
  }
}

// "3-5 June", "vom 3. bis 5. Juni", "3 al 5 de junio", "3~5일": the first day lends its month from the second.
const dayBefore =
  /(?<![\p{N}/:-]|\p{N}[.,])(\d{1,2})(?:\.|st|nd|rd|th|er|º|일|日|号)? ?(?:-|–|—|~|〜|～|\/|to|bis|au|al|a|à|ao|até|tot|t\/m|по|до|الي|حتي|到|至|から|부터|and|und|et|y|e|en|и|or|oder|ou|o|of|или) ?(?:the |le |el |il |den |o |het )?$/u;
const dayAfter = /^ ?(?:-|–|—|~|〜|到|至|から|부터) ?(\d{1,2}) ?[日号号일]/u;
const dash = /^ ?(?:-|–|—|~|〜|～) ?$/u;

function joined(text: string, dates: Day[]): Day[] {
  const out: Day[] = [];
  for (const date of dates) {
    const last = out.at(-1);
    if (last && date.start < last.end) continue;
    if (last && dash.test(text.slice(last.end, date.start).slice(0, 4)) && date.start - last.end <= 3) {
      out[out.length - 1] = {
        ...date,
        start: last.start,
        from: `${last.year ?? '-'}-${two(last.month)}-${two(last.day)}`,
      };
      continue;
    }
    const first = dayBefore.exec(text.slice(Math.max(0, date.start - 16), date.start));
    const after = dayAfter.exec(text.slice(date.end, date.end + 10));
    if (first && isDay(Number(first[1]))) {
      const from = `--${two(date.month)}-${two(Number(first[1]))}`;
      out.push({ ...date, start: date.start - first[0].length, from });
    } else if (after && isDay(Number(after[1])))
      out.push({
        ...date,
        end: date.end + after[0].length,
        day: Number(after[1]),
        from: `--${two(date.month)}-${two(date.day)}`,
      });
    else out.push(date);
  }
  return out;
}

function valid(start: number, written: string, day: number, month: number, year?: string): Day | undefined {
  if (!isDay(day) || month < 1 || month > 12) return undefined;
  return { start, end: start + written.length, day, month, ...yearOf(year) };
}

function yearOf(year: string | undefined): { year?: number } {
  if (!year) return {};
  return { year: year.length === 2 ? 2000 + Number(year) : Number(year) };
}

function isDay(day: number): boolean {
  return day >= 1 && day <= 31;
}

function hanNumber(written: string): number {
  if (/^\d/.test(written)) return Number(written);
  const digits = '〇一二三四五六七八九';
  const [tens, ones] = written.includes('十') ? written.split('十') : ['', written];
  const ten = written.includes('十') ? (tens ? digits.indexOf(tens) : 1) : 0;
  return ten * 10 + (ones ? digits.indexOf(ones) : 0);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
