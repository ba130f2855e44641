import type { Candidate, Context } from './types.ts';

/** E-mail addresses, also with the spaces and words that dictation leaves: "anna @ example . com", "anna at example dot com". */
export function findEmails({ source: { text } }: Context): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(written)) found.push(candidate(match.index, match[0]));
  // "Look at example.com" is no address: a spoken "at" goes with a spoken dot, or with a name that is no word.
  for (const match of text.matchAll(spoken))
    if (/@/.test(match[0]) || dotWord.test(match[0]) || /^[^ ]*[\d._]/.test(match[0]))
      found.push(candidate(match.index, match[0]));
  for (const match of text.matchAll(links))
    found.push({ name: 'email', rule: 'link', start: match.index, end: match.index + match[0].length });
  return found;
}

function candidate(start: number, written: string): Candidate {
  const value = written.replace(atWord, '@').replace(dotWords, '.').replace(/\s+/g, '').toLowerCase();
  return { name: 'email', rule: 'email', start, end: start + written.length, value };
}

// Scripts without spaces stand right before an address, so its letters are those that addresses have.
const letter = String.raw`[\p{sc=Latin}\p{sc=Cyrillic}\d]`;
const local = String.raw`${letter}(?:[\p{sc=Latin}\p{sc=Cyrillic}\d._%+'-]{0,62}[\p{sc=Latin}\p{sc=Cyrillic}\d_%+-])?`;
const label = String.raw`${letter}[\p{sc=Latin}\p{sc=Cyrillic}\d-]{0,62}`;
const before = String.raw`(?<![\p{sc=Latin}\p{sc=Cyrillic}\d._%+-])`;
const at = String.raw`(?:@|\(at\)|\[at\]|at|arroba|arobase|arrobase|chiocciola|apenstaartje|klammeraffe|ät|собака|ات|앳|골뱅이|アットマーク)`;
const dot = String.raw`(?:\.|dot|punkt|punto|point|ponto|punt|точка|دوت|نقطه|닷|점|ドット)`;
const ending = 'com|net|org|info|co|io|eu|de|at|ch|fr|be|nl|es|mx|ar|it|pt|br|ru|jp|kr|cn|tw|hk|sa|ae|eg|uk|us|ca|au';

const written = new RegExp(`${before}${local}@(?:${label}\\.){1,5}[\\p{sc=Latin}\\p{sc=Cyrillic}]{2,24}`, 'gu');
// Only common endings: "look at the dot on it" is no address.
const spoken = new RegExp(
  `${before}${local}(?: ${dot} ${label}){0,2} {0,2}(?: ${at} |@) {0,2}${label}(?: {0,2}(?: ${dot} |\\.) {0,2}${label}){0,2} {0,2}(?: ${dot} |\\.) {0,2}(?:${ending})(?![\\p{L}\\d])`,
  'giu',
);
const atWord = new RegExp(` ${at} `, 'iu');
const dotWord = new RegExp(` ${dot.replace('\\.|', '')} `, 'iu');
const dotWords = new RegExp(dotWord, 'giu');
const links = /(?:https?:\/\/|www\.)[^\s<>"，。、]{1,400}/giu;
