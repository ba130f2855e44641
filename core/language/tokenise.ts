import type { ConceptLexicon } from './concepts.ts';
import { clean, normalise } from './normalise.ts';
import { isSpaceless, segment } from './segment.ts';
import { stemsOf } from './stem.ts';

/** Makes what search compares: the words of a text with their stems, and the concepts that languages share. */
export function createTokeniser(lexicon: ConceptLexicon): Tokeniser {
  return (text, language) => ({
    words: wordsWithStems(text, language),
    concepts: lexicon.find(text, language).map(({ concept }) => concept),
  });
}

/** A word in the compared form, and its stems where the language has an algorithm. */
export type Token = { word: string; stems: string[] };

/** Tokens of a text in a language: words in their order, concepts without repetition. */
export type Tokeniser = (text: string, language: string) => { words: Token[]; concepts: string[] };

// Stems need the accents that the compared form has lost, so both are cut in step.
function wordsWithStems(text: string, language: string): Token[] {
  const written = segment(clean(text).text.toLowerCase());
  return written.map((word) => ({
    word: normalise(word),
    stems: isSpaceless(word) || /^\p{N}+$/u.test(word) ? [] : stemsOf(word, language),
  }));
}
