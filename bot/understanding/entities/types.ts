import type { EntityName } from '../types.ts';
import type { Atom } from './atoms.ts';
import type { CueKind, Cues } from './cues.ts';
import type { Source } from './source.ts';
import type { Word } from './words.ts';

/**
 * `expecting` is the value that was asked for: it decides what a bare number is. `language` is that of the message: phones, places and
 * products are read by it. `orderNumber` is the shop's own form (global, linear).
 */
export type EntityOptions = { expecting?: string; language?: string; orderNumber?: RegExp | undefined };

/** What every kind of value reads: the text, its pieces, and the words that tell what a number is. */
export type Context = {
  source: Source;
  atoms: Atom[];
  words: Word[];
  cues: Cues;
  /** The value that was asked for, by its kind, whatever the slot is called. */
  asked: CueKind | 'email' | 'address' | 'quantity' | 'reason' | undefined;
  language: string | undefined;
  orderNumber: RegExp | undefined;
};

/** A value that one kind of rule found; which of several on the same place counts is told by `rule` (precedence.ts). */
export type Candidate = {
  name: EntityName;
  rule: Rule;
  start: number;
  end: number;
  value?: string;
  relative?: true;
};

/** How a value was recognised. The table in precedence.ts puts them in order. */
export type Rule =
  | 'address'
  | 'email'
  | 'link'
  | 'tracking'
  | 'tracking-told'
  | 'card'
  | 'shop-order'
  | 'amount'
  | 'date'
  | 'order-told'
  | 'order-form'
  | 'phone'
  | 'postcode-told'
  | 'postcode-form'
  | 'phone-form'
  | 'tracking-check'
  | 'asked'
  | 'order-bare'
  | 'postcode-loose'
  | 'quantity'
  | 'country'
  | 'city'
  | 'reason'
  | 'product'
  | 'relative-date';
