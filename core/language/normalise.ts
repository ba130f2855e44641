/**
 * Brings a text into the form that is compared: NFKC, lower case, Latin digits, without invisible characters; Arabic letters
 * folded, Latin accents removed. Long texts are cut at `maxCharacters` code points: no model needs more.
 */
export function normalise(text: string): string {
  return foldLatin(clean(text).text.toLowerCase());
}

/**
 * Removes what nobody sees and unifies digits and widths, remembering where each UTF-16 unit of the result stood in the
 * original: `offsets[i]` is its index there, `offsets[length]` the end.
 */
export function clean(text: string): { text: string; offsets: number[] } {
  const offsets: number[] = [];
  let out = '';
  let index = 0;
  let count = 0;
  for (const character of text) {
    if (count >= maxCharacters) break;
    count += 1;
    const plain = plainOf(character);
    for (let unit = 0; unit < plain.length; unit += 1) offsets.push(index);
    out += plain;
    index += character.length;
  }
  offsets.push(index);
  return { text: out, offsets };
}

/** Code points that any analysis looks at. */
export const maxCharacters = 4000;

const seen = new Map<string, string>();

// Most characters come again and again: the table is small and makes the work a look-up.
function plainOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  const known = seen.get(character);
  if (known !== undefined) return known;
  const plain = computePlain(character, code);
  if (seen.size < 20_000) seen.set(character, plain);
  return plain;
}

function computePlain(character: string, code: number): string {
  if (code >= 0xd800 && code <= 0xdfff) return '';
  // Bidi marks, zero-width characters, soft hyphen, tag characters, tatweel and Arabic vowel signs.
  if (
    /[\u00ad\u061c\u0640\u064b-\u0652\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u.test(character) ||
    (code >= 0xe0000 && code <= 0xe007f)
  )
    return '';
  if (code < 0x20 || code === 0x7f) return ' ';
  if ((code >= 0x660 && code <= 0x669) || (code >= 0x6f0 && code <= 0x6f9)) return String(code & 0xf);
  const folded = arabic[character];
  if (folded !== undefined) return folded;
  return character.normalize('NFKC').replace(/[’‘ʼ`´]/g, "'");
}

const arabic: Record<string, string> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ة: 'ه',
  ؤ: 'و',
  ئ: 'ي',
  ک: 'ك',
  ی: 'ي',
};

function foldLatin(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  return text
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/[\u00c0-\u024f\u1e00-\u1eff]/g, (letter) => letter.normalize('NFD').replace(/[\u0300-\u036f]/g, ''));
}
