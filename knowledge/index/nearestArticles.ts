import type { Passage } from '../ingest/publishedPassages.ts';
import type { PublishedVariant, SearchQuery } from '../types.ts';
import type { LocalVectors } from './localVectors.ts';
import type { SparseVector, VectorIndex } from './vectorIndex.ts';

/**
 * The articles whose passages mean most what a question means, one hit an article: its own language's variant where there is one.
 * Every language is looked through by itself; market and validity are respected.
 */
export async function nearestArticles(
  query: Pick<SearchQuery, 'language' | 'market'>,
  question: { vector: Float32Array; sparse?: SparseVector | undefined },
  { index, local, passages }: VectorSet,
): Promise<NearArticle[]> {
  const found = await index.nearest({ ...question, languages: passages.languages, limit: perLanguage });
  const scored = (passage: Passage): NearArticle | undefined => {
    const vector = local.vectorOf(passage);
    return vector && isFor(passage.variant, query)
      ? { ...passage, score: likeness(vector, question.vector) }
      : undefined;
  };
  const best = new Map<string, NearArticle>();
  for (const { id } of found) {
    // What was taken back is not found, even while an index elsewhere still holds it.
    const passage = passages.byId.get(id);
    const hit = passage && scored(passage);
    if (hit && hit.score > (best.get(hit.variant.slug)?.score ?? 0)) best.set(hit.variant.slug, hit);
  }
  return [...best.values()]
    .map((hit) => {
      if (hit.language === query.language) return hit;
      const own = passages.bySlug.get(hit.variant.slug)?.filter(({ language }) => language === query.language) ?? [];
      const [shown] = own.flatMap((passage) => scored(passage) ?? []).sort((a, b) => b.score - a.score);
      return shown ? { ...shown, score: hit.score } : hit;
    })
    .sort((a, b) => b.score - a.score);
}

/** The passages of a set, arranged for looking up. */
export function arrangePassages(passages: readonly Passage[]): PassageSet {
  return {
    byId: new Map(passages.map((passage) => [passage.id, passage])),
    bySlug: Map.groupBy(passages, ({ variant }) => variant.slug),
    languages: [...new Set(passages.map(({ language }) => language))],
  };
}

/** What serves: the index to ask, this process's own vectors, and the passages that are published. */
export type VectorSet = {
  index: Pick<VectorIndex, 'nearest'>;
  local: LocalVectors;
  passages: PassageSet;
};

type PassageSet = {
  byId: ReadonlyMap<string, Passage>;
  bySlug: ReadonlyMap<string, readonly Passage[]>;
  languages: readonly string[];
};

/** An article with its best passage; `score` is the cosine of the article's best, whichever index found it. */
export type NearArticle = Passage & { score: number };

const perLanguage = 20;

function isFor({ markets, validFrom, validUntil }: PublishedVariant, { market }: Pick<SearchQuery, 'market'>): boolean {
  if (market && markets.length > 0 && !markets.includes(market)) return false;
  const today = new Date().toISOString().slice(0, 10);
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}

function likeness(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
