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
  const languages = [...new Set([...passages.values()].map(({ language }) => language))];
  const found = await index.nearest({ ...question, languages, limit: perLanguage });
  const bySlug = new Map<string, NearArticle[]>();
  for (const { id } of found) {
    // What was taken back is not found, even while an index elsewhere still holds it.
    const passage = passages.get(id);
    const vector = passage && local.vectorOf(passage);
    if (!passage || !vector || !isFor(passage.variant, query)) continue;
    const hit = { ...passage, score: likeness(vector, question.vector) };
    bySlug.set(passage.variant.slug, [...(bySlug.get(passage.variant.slug) ?? []), hit]);
  }
  return [...bySlug.values()]
    .flatMap((hits) => {
      const sorted = hits.sort((a, b) => b.score - a.score);
      const shown = sorted.find((hit) => hit.language === query.language) ?? sorted[0];
      return shown ? [{ ...shown, score: sorted[0]?.score ?? shown.score }] : [];
    })
    .sort((a, b) => b.score - a.score);
}

/** What serves: the index to ask, this process's own vectors, and the passages that are published. */
export type VectorSet = {
  index: Pick<VectorIndex, 'nearest'>;
  local: LocalVectors;
  passages: ReadonlyMap<string, Passage>;
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
