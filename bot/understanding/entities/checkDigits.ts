/** UPU S10, thirteen characters: weights 8 6 4 2 3 5 9 7 on the digits, check = 11 - sum mod 11, with 10 as 0 and 11 as 5. */
export function s10(code: string): boolean {
  const digits = code.slice(2, 11);
  const sum = weighted(digits.slice(0, 8), [8, 6, 4, 2, 3, 5, 9, 7]);
  const check = 11 - (sum % 11);
  return Number(digits[8]) === (check === 10 ? 0 : check === 11 ? 5 : check);
}

/** UPS 1Z: letters count as (code - 63) mod 10, every second character doubled. */
export function ups(code: string): boolean {
  const body = code.slice(2, 17);
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const letter = body.charCodeAt(i);
    const value = letter >= 65 ? (letter - 63) % 10 : letter - 48;
    sum += i % 2 === 1 ? value * 2 : value;
  }
  return (10 - (sum % 10)) % 10 === Number(code[17]);
}

/** GS1 (SSCC, USPS): weights 3 and 1 from the right, modulo 10. */
export function gs1(code: string): boolean {
  let sum = 0;
  for (let i = code.length - 2, weight = 3; i >= 0; i -= 1, weight = 4 - weight) sum += Number(code[i]) * weight;
  return (10 - (sum % 10)) % 10 === Number(code.at(-1));
}

/** DHL Express, Yamato, Sagawa, Japan Post, CJ: all but the last digit, modulo 7, is the last one. */
export function mod7(code: string): boolean {
  let rest = 0;
  for (const digit of code.slice(0, -1)) rest = (rest * 10 + Number(digit)) % 7;
  return rest === Number(code.at(-1));
}

/** FedEx Express, twelve digits: weights 3 1 7 repeated, modulo 11 and 10. */
export function fedex(code: string): boolean {
  const weights = [3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1];
  return (weighted(code.slice(0, 11), weights) % 11) % 10 === Number(code[11]);
}

/** DHL Paket identcode, twelve digits: weights 4 and 9, modulo 10. */
export function identcode(code: string): boolean {
  const sum = weighted(code.slice(0, 11), [4, 9, 4, 9, 4, 9, 4, 9, 4, 9, 4]);
  return (10 - (sum % 10)) % 10 === Number(code[11]);
}

/** DPD, fourteen digits and a check character: ISO 7064 modulo 37,36. */
export function dpd(code: string): boolean {
  let check = 36;
  for (const character of code.slice(0, -1)) {
    check += Number.parseInt(character, 36);
    if (check > 36) check -= 36;
    check *= 2;
    if (check > 36) check -= 37;
  }
  const rest = 37 - check;
  return (rest === 36 ? 0 : rest) === Number.parseInt(code.at(-1) ?? '', 36);
}

/** Payment cards (Luhn): a card's number is never a parcel's. */
export function luhn(code: string): boolean {
  let sum = 0;
  for (let i = code.length - 1, twice = false; i >= 0; i -= 1, twice = !twice) {
    const digit = Number(code[i]) * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
}
