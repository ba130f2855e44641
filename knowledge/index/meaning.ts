/**
 * What articles are about, across languages: the concepts of all their variants together, so that an article in one language
 * and an article in twelve are found by the same measure.
 */
export function createMeaning(): Meaning {
  const articles: Map<string, number>[] = [];
  let ready: Ready | undefined;

  return {
    add(article, concepts, weight) {
      articles[article] ??= new Map();
      const own = articles[article];
      for (const concept of concepts) own.set(concept, (own.get(concept) ?? 0) + weight);
      ready = undefined;
    },
    score(concepts) {
      ready ??= finish(articles);
      const scores = new Float32Array(articles.length);
      let most = 0;
      for (const concept of new Set(concepts)) {
        const postings = ready.postings.get(concept);
        const rarity = rarityOf(postings?.articles.length ?? 0, articles.length);
        most += rarity * rarity;
        postings?.articles.forEach((article, i) => {
          scores[article] = (scores[article] ?? 0) + rarity * (postings.weights[i] ?? 0);
        });
      }
      if (most > 0) for (let i = 0; i < scores.length; i += 1) scores[i] = (scores[i] ?? 0) / Math.sqrt(most);
      return scores;
    },
  };
}

/** Concepts by article number. `score` is near 1 for an article that is about just these concepts. */
export type Meaning = {
  /** Adds the concepts of one field of one variant; `weight` says how much the field tells, divided by the number of variants. */
  add(article: number, concepts: readonly string[], weight: number): void;
  score(concepts: readonly string[]): Float32Array;
};

type Ready = { postings: Map<string, { articles: number[]; weights: number[] }> };

// Between no normalisation (long articles win) and cosine (short ones win).
const normShare = 0.7;

function finish(articles: readonly (Map<string, number> | undefined)[]): Ready {
  const frequency = new Map<string, number>();
  for (const concepts of articles)
    for (const concept of concepts?.keys() ?? []) frequency.set(concept, (frequency.get(concept) ?? 0) + 1);
  const postings: Ready['postings'] = new Map();
  articles.forEach((concepts, article) => {
    const weights = [...(concepts ?? [])].map(([concept, raw]): [string, number] => [
      concept,
      (raw / (raw + 1)) * rarityOf(frequency.get(concept) ?? 0, articles.length),
    ]);
    const norm = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) ** normShare || 1;
    for (const [concept, weight] of weights) {
      const list = postings.get(concept) ?? { articles: [], weights: [] };
      postings.set(concept, list);
      list.articles.push(article);
      list.weights.push(weight / norm);
    }
  });
  return { postings };
}

function rarityOf(frequency: number, count: number): number {
  return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
}
