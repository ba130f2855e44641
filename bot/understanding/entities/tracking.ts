import { windows } from './atoms.ts';
import { luhn } from './checkDigits.ts';
import { trackingCarriers } from './trackingNumber.ts';
import type { Candidate, Context } from './types.ts';

/** Tracking numbers: by their own form and check digit, else by the carrier's name or the words around them. Card numbers are kept apart. */
export function findTrackingNumbers({ source, atoms, cues, asked }: Context): Candidate[] {
  const found: Candidate[] = [];
  let taken = -1;
  for (const { value, start, end, first, last } of windows(atoms, mostPieces, longest)) {
    if (first <= taken || value.length < 8 || !/\d{4}/.test(value) || !wholeCode(source.text, start, end)) continue;
    const take = (rule: Candidate['rule']) => {
      found.push({ name: 'tracking_number', rule, start, end, value });
      taken = last;
    };
    if (trackingCarriers(value, 'form').length > 0) {
      take('tracking');
      continue;
    }
    if (!/^\d+$/.test(value) && value.length < 10) continue;
    // A word before the digits is a name, not a part of the number.
    const one = (atoms[first]?.digits ?? 0) > 0 && (first === last || evenly(source.text.slice(start, end)));
    const cue = cues.near(start, end);
    const told =
      cue?.kind === 'tracking' || (asked === 'tracking' && !cue) || (cue?.kind === 'number' && cues.any('tracking'));
    if (told && one && trackingCarriers(value, 'length').length > 0) take('tracking-told');
    else if (cue?.kind === 'other' || /^[3-6]\d{15}$/.test(value)) {
      if (/^\d{15,16}$/.test(value) && luhn(value)) take('card');
    } else if (
      cue?.kind !== 'order' &&
      cue?.kind !== 'phone' &&
      one &&
      !/^0[1-9]/.test(value) &&
      speaksForItself(value)
    )
      take('tracking-check');
  }
  return found;
}

const mostPieces = 22;
const longest = 34;

// No order number has so many digits; a check digit that fits, or the length of a parcel's number.
function speaksForItself(value: string): boolean {
  if (trackingCarriers(value, 'check').length > 0) return true;
  // Parcels of DHL and USPS have a check digit, which is wrong here.
  return /^(?!00|9[1-5]\d{20})(?:\d\d){6,11}$/.test(value) && trackingCarriers(value, 'length').length > 0;
}

// Digits in groups are one number when the groups are alike: "1234 5678 9012", not "24817 10115".
function evenly(written: string): boolean {
  const groups = written.split(/[^A-Za-z\d]+/);
  const size = groups[0]?.length ?? 0;
  return groups.slice(0, -1).every((group) => Math.abs(group.length - size) <= 1) && size <= 5;
}

function wholeCode(text: string, start: number, end: number): boolean {
  return !/[#+]/.test(text[start - 1] ?? '') && !/^[.,]\d/.test(text.slice(end, end + 2));
}
