import { createGazetteer, findPlaces } from './places.ts';
import { readTable } from './tables.ts';
import type { Candidate, Context } from './types.ts';

/** Countries in the twelve languages, with their short and colloquial names; `value` is the ISO code. */
export function findCountries(context: Context): Candidate[] {
  return findPlaces(context, countries, 'country', meant);
}

const languages = ['en', 'zh', 'zh-Hant', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko'];

const countries = createGazetteer([...standardNames(), ...shortNames()]);

function* standardNames(): Generator<[string, string, string]> {
  for (const tag of languages) {
    const display = new Intl.DisplayNames(tag, { type: 'region', fallback: 'none' });
    for (const code of regions()) {
      const name = display.of(code);
      if (name) yield [name, code, tag.slice(0, 2)];
    }
  }
}

function* shortNames(): Generator<[string, string, string]> {
  for (const [code, forms] of readTable('countries')) for (const form of forms) yield [form, code, '*'];
}

// Every code of two letters; unions, islands of others, test codes and codes that became another are no countries.
function regions(): string[] {
  const codes: string[] = [];
  for (let a = 65; a <= 90; a += 1)
    for (let b = 65; b <= 90; b += 1) {
      const code = String.fromCharCode(a, b);
      const none = /^(?:EU|EZ|UN|QO|ZZ|X[A-JL-Z]|AC|TA|DG|CP|CQ|EA|IC)$/.test(code);
      if (!none && new Intl.Locale(`und-${code}`).region === code) codes.push(code);
    }
  return codes;
}

// Words that are no names: "us", "jersey" (shirt), "chile" (pepper), "réunion" (meeting), "오만 원" (50,000), "مالي" (my money).
const words = new Set(
  'us vs eau jersey chile guinea guinée island congo wales jordan reunion réunion riunione reunião grenade maurice dominique salvador мали того مالي كوبا بنين 이란 가나 수단 오만 말리 기니 피지 차드'.split(
    ' ',
  ),
);

function meant(written: string): boolean {
  return !words.has(written);
}
