import { hash } from './hash.ts';
import type { Features } from './linear.ts';
import { clean } from './normalise.ts';

/**
 * What a language is recognised by: characters in runs of 1 to 4 with the edges of words marked, and whole short words.
 * Accents stay, for they tell; numbers, codes, addresses and links go, for they are of no language.
 */
export function languageFeatures(text: string): Features {
  const features: Features = new Map();
  const plain = stripForeign(clean(text).text.toLowerCase());
  let total = 0;
  const add = (name: string) => {
    const key = hash(name);
    features.set(key, (features.get(key) ?? 0) + 1);
    total += 1;
  };
  for (const [word] of plain.matchAll(/[\p{L}\p{M}'23579]+/gu)) {
    const letters = [...`_${word}_`].slice(0, 32);
    if (letters.length <= 8) add(`=${word}`);
    for (let size = 1; size <= 4; size += 1)
      for (let i = 0; i + size <= letters.length; i += 1) add(letters.slice(i, i + size).join(''));
  }
  // The square root keeps long messages from being certain of everything.
  const norm = Math.sqrt(total) || 1;
  for (const [key, value] of features) features.set(key, value / norm);
  return features;
}

/** The text without what is of no language: links, addresses, codes with digits, emojis. */
export function stripForeign(text: string): string {
  return text.replace(/https?:\S+|\S+@\S+|[\p{L}\p{N}#-]*\p{N}[\p{L}\p{N}#-]*/gu, (match) => {
    if (/^[\p{sc=Han}\p{sc=Arabic}]/u.test(match)) return match.replace(/[\d#a-z-]+/gi, ' ');
    // Arabic in Latin letters writes some sounds as digits: "3ayez", "jama3a".
    return arabizi.test(match) ? match : ' ';
  });
}

const arabizi = /^(?=(?:[^a-z]*[a-z]){3})[a-z]*[23579][a-z]*[23579]?[a-z]*$/i;
