/**
 * What articles are about, across languages: the concepts of all their variants together, so that an article in one language
 * and an article in twelve are found by the same measure.
 */
export function createMeaning(): Meaning {
  const articles = new Map<string, Map<string, number>>();
  let built: { postings: Map<string, [slug: string, weight: number][]>; norms: Map<string, number> } | undefined;

  return {
    add(slug, concepts, weight) {
      const own = articles.get(slug) ?? new Map<string, number>();
      articles.set(slug, own);
      for (const concept of concepts) own.set(concept, (own.get(concept) ?? 0) + weight);
      built = undefined;
    },
    score(concepts) {
      built ??= build(articles);
      const scores = new Map<string, number>();
      let most = 0;
      for (const concept of new Set(concepts)) {
        const postings = built.postings.get(concept) ?? [];
        const idf = idfOf(postings.length, articles.size);
        most += idf * idf;
        for (const [slug, weight] of postings) scores.set(slug, (scores.get(slug) ?? 0) + idf * weight);
      }
      if (most === 0) return scores;
      for (const [slug, score] of scores)
        scores.set(slug, score / (Math.sqrt(most) * (built.norms.get(slug) ?? 1) ** normShare));
      return scores;
    },
  };
}

/** Concepts by article. `score` is near 1 for an article that is about just these concepts. */
export type Meaning = {
  /** Adds the concepts of one field of one variant; `weight` says how much the field tells, divided by the number of variants. */
  add(slug: string, concepts: readonly string[], weight: number): void;
  score(concepts: readonly string[]): Map<string, number>;
};

// Between no normalisation (long articles win) and cosine (short ones win).
const normShare = 0.7;

function build(articles: Map<string, Map<string, number>>) {
  const frequency = new Map<string, number>();
  for (const concepts of articles.values())
    for (const concept of concepts.keys()) frequency.set(concept, (frequency.get(concept) ?? 0) + 1);
  const postings = new Map<string, [string, number][]>();
  const norms = new Map<string, number>();
  for (const [slug, concepts] of articles) {
    let sum = 0;
    for (const [concept, raw] of concepts) {
      const weight = (raw / (raw + 1)) * idfOf(frequency.get(concept) ?? 0, articles.size);
      sum += weight * weight;
      const list = postings.get(concept);
      if (list) list.push([slug, weight]);
      else postings.set(concept, [[slug, weight]]);
    }
    norms.set(slug, Math.sqrt(sum) || 1);
  }
  return { postings, norms };
}

function idfOf(frequency: number, count: number): number {
  return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
}
