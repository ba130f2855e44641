import { clean } from '../../../core/language/normalise.ts';
import { readTable } from './tables.ts';
import type { Candidate, Context } from './types.ts';

/** Amounts of money: a number with a sign, a code or a word for the currency before or after it; `value` is "49.90 EUR". */
export function findAmounts({ source: { text, lower } }: Context): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(numbers)) {
    const number = match[0];
    let start = match.index;
    let end = start + number.length;
    const before = leading.exec(lower.slice(Math.max(0, start - reach), start));
    const after = trailing.exec(lower.slice(end, end + reach));
    const sign = before?.[1] ?? after?.[1] ?? '';
    const code = codes.get(sign);
    if (!code || (words.has(sign) && !text.slice(Math.max(0, start - 4), end + 5).includes(sign.toUpperCase())))
      continue;
    let amount = amountOf(number);
    // "$40" is the sign's; "40 $" too, but in "€ 40 5 x" the rest is not.
    if (before) start -= before[0].length;
    else if (after) {
      end += after[0].length;
      // "12€50", "38 euros 50".
      const cents = code === 'EUR' || code === 'CHF' ? /^ ?\d\d(?![\d.,]|\p{L})/u.exec(text.slice(end, end + 4)) : null;
      if (cents && !/[.,]/.test(number)) {
        end += cents[0].length;
        amount += `.${cents[0].trim()}`;
      }
    }
    if (amount) found.push({ name: 'amount', rule: 'amount', start, end, value: `${amount} ${code}` });
  }
  return found;
}

const reach = 18;

// Each number once: 1.234,50 · 1,234.50 · 1'234.50 · 1 234,50 · 12.5万 · 三十 · 삼만; each ends where no digit follows.
const han = '[一二三四五六七八九十百千万萬两零〇]{1,10}';
const hangul = '[일이삼사오육칠팔구십백천만]{1,10}';
const numbers = new RegExp(
  String.raw`(?<!\p{N}|\p{N}[.,])(?:\d{1,3}(?:[.,' \u00a0]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)(?: ?[万萬千百만천억亿億]{1,2}| ?[kK](?![\p{L}])| (?:тыс\.?|тысяч[аи]?|thousand|tausend|mille|mila|mil|duizend|الف|الاف)(?!\p{L}))?(?!\d)|(?<!\p{sc=Han})${han}(?=元|块|塊|円|欧|美|刀|ユ|ド)|(?<!\p{sc=Hangul})${hangul} ?(?=원|유로|달러)`,
  'gu',
);

const codes = new Map<string, string>();
for (const [code, forms] of readTable('currencies'))
  for (const form of forms) codes.set(clean(form).text.toLowerCase(), code);

const escaped = [...codes.keys()].sort((a, b) => b.length - a.length).map((form) => form.replace(/[$/]/g, '\\$&'));
const signs = escaped.filter((form) => !/^\p{L}/u.test(form) || /\$|\//.test(form) || /^[a-z]{2,3}$/.test(form));
const leading = new RegExp(String.raw`(?<![\p{sc=Latin}\p{sc=Cyrillic}])(${signs.join('|')})\.? ?$`, 'u');
// A word must end there, but Korean and Arabic hang more onto it, and Chinese knows no ends.
const trailing = new RegExp(
  String.raw`^ {0,2}-?(${escaped.join('|')})(?![\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}\p{M}])(?:(?<=руб|тг|грн)\.(?= ?[\p{Ll},;)]))?`,
  'u',
);

// Codes that are words in small letters.
const words = new Set(['mad', 'try', 'pen', 'cop', 'cad', 'sek', 'mxn']);

const powers: Record<string, number> = {
  百: 100,
  千: 1000,
  천: 1000,
  万: 10_000,
  萬: 10_000,
  만: 10_000,
  億: 1e8,
  亿: 1e8,
  억: 1e8,
  k: 1000,
};

// The last of two marks parts the cents; a single one does when fewer than three digits follow it.
function amountOf(written: string): string {
  if (!/\d/.test(written)) return written.trim();
  const [digits = ''] = /[\d.,' \u00a0]+/.exec(written) ?? [];
  const plain = digits.replace(/[' \u00a0]/g, '');
  const cents = /[.,](\d{1,2})$/.exec(plain);
  const whole = (cents ? plain.slice(0, cents.index) : plain).replace(/\D/g, '');
  const number = cents ? `${whole}.${cents[1]}` : whole;
  const power = [...written.slice(digits.length).trim().toLowerCase()].reduce(
    (total, unit) => total * (powers[unit] ?? 1),
    1,
  );
  return power === 1 ? number : String(Math.round(Number(number) * power * 100) / 100);
}
