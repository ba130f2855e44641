import { clean } from '../../core/language/normalise.ts';
import type { Entity, EntityName } from './types.ts';

/**
 * Finds values by rules: what has a check digit or a fixed form is known exactly, the rest by the words around it. Values stand
 * as written; `start` and `end` are offsets into the text as it came.
 */
export function findEntities(text: string, options: EntityOptions = {}): Entity[] {
  const { text: plain, offsets } = clean(text);
  const taken: Entity[] = [];
  const take = (name: EntityName, start: number, end: number, value?: string) => {
    const from = offsets[start] ?? 0;
    const to = offsets[end] ?? text.length;
    if (taken.some((entity) => from < entity.end && entity.start < to)) return;
    taken.push({ name, text: text.slice(from, to), value: value ?? plain.slice(start, end), start: from, end: to });
  };
  const all = (pattern: RegExp, each: (match: RegExpExecArray) => void) => {
    for (const match of plain.matchAll(pattern)) each(match as RegExpExecArray);
  };

  all(email, (match) => take('email', match.index, match.index + match[0].length, match[0].toLowerCase()));
  all(codes, (match) => {
    const code = match[0].replace(/[ -]/g, '').toUpperCase();
    if (isTrackingNumber(code)) take('tracking_number', match.index, match.index + match[0].length, code);
  });
  // Before order numbers: "PLZ 24103" has their form.
  all(namedPostcode, (match) =>
    take('postcode', match.index + match[0].length - (match[1] ?? '').length, match.index + match[0].length),
  );
  const orderPattern = options.orderNumber ?? defaultOrderNumber;
  all(orderPattern, (match) =>
    take('order_number', match.index, match.index + match[0].length, match[0].replace(/^#\s*/, '').toUpperCase()),
  );
  all(amounts, (match) => take('amount', match.index, match.index + match[0].length));
  all(isoDates, (match) => take('date', match.index, match.index + match[0].length));
  all(phones, (match) => {
    const digits = match[0].replace(/\D/g, '');
    if (digits.length >= 9 && digits.length <= 15)
      take('phone', match.index, match.index + match[0].length, match[0].replace(/[^\d+]/g, ''));
  });
  all(namedNumber, (match) => {
    const number = match[1] ?? '';
    take(
      'order_number',
      match.index + match[0].length - number.length,
      match.index + match[0].length,
      number.toUpperCase(),
    );
  });
  // A postcode looks like any number: it counts where it is asked for, or named, or has a form of its own.
  if (options.expecting === 'postcode' || options.expecting === 'proof')
    all(loosePostcode, (match) => take('postcode', match.index, match.index + match[0].length));
  all(formedPostcode, (match) => take('postcode', match.index, match.index + match[0].length));
  if (options.expecting === 'order_number')
    all(bareNumber, (match) =>
      take('order_number', match.index, match.index + match[0].length, match[0].toUpperCase()),
    );
  // Beside an order number with letters, a bare number is its postcode: "HH-24817 24103".
  const lettered = taken.some((entity) => entity.name === 'order_number' && /\p{L}/u.test(entity.value));
  all(bareOrderLike, (match) =>
    take(lettered ? 'postcode' : 'order_number', match.index, match.index + match[0].length),
  );
  return taken.sort((a, b) => a.start - b.start);
}

/** `expecting` is the value that was asked for: it decides what a bare number is. `orderNumber` is the shop's own form (global, linear). */
export type EntityOptions = { expecting?: string; orderNumber?: RegExp };

/** Whether a code (upper case, without spaces) is a tracking number of a carrier whose numbers check themselves or have a form of their own. */
export function isTrackingNumber(code: string): boolean {
  if (/^[A-Z]{2}\d{9}[A-Z]{2}$/.test(code)) return s10(code);
  if (/^1Z[0-9A-Z]{16}$/.test(code)) return ups(code);
  if (/^(JJD|JVGL|GM)\d{10,20}$/.test(code)) return true;
  if (/^SF\d{12,13}$/.test(code) || /^YT\d{13,18}$/.test(code) || /^(4PX|LP|CAINIAO)\d{9,18}(CN)?$/.test(code))
    return true;
  if (/^9[2345]\d{20}$/.test(code)) return mod10(code);
  return /^00\d{18}$/.test(code) && mod10(code.slice(2));
}

// Every pattern is linear: no repetition holds another one.
const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}/gu;
const codes = /\b[A-Z0-9][A-Z0-9 -]{8,28}[A-Z0-9]\b/gi;
const defaultOrderNumber = /(?<![A-Za-z0-9-])(?:#\s?)?(?:[A-Za-z]{1,4}-?|[A-Z]{2,4} )\d{4,10}(?![A-Za-z0-9])/gu;
const namedNumber =
  /(?:order|bestell(?:ung|nummer)|bestelling|auftrag|pedido|encomenda|orden|ordine|commande|заказ[а-я]?|номер|注文番号|注文|주문 ?번호|주문|número|numero|number|nummer|订单号?|訂單|单号|طلب(?:ي|ية)?|رقم|nr\.?|no\.?|n°|#)\s{0,3}(?:number|nummer|no\.?|nr\.?|رقم|号|是|ist|is|es|:|#){0,2}\s{0,3}([A-Z]{0,4}-?\d{4,12})(?!\p{N})/giu;
const bareNumber = /(?<![\p{L}\p{N}.,])[A-Z]{0,4}-?\d{4,12}(?![\p{L}\p{N}])/giu;
const bareOrderLike = /(?<![\p{L}\p{N}.,+])\d{5,10}(?![\p{L}\p{N}]|[.,]\d)/gu;
const amounts =
  /(?:[$€£¥₩₹]|US\$|\b(?:EUR|USD|GBP|CHF|JPY|CNY|AED|SAR|MXN|BRL)\b)\s?\d{1,9}(?:[.,]\d{1,3}){0,3}|\d{1,9}(?:[.,]\d{1,3}){0,3}\s?(?:[$€£¥₩₹]|\b(?:EUR|USD|GBP|CHF|JPY|CNY|AED|SAR|MXN|BRL|euros?|dollars?|Franken|pesos|元|块|円|ريال|درهم)\b|(?:元|块|円|ريال|درهم|欧))/giu;
const isoDates = /(?<!\p{N})(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}月\d{1,2}[日号])(?!\p{N})/gu;
const phones =
  /(?<![\p{L}\p{N}])\+\d[\d ().-]{7,18}\d(?!\p{N})|(?<![\p{L}\p{N}])0\d{2,5}[ /-]\d[\d -]{4,11}\d(?!\p{N})/gu;
const namedPostcode =
  /(?:postcode|post code|postal code|zip(?: code)?|plz|postleitzahl|código postal|codigo postal|code postal|cp|cap|cep|npa|(?:почтовый )?индекс|邮编|郵遞區號|邮政编码|郵便番号|우편번호|الرمز البريدي)\s{0,3}(?:is|ist|es|est|è|é|是|は|는|은|:|هو){0,1}\s{0,3}([A-Z0-9]{2,5}[ -]?[A-Z0-9]{2,5})(?![A-Z])/giu;
const formedPostcode =
  /(?<![\p{L}\p{N}])(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{3}-\d{4}|\d{5}-\d{3}|D-\d{5})(?![\p{L}\p{N}])/gu;
const loosePostcode =
  /(?<![\p{L}\p{N}-])(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{3}-?\d{4}|\d{5}-\d{3}|\d{4,6})(?![\p{L}\p{N}])/giu;

// UPU S10: weights 8 6 4 2 3 5 9 7, check = 11 - sum mod 11, with 10 → 0 and 11 → 5.
function s10(code: string): boolean {
  const digits = code.slice(2, 11);
  const weights = [8, 6, 4, 2, 3, 5, 9, 7];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const check = 11 - (sum % 11);
  return Number(digits[8]) === (check === 10 ? 0 : check === 11 ? 5 : check);
}

// UPS: letters count as (code - 63) mod 10, every second character doubled.
function ups(code: string): boolean {
  const body = code.slice(2, 17);
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const letter = body.charCodeAt(i);
    const value = letter >= 65 ? (letter - 63) % 10 : letter - 48;
    sum += i % 2 === 1 ? value * 2 : value;
  }
  return (10 - (sum % 10)) % 10 === Number(code[17]);
}

// GS1 mod 10, weights 3 and 1 from the right.
function mod10(code: string): boolean {
  let sum = 0;
  for (let i = code.length - 2, weight = 3; i >= 0; i -= 1, weight = 4 - weight) sum += Number(code[i]) * weight;
  return (10 - (sum % 10)) % 10 === Number(code.at(-1));
}
