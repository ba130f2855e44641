import { hashOf } from '../embedders/embedder.ts';
import { type Facts, fillFacts } from '../facts.ts';
import type { PublishedVariant } from '../types.ts';
import { passagesOf } from './passages.ts';

/** The passages of all published articles as every index must hold them. The same content gives the same ids, on every process. */
export function publishedPassages(variants: readonly PublishedVariant[], facts: Facts): Passage[] {
  const passages = new Map<string, Passage>();
  for (const variant of variants) {
    const title = fillFacts(variant.title, facts, variant.language);
    for (const passage of passagesOf(fillFacts(variant.body, facts, variant.language))) {
      // The title says what the passage is about; it stands in what is embedded and not in what is shown.
      const text = `${title}\n\n${passage}`;
      const hash = hashOf(text);
      const id = `${variant.slug}.${variant.language}.${hash.slice(0, 20)}`;
      passages.set(id, { id, language: variant.language, hash, text, passage, title, variant });
    }
  }
  return [...passages.values()];
}

/** A passage with what it is found by: the hash of the text that is embedded. */
export type Passage = {
  id: string;
  language: string;
  hash: string;
  text: string;
  passage: string;
  title: string;
  variant: PublishedVariant;
};
