import { fuseByRank } from './index/fuse.ts';
import type { NearArticle } from './index/nearestArticles.ts';
import { floorOf, type Search } from './search.ts';
import type { SearchHit, SearchQuery, SearchResult } from './types.ts';

/**
 * Search by words and by meaning, joined by rank. Without vectors, or while they fail, it is the search by words alone. It
 * answers when either finds enough: `floor` is the likeness from which a meaning counts.
 */
export function createFusedSearch({ search, nearestArticles, floor }: FusedParts): FusedSearch {
  return async (query) => {
    const near = await nearestArticles(query);
    if (near.length === 0) return search(query);
    const byWords = search({ ...query, limit: candidates });
    const hits = new Map<string, SearchHit>(
      near.slice(0, candidates).map((article) => [article.variant.slug, hitOf(article, floor)]),
    );
    // What words find well keeps their score and passage: floors and links were measured on them.
    for (const hit of byWords.results)
      if (!hits.has(hit.slug) || hit.score >= floorOf(query.language)) hits.set(hit.slug, hit);
    const words = byWords.results.map(({ slug, score }) => ({ slug, enough: score >= floorOf(query.language) }));
    const meaning = near
      .slice(0, candidates)
      .map(({ variant, score }) => ({ slug: variant.slug, enough: score >= floor }));
    const means = (near[0]?.score ?? 0) >= floor;
    const lists = means ? [meaning, words] : [words, meaning];
    // What no side finds enough is noise: it has no vote against what one of them does.
    const found = fuseByRank(lists.map((list) => list.filter(({ enough }) => enough).map(({ slug }) => slug)));
    const order = new Set([...found, ...fuseByRank(lists.map((list) => list.map(({ slug }) => slug)))]);
    return {
      results: [...order].slice(0, query.limit ?? 10).flatMap((slug) => hits.get(slug) ?? []),
      answer: byWords.answer || means,
    };
  };
}

/** What the bot asks; see `Search.search` for the part that needs no waiting. */
export type FusedSearch = (query: SearchQuery) => Promise<SearchResult>;

type FusedParts = {
  search: Search['search'];
  nearestArticles(query: SearchQuery): Promise<NearArticle[]>;
  floor: number;
};

const candidates = 30;

// A meaning that is near enough needs no link to an intent.
function hitOf({ variant, title, passage, score }: NearArticle, floor: number): SearchHit {
  return {
    slug: variant.slug,
    language: variant.language,
    title,
    passage,
    score: Math.round(score * 1000) / 1000,
    linked: score >= floor ? score : 0,
  };
}
