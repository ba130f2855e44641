import { createForms } from './forms.ts';
import { formsOf } from './tables.ts';
import type { Candidate, Context, Rule } from './types.ts';

/** Order numbers: the shop's own form, a sharp sign or letters before digits, else a bare number by the words around it and by what was asked. */
export function findOrderNumbers(context: Context): Candidate[] {
  const { source, orderNumber } = context;
  const { text } = source;
  const found: Candidate[] = [];
  const take = (rule: Rule, start: number, end: number) => {
    const written = text.slice(start, end);
    const value = written
      .replace(/^#\s*/, '')
      .replace(/\s*[-–—‑−]\s*/g, '-')
      .replace(/\s+/g, ' ')
      .toUpperCase();
    found.push({ name: 'order_number', rule, start, end, value: value.replace(/(?<=\d)[ .](?=\d)/g, '') });
  };
  if (orderNumber)
    for (const match of text.matchAll(orderNumber)) take('shop-order', match.index, match.index + match[0].length);
  const units = unitForms(context.words);
  for (const match of text.matchAll(codes)) {
    const { sign = '', prefix = '', joint = '', body = '' } = match.groups ?? {};
    const start = match.index;
    const end = start + match[0].length;
    const withoutPrefix = end - body.length;
    const digits = body.replace(/\D/g, '').length;
    const prefixed = prefix !== '' && isPrefix(prefix, joint, text);
    const cue = context.cues.near(prefixed ? start : withoutPrefix, end);
    const kind = cue?.kind;
    // An invoice's or a ticket's number is none, when its word stands right before it.
    const direct =
      context.cues.before(prefixed ? start : withoutPrefix, 2)?.kind === 'other' &&
      context.asked !== 'order' &&
      !/[,，、]/.test(text[start - 1] ?? '');
    if (direct || groupedPhone.test(body) || /^D-\d{5}$/.test(match[0])) continue;
    if (sign) {
      take('order-form', start, end);
      continue;
    }
    const told = kind === 'order' || kind === 'number' || (/^n[or]$/i.test(prefix) && kind === undefined);
    if (prefixed) {
      const enough = joint.trim() !== '' ? 4 : 5;
      if (digits >= enough || (digits >= 3 && (told || context.asked === 'order'))) {
        take(told ? 'order-told' : 'order-form', start, end);
        continue;
      }
      if (joint === '') continue;
    }
    if (kind === 'other' && cue && cue.distance <= 16 && context.asked !== 'order') continue;
    // Letters glued to digits that are no prefix belong to a name or a model; "№24817" comes here as "No24817".
    const numero = /^n[or]$/i.test(prefix);
    if (prefix && joint === '' && !numero) continue;
    if (
      units.some((unit) => unit.start >= end && unit.start - end <= 1) ||
      /^[%€$£¥₩₽°]/.test(text.slice(end).trimStart().slice(0, 1))
    )
      continue;
    const split = /[ .]/.test(body);
    const near = numero ? 0 : (cue?.distance ?? 0);
    if (context.asked === 'order' && digits >= 3) take('asked', withoutPrefix, end);
    else if (told && digits >= (near <= 12 ? 4 : 5) && !looksLikeYear(body, near))
      take('order-told', withoutPrefix, end);
    else if (!split && digits >= 5 && digits <= 10 && kind !== 'phone' && kind !== 'postcode')
      take('order-bare', withoutPrefix, end);
  }
  return found;
}

// Digits may be parted by spaces or dots when the groups are short ("24 817"), or by dashes ("2024-00123", "112-3456789-1234567").
const codes =
  /(?<![\p{sc=Latin}\p{sc=Cyrillic}\p{M}\p{N}+/@_-]|\p{N}[.,])(?<sign># ?)?(?:(?<prefix>[A-Za-z]{1,5})(?<joint> ?[-–—‑−.] ?| ?))?(?<body>\d{3,14}(?:[-–—/]\d{2,8}){0,3}|\d{1,3}(?:[ .]\d{1,3}){1,6})(?![\p{sc=Latin}\p{sc=Cyrillic}\p{M}\p{N}]|[.,:]\d|[-–—/][\p{L}\d])/gu;

const groupedPhone = /^0\d{1,4}-\d{3,4}-\d{3,4}$/;

const unitForms = createForms(formsOf('units'));

// Abbreviations before a number that are not part of it: currencies, "no.", postcodes by country or state.
const notPrefixes = new Set(
  'nr no num id ref po eur usd gbp chf jpy cny rmb aed sar brl mxn krw rub sek nok dkk pln r rs us hk a o y e is it in at on by to de en el le la les di da do il um my ca ab bis von vom der die das und the and for of to plz zip cp cap cep npa tel fax fon mob st str ny tx fl nj il ma pa wa oh ga nc mi va az co tn md mn wi mo or ct h mm cm km kg ml gb iso din usb hdmi din iphone ipad sku ean art item inv re rg ps ref iban bic tlf cell box apt unit size age week day men mr mrs ms dr als bei mit mais por per con os as ich il i'.split(
    ' ',
  ),
);

// These are no part of a number even without a space: "EUR50000", "PLZ24103".
const abbreviations = new Set(
  'eur usd gbp chf jpy cny rmb aed sar brl mxn krw rub plz zip cp cap cep npa tel fax iban sku ean isbn art nr no'.split(
    ' ',
  ),
);

function isPrefix(prefix: string, joint: string, text: string): boolean {
  if (joint === '') return !abbreviations.has(prefix.toLowerCase());
  // A dash without spaces binds: "a-5521".
  if (joint === '-') return !abbreviations.has(prefix.toLowerCase());
  if (notPrefixes.has(prefix.toLowerCase()))
    return joint.trim() === '-' && prefix === prefix.toUpperCase() && prefix.length <= 3;
  if (joint.trim() !== '') return joint.trim() !== '.';
  // Parted by a space a prefix has no vowel, or stands in capitals where the rest does not.
  if (/^[^aeiouy]{2,4}$/i.test(prefix)) return true;
  return prefix.length >= 2 && prefix === prefix.toUpperCase() && /\p{Ll}\p{Ll}\p{Ll}/u.test(text);
}

function looksLikeYear(body: string, distance: number): boolean {
  return /^(?:19|20)\d\d$/.test(body) && distance > 2;
}
