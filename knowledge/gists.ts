import { blend, type Gist } from '../core/language/gist.ts';
import type { PublishedVariant } from './types.ts';

/**
 * Gives articles their gist: that of titles, questions and the beginning of the text in all their languages, and the intents that an
 * editor linked them to. Texts that were read before are not read again.
 */
export function createGists(gistOf: (text: string, language: string) => Gist): AddGists {
  let known = new Map<string, Gist>();

  return (variants) => {
    const read = new Map<string, Gist>();
    const gist = (text: string, language: string) => {
      const key = `${language}:${text}`;
      const found = read.get(key) ?? known.get(key) ?? gistOf(text, language);
      read.set(key, found);
      return found;
    };
    const articles = new Map<string, PublishedVariant[]>();
    for (const variant of variants) articles.set(variant.slug, [...(articles.get(variant.slug) ?? []), variant]);
    const brief = variants.length > manyVariants;
    const out = [...articles.values()].flatMap((all) => {
      const whole = blend(all.flatMap((variant) => partsOf(variant, gist, brief)));
      return all.map((variant) => ({ ...variant, gist: linked(whole, variant.intents) }));
    });
    known = read;
    return out;
  };
}

/** Adds the gist to each variant, the same for all languages of an article. */
export type AddGists = (variants: readonly PublishedVariant[]) => PublishedVariant[];

// Beyond this the head alone is read: a text takes a fifth of a millisecond, and indexing ten thousand passages may take 5 s.
const manyVariants = 2000;
const sentences = 8;
const cutter = new Intl.Segmenter('en', { granularity: 'sentence' });

function partsOf(
  { title, questions, body, language }: PublishedVariant,
  gist: (text: string, language: string) => Gist,
  brief: boolean,
): { gist: Gist; weight: number }[] {
  if (brief) return [{ gist: gist([title, ...questions].join('\n').slice(0, 300), language), weight: 1 }];
  const plain = body.replace(/^[#>|*\-\s\d.]+/gm, '').slice(0, 1500);
  const told = [...cutter.segment(plain)].map(({ segment }) => segment.trim()).filter((text) => text.length > 12);
  return [
    ...[title, ...questions.slice(0, 8)].map((text) => ({ gist: gist(text, language), weight: 1 })),
    ...told.slice(0, sentences).map((text) => ({ gist: gist(text, language), weight: 0.3 })),
  ];
}

// An editor's word counts as much as everything that the text says.
function linked(gist: Gist, intents: readonly string[]): Gist {
  if (intents.length === 0) return gist;
  const own: Record<string, number> = {};
  for (const [name, confidence] of Object.entries(gist.intents)) own[name] = confidence / 2;
  for (const name of intents) own[name] = (own[name] ?? 0) + 0.5 / intents.length;
  return { ...gist, intents: own };
}
