import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise } from '../../core/language/normalise.ts';
import { isSpaceless } from '../../core/language/segment.ts';

/**
 * The words by which a composed sentence is compared with its evidence, in twelve languages: data/evidence.json. A word also
 * stands for its endings unless a ! follows it; signs and words of scripts without spaces are found anywhere.
 */
export const wordLists = JSON.parse(
  readFileSync(join(import.meta.dirname, 'data', 'evidence.json'), 'utf8'),
) as WordLists;

/** A pattern that finds any of the words in a normalised text. */
export function patternOf(words: readonly string[]): string {
  return words
    .map((word) => {
      const closed = word.endsWith('!');
      const plain = normalise(closed ? word.slice(0, -1) : word).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      if (isSpaceless(plain) || (/^\p{sc=Hangul}/u.test(plain) && !closed) || !/\p{L}/u.test(plain)) return plain;
      // "n't" hangs on its word; Arabic puts its articles and prepositions in front.
      const open =
        plain === "n't" ? '' : /\p{sc=Arabic}/u.test(plain) ? '(?<!\\p{L})(?:[وفبلك]?ال|[وفبلك])?' : '(?<!\\p{L})';
      return `${open}${plain}${closed ? '(?!\\p{L})' : ''}`;
    })
    .join('|');
}

type WordLists = {
  /** What a number counts: a period, a share, a currency. */
  units: Record<string, string[]>;
  /** What may be said only when the evidence says such a thing too. */
  classes: Record<string, string[]>;
  /** The first person, by language: an article never speaks of itself. */
  self: Record<string, string[]>;
  /** Boilerplate of models. */
  refusals: string[];
  /** Numbers in words, by language. */
  numbers: Record<string, Record<string, number>>;
};
