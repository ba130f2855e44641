import { clean, maxCharacters } from '../language/normalise.ts';

/**
 * Replaces what tells who somebody is by placeholders such as [[EMAIL_1]], and puts the values back into what a model made of
 * the text. The same value has the same placeholder in all texts of one redactor.
 */
export function createRedactor(known: Known = {}): Redactor {
  const values = new Map<string, string>();
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const needles = needlesOf(known);

  function placeholderFor(kind: Kind, value: string): string {
    const before = placeholders.get(value);
    if (before) return before;
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    const placeholder = `[[${kind}_${n}]]`;
    placeholders.set(value, placeholder);
    values.set(placeholder, value);
    return placeholder;
  }

  function hidePiece(text: string): string {
    let out = '';
    let at = 0;
    for (const { kind, start, end } of findPersonal(text, needles)) {
      out += text.slice(at, start) + placeholderFor(kind, text.slice(start, end));
      at = end;
    }
    return out + text.slice(at);
  }

  return {
    hide: (text) => piecesOf(text).map(hidePiece).join(''),
    restore(text, { all = false } = {}) {
      const seen = new Set<string>();
      let unknown = false;
      const restored = text.replace(exact, (placeholder) => {
        seen.add(placeholder);
        const value = values.get(placeholder);
        if (value === undefined) unknown = true;
        return value ?? '';
      });
      if (unknown || text.replace(exact, '\0').search(mangled) >= 0) return undefined;
      return all && seen.size < values.size ? undefined : restored;
    },
  };
}

/** One text without its personal data, and the way back: `restore` gives undefined when a placeholder is unknown or damaged. */
export function redact(text: string, known: Known = {}): { text: string; restore: Redactor['restore'] } {
  const redactor = createRedactor(known);
  return { text: redactor.hide(text), restore: redactor.restore };
}

/** What records say about the person, which no pattern could find. */
export type Known = { names?: readonly string[]; addresses?: readonly string[] };

/** Hides and restores; with `all` a text that lost one of the placeholders is refused too. */
export type Redactor = {
  hide(text: string): string;
  restore(text: string, options?: { all?: boolean }): string | undefined;
};

type Kind = 'TEXT' | 'EMAIL' | 'NAME' | 'ADDRESS' | 'IBAN' | 'CARD' | 'PHONE' | 'CODE';
type Found = { kind: Kind; start: number; end: number };

