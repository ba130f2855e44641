import type { Entity } from '../types.ts';
import { findAddresses } from './address.ts';
import { findAmounts } from './amount.ts';
import { readAtoms } from './atoms.ts';
import { findCities } from './cities.ts';
import { findCountries } from './countries.ts';
import { readCues } from './cues.ts';
import { findDates } from './date.ts';
import { findEmails } from './email.ts';
import { findConcepts } from './lexicon.ts';
import { findOrderNumbers } from './orderNumber.ts';
import { findPhones } from './phone.ts';
import { findPostcodes } from './postcode.ts';
import { choose } from './precedence.ts';
import { findQuantities } from './quantity.ts';
import { readSource, type Source } from './source.ts';
import { findTrackingNumbers } from './tracking.ts';
import type { Candidate, Context, EntityOptions, Rule } from './types.ts';
import { readWords } from './words.ts';

/**
 * Finds values by rules: what has a check digit or a fixed form is known exactly, the rest by the words around it. Values stand
 * as written; `start` and `end` are offsets into the text as it came.
 */
export function findEntities(text: string, options: EntityOptions = {}): Entity[] {
  const source = readSource(text);
  const words = readWords(source);
  const context: Context = {
    source,
    words,
    atoms: [],
    cues: noCues,
    asked: asked[options.expecting ?? ''],
    language: options.language,
    orderNumber: options.orderNumber,
  };
  const places = [...findCountries(context), ...findCities(context)];
  const concepts = findConcepts(context);
  const products = concepts.filter(({ name }) => name === 'product');
  const candidates = [
    ...places,
    ...concepts,
    ...findQuantities(context, products),
    ...findDates(context),
    ...findAmounts(context),
    ...findEmails(context),
    ...findAddresses(context),
    ...(/\d[^\d]{0,12}\d/.test(source.text)
      ? codes({ ...context, cues: readCues(source.text, words), atoms: readAtoms(source.text) }, places)
      : []),
  ];
  return choose(candidates).map((candidate) => entityOf(candidate, text, source));
}

// Numbers and codes: most messages have none, and are spared the look for the words around them.
function codes(context: Context, places: readonly Candidate[]): Candidate[] {
  const orders = findOrderNumbers(context);
  // Beside an order number with letters, a bare number is its postcode: "HH-24817 24103". So it is beside any sure one where an
  // address is spoken of; alone it is the order's.
  const sure = orders.filter(({ rule }) => rule !== 'order-bare' && rule !== 'asked');
  const lettered = sure.some(({ value = '' }) => /\p{L}/u.test(value));
  const elsewhere = lettered || (sure.length > 0 && addressWord.test(context.source.lower));
  const unlikely: Rule = elsewhere ? 'order-bare' : 'postcode-loose';
  return [
    ...orders.filter(({ rule }) => !lettered || rule !== 'asked'),
    ...findTrackingNumbers(context),
    ...findPhones(context),
    ...findPostcodes(context, places),
  ].filter(({ rule }) => rule !== unlikely);
}

const addressWord =
  /(?<!e-?mail ?-?)(?:address|adres|direcci[oó]n|indirizz|endere[cç]o|morada|адрес|عنوان|地址|住所|주소)(?!.{0,3}mail)/u;
const noCues: Context['cues'] = { before: () => undefined, near: () => undefined, any: () => false };

// What was asked for, whatever the slot of the flow is called.
const asked: Record<string, Context['asked']> = {
  number: 'order',
  order: 'order',
  order_number: 'order',
  proof: 'postcode',
  postcode: 'postcode',
  email: 'email',
  phone: 'phone',
  tracking: 'tracking',
  tracking_number: 'tracking',
  address: 'address',
  new_address: 'address',
  quantity: 'quantity',
  reason: 'reason',
};

function entityOf({ name, start, end, value, relative }: Candidate, text: string, source: Source): Entity {
  const from = source.starts[start] ?? 0;
  const to = source.ends[end - 1] ?? text.length;
  return {
    name,
    text: text.slice(from, to),
    value: value ?? source.text.slice(start, end),
    start: from,
    end: to,
    ...(relative ? { relative } : {}),
  };
}
