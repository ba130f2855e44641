import type { Known } from '../core/model/redactor.ts';
import type { SearchHit, SearchQuery, SearchResult } from './types.ts';

/**
 * Lets a reranker order the hits that are nearly as near as the first; those far behind stay where they are, so that it cannot
 * make an answer of them. Whatever goes wrong leaves the order as it was.
 */
export function createRerankedSearch(
  search: (query: SearchQuery) => SearchResult | Promise<SearchResult>,
  rerank: Reranker,
): (query: SearchQuery) => Promise<SearchResult> {
  return async (query) => {
    const found = await search({ ...query, limit: Math.max(query.limit ?? 10, mostReranked) });
    const near = found.results
      .slice(0, mostReranked)
      .filter((hit) => hit.score >= nearShare * (found.results[0]?.score ?? 0));
    const limited = (hits: SearchHit[]) => ({ ...found, results: hits.slice(0, query.limit ?? 10) });
    if (!found.answer || near.length < 2) return limited(found.results);
    const order = await rerank(
      query.text,
      near.map((hit) => `${hit.title}\n${hit.passage}`),
      query.known,
    ).catch(() => []);
    const first = [...new Set(order)].map((i) => near[i]).filter((hit) => hit !== undefined);
    return limited([...first, ...found.results.filter((hit) => !first.includes(hit))]);
  };
}

/** Indexes of the passages by how well they answer the question, best first; those that it leaves out follow behind. */
export type Reranker = (question: string, passages: readonly string[], known?: Known) => Promise<number[]>;

const mostReranked = 8;
const nearShare = 0.8;
