import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Candidate, Context } from './types.ts';

/** Telephone numbers: international ones, and national ones of the countries where the language is spoken. */
export function findPhones({ source: { text }, cues, asked, language }: Context): Candidate[] {
  const found: Candidate[] = [];
  let tries = 0;
  for (const match of text.matchAll(numbers)) {
    const written = match[0];
    const digits = written.replace(/\D/g, '');
    if (digits.length < 7 || digits.length > 15 || tries > mostTries || isDate(written)) continue;
    const [start, end] = [match.index, match.index + written.length];
    const take = (value: string, sure: boolean) =>
      found.push({ name: 'phone', rule: sure ? 'phone' : 'phone-form', start, end, value });
    const cue = cues.near(start, end)?.kind;
    const told = cue === 'phone' || asked === 'phone';
    tries += 1;
    if (/^(?:\+|00)/.test(written)) {
      const international = parsePhoneNumberFromString(`+${digits.replace(/^00/, '')}`);
      if (international?.isPossible()) take(international.number, true);
      else if (told || written.startsWith('+')) take(`+${digits.replace(/^00/, '')}`, true);
      continue;
    }
    const grouped = isGrouped(written);
    if ((cue === 'order' || cue === 'tracking' || cue === 'other') && !(grouped && digits.startsWith('0'))) continue;
    if (!told && !/^\(?0/.test(written) && !grouped && !mobile.test(digits)) continue;
    const valid = national(digits, language);
    if (valid) take(valid, told || (digits.length >= 9 && (grouped || digits.startsWith('0'))));
    else if (told) take(digits, true);
  }
  return found;
}

const mostTries = 24;

// One separator or two between digits; the whole is measured above.
const numbers =
  /(?<![\p{sc=Latin}\p{sc=Cyrillic}\p{N}#-]|\p{N}[.,])(?:\+ ?|00 ?)?\(?\d(?:[ ().–/-]{0,3}\d){6,17}(?![\p{sc=Latin}\p{sc=Cyrillic}\p{N}]|[.,]\d)/gu;

// Mobile numbers that are written in one row without a zero: China, Brazil with its area, Russia with its eight.
const mobile = /^(?:1[3-9]\d{9}|[89]9\d{9}|\d{2}9\d{8})$/;

// Where the language is spoken, the likeliest first.
const countries: Record<string, CountryCode[]> = {
  de: ['DE', 'AT', 'CH'],
  en: ['GB', 'US', 'AU', 'IE', 'NZ', 'IN', 'ZA', 'SG'],
  es: ['ES', 'MX', 'AR', 'CO', 'CL', 'PE'],
  fr: ['FR', 'BE', 'CH', 'CA', 'MA'],
  it: ['IT', 'CH'],
  pt: ['BR', 'PT'],
  nl: ['NL', 'BE'],
  ru: ['RU', 'KZ', 'BY'],
  ar: ['SA', 'AE', 'EG', 'MA', 'JO', 'KW', 'QA', 'LB', 'DZ', 'TN', 'IQ'],
  ja: ['JP'],
  ko: ['KR'],
  zh: ['CN', 'TW', 'HK'],
};
const likely: CountryCode[] = ['DE', 'GB', 'FR', 'IT', 'ES', 'NL', 'BR', 'US', 'RU', 'JP', 'KR', 'CN', 'SA', 'EG'];

function national(digits: string, language: string | undefined): string | undefined {
  for (const country of countries[language ?? ''] ?? likely) {
    const number = parsePhoneNumberFromString(digits, country);
    if (number?.isValid()) return number.number;
  }
  return undefined;
}

// "0171 555 12 34": groups of at most four digits; two numbers side by side have longer ones.
function isGrouped(written: string): boolean {
  const groups = written.split(/\D+/).filter(Boolean);
  return (
    groups.length > 1 &&
    (/[()]/.test(written) ||
      groups.every((group, i) => group.length <= (i === 0 ? 5 : 4)) ||
      groups[0]?.startsWith('0') === true)
  );
}

function isDate(written: string): boolean {
  return /^(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})$/.test(written);
}
