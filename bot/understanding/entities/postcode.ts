import type { Candidate, Context } from './types.ts';

/** Postcodes: by a form that nothing else has, by the word before them, by a town after them, or because one was asked for. */
export function findPostcodes({ source: { text }, cues, asked }: Context, places: readonly Candidate[]): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(loose)) {
    const written = match.groups?.code ?? match[0];
    const start = match.index + match[0].length - written.length;
    const end = start + written.length;
    const take = (rule: Candidate['rule']) => found.push({ name: 'postcode', rule, start, end });
    if (!/\d/.test(written)) continue;
    const formed =
      match[0].startsWith('D-') ||
      british.test(written) ||
      canadian.test(written) ||
      dutch.test(written) ||
      dashed.test(written);
    const cue = cues.near(start, end);
    if (cue?.kind === 'postcode' && (cue.distance <= 24 || formed)) take('postcode-told');
    else if (asked === 'postcode') take('asked');
    else if (formed && cue?.kind !== 'phone' && cue?.kind !== 'other' && cue?.kind !== 'order') take('postcode-form');
    else if (
      /^\d{4,6}$/.test(written) &&
      beforeTown(start, end) &&
      cue?.kind !== 'other' &&
      !(cue?.kind === 'order' && cue.distance < 12)
    )
      take('postcode-form');
    else if (/^\d{5}$/.test(written) && state.test(text.slice(Math.max(0, start - 4), start))) take('postcode-form');
    else if (/^\d{5,6}$/.test(written) && !cue) take('postcode-loose');
  }
  return found;

  // "24103 Kiel", "5, 75011 Paris": a place that is known, or a name after a street.
  function beforeTown(start: number, end: number): boolean {
    const known = places.some((place) => place.name === 'city' && place.start > end && place.start - end <= 2);
    return (
      known ||
      (/[\d\p{L}]+, $/u.test(text.slice(Math.max(0, start - 6), start)) && town.test(text.slice(end, end + 24)))
    );
  }
}

// The forms of the markets; which one is sure by itself, the patterns below tell.
const loose =
  /(?<![\p{sc=Latin}\p{sc=Cyrillic}\p{M}\p{N}#/-]|\p{N}[.,])(?:(?:D|A|F|I|CH|B|L|NL|E)-)?(?<code>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{3}-\d{4}|\d{5}-\d{3,4}|\d{4}-\d{3}|\d{3}-\d{2}|\d{3} \d{2}|\d{2}-\d{3}|\d{4,7})(?![\p{sc=Latin}\p{sc=Cyrillic}\p{M}\p{N}]|[.,/-]\d|-[\p{L}\d])/giu;
const british = /^[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}$/i;
const canadian = /^[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d$/i;
const dutch = /^[1-9]\d{3} ?[A-Z]{2}$/;
const dashed = /^(?:\d{3}-\d{4}|\d{5}-\d{3}|\d{4}-\d{3})$/;
const town = /^,? \p{Lu}\p{Ll}{2,}/u;
// "NY 10001", "CA 90210".
const state = /(?<![A-Za-z])[A-Z]{2} $/;
