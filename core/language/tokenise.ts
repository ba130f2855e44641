import type { ConceptLexicon } from './concepts.ts';
import { normalise } from './normalise.ts';
import { segment } from './segment.ts';

/** Makes the tokens that search compares: words of the normalised text, and the concepts that languages share. */
export function createTokeniser(
  lexicon: ConceptLexicon,
): (text: string, language: string) => { words: string[]; concepts: string[] } {
  return (text, language) => ({
    words: segment(normalise(text)).map(stem),
    concepts: lexicon.find(text, language).map(({ concept }) => concept),
  });
}

// Endings that say nothing about the matter, of the languages in Latin script; letters in runs catch what this leaves.
function stem(word: string): string {
  if (word.length < 5 || !/^[a-z]+$/.test(word)) return word;
  return word.replace(/(?:ungen|ments|ment|ings|ing|ung|ies|en|es|ed|er|s|n|o|a|e)$/, '');
}
