/** An order number as it is compared: without '#', spaces, dashes and case; full-width and Arabic digits as Latin ones. */
export function numberKey(number: string): string {
  return latinDigits(number)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** The key without a prefix of letters: "HH-24817" and "24817" meet here. */
export function digitsKey(number: string): string {
  return numberKey(number).replace(/^\p{L}+/u, '');
}

/** An e-mail address as it is compared. */
export function emailKey(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

/** A postcode as it is compared: without spaces, dashes, a country prefix such as "D-" and case. */
export function postcodeKey(postcode: string, country?: string): string {
  const key = latinDigits(postcode)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return country && key.startsWith(country.toUpperCase()) && /^\d+$/.test(key.slice(country.length))
    ? key.slice(country.length)
    : key.replace(/^(D|A|F|I|E|CH|NL)(?=\d{4,}$)/, '');
}

// Arabic-Indic (U+0660) and Persian (U+06F0) digits; NFKC does the full-width ones.
function latinDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}