const exact = /\[\[(?:TEXT|EMAIL|NAME|ADDRESS|IBAN|CARD|PHONE|CODE)_\d{1,6}\]\]/g;
// What a careless model makes of a placeholder. A customer who writes such a thing gets it hidden as TEXT.
const mangled =
  /(?:TEXT|EMAIL|NAME|ADDRESS|IBAN|CARD|PHONE|CODE)[_ -]?\d{1,6}\s{0,2}\]|\[\[\s{0,2}(?:TEXT|EMAIL|NAME|ADDRESS|IBAN|CARD|PHONE|CODE)/i;
const everyPlaceholder = new RegExp(`${exact.source}|${mangled.source}`, 'gi');

// Every pattern is linear: no repetition holds another that could match the same text.
const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}/gu;
const iban = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/gi;
const digits = /(?<!\p{N})\+?\(?\d(?:[ ()./-]{0,2}\d){5,40}/gu;
const words = /[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g;
const postcode = /(?<![\p{L}\p{N}])(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d)(?![\p{L}\p{N}])/giu;
// Dates and prices tell nobody's name, and a model must be able to read them.
const harmless =
  /(?<!\p{N})(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}年\d{1,2}月\d{1,2}日)(?!\p{N})|[$€£¥₩₹]\s?\d{1,6}(?:[.,]\d{1,3}){0,3}(?!\p{N})|(?<![\p{N}.,])\d{1,6}(?:[.,]\d{1,3}){0,3}\s?(?:[$€£¥₩₹元円원]|(?:EUR|USD|GBP|CHF|JPY|CNY|KRW|AED|SAR)\b)/gu;

function findPersonal(text: string, needles: Needle[]): Found[] {
  const { text: plain, offsets } = clean(text);
  const found: Found[] = [];
  const kept: [number, number][] = [...plain.matchAll(harmless)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
  // What is taken already stays; of the rest nothing is left open.
  const take = (kind: Kind, start: number, end: number) => {
    const other = found.find((entry) => start < entry.end && entry.start < end);
    if (other) {
      if (start < other.start) take(kind, start, other.start);
      if (other.end < end) take(kind, other.end, end);
    } else if (end > start) found.push({ kind, start, end });
  };
  const takePlain = (kind: Kind, start: number, end: number) =>
    take(kind, offsets[start] ?? 0, offsets[end] ?? text.length);
  const free = (start: number, end: number) => !kept.some(([from, to]) => start < to && from < end);

  for (const match of text.matchAll(everyPlaceholder)) take('TEXT', match.index, match.index + match[0].length);
  for (const match of plain.matchAll(email)) takePlain('EMAIL', match.index, match.index + match[0].length);
  const lower = plain.toLowerCase();
  if (lower.length === plain.length)
    for (const { kind, value, open } of needles)
      for (let at = lower.indexOf(value); at >= 0; at = lower.indexOf(value, at + value.length))
        if (open || !(isWord(lower[at - 1]) || isWord(lower[at + value.length])))
          takePlain(kind, at, at + value.length);
  for (const match of plain.matchAll(iban)) {
    const length = ibanLength(match[0]);
    if (length) takePlain('IBAN', match.index, match.index + length);
  }
  for (const match of plain.matchAll(digits)) {
    const end = match.index + match[0].length;
    if (!free(match.index, end)) continue;
    const only = match[0].replace(/\D/g, '');
    const kind =
      only.length >= 13 && only.length <= 19 && luhn(only)
        ? 'CARD'
        : /^[+0(]|[ ()./-]/.test(match[0])
          ? 'PHONE'
          : 'CODE';
    // A code keeps its letters: the next pattern takes it whole.
    if (kind !== 'CODE') takePlain(kind, match.index, end);
  }
  for (const match of plain.matchAll(postcode)) takePlain('CODE', match.index, match.index + match[0].length);
  for (const match of plain.matchAll(words)) {
    const end = match.index + match[0].length;
    const count = match[0].replace(/\D/g, '').length;
    const numbered = count >= 5 || (count === 4 && !/^(?:19|20)\d\d$/.test(match[0]));
    if (numbered && free(match.index, end)) takePlain('CODE', match.index, end);
  }
  return found.sort((a, b) => a.start - b.start);
}

type Needle = { kind: 'NAME' | 'ADDRESS'; value: string; open: boolean };

// A full name and its longer parts; longest first, so that a part never splits the whole.
function needlesOf({ names = [], addresses = [] }: Known): Needle[] {
  const whole = (kind: Needle['kind'], texts: readonly string[], shortest: number): Needle[] =>
    texts
      .map((text) => clean(text).text.trim().toLowerCase())
      .filter((value) => [...value].length >= shortest)
      .map((value) => ({
        kind,
        value,
        open: !/^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Arabic}\p{N}]/u.test(value),
      }));
  const parts = names.flatMap((name) => name.split(/[\s,]+/));
  return [...whole('NAME', names, 2), ...whole('NAME', parts, 3), ...whole('ADDRESS', addresses, 3)].sort(
    (a, b) => b.value.length - a.value.length,
  );
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

// `clean` looks at a limited number of characters: longer texts go through it in pieces that end between words where they can.
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + maxCharacters);
    if (end < text.length) {
      const gap = Math.max(text.lastIndexOf('\n', end), text.lastIndexOf(' ', end));
      if (gap > at + maxCharacters / 2) end = gap;
    }
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function luhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i += 1) {
    const digit = Number(number[number.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

// How much of the text is an IBAN whose check digits are right: words may follow it without a mark.
function ibanLength(text: string): number {
  for (let end = text.length; end >= 15; end -= 1) {
    const code = text.slice(0, end).replace(/ /g, '').toUpperCase();
    if (code.length < 15) return 0;
    if (text[end - 1] === ' ' || code.length > 34) continue;
    let rest = 0;
    for (const character of code.slice(4) + code.slice(0, 4))
      for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
    if (rest === 1) return end;
  }
  return 0;
}
