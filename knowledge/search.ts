import type { Gist } from '../core/language/gist.ts';
import { type Facts, fillFacts } from './facts.ts';
import { createGists } from './gists.ts';
import { buildLocalIndex, type LocalIndex, type ScoredPassage } from './index/local.ts';
import type { PublishedVariant, SearchHit, SearchQuery, SearchResult, Tokenise } from './types.ts';

/**
 * Finds what the shop's articles say. One hit an article: the asked language's variant where there is one, else the best
 * other; `answer` tells whether the first hit reaches the floor of the language.
 */
export function createSearch({ tokenise, gistOf }: SearchParts): Search {
  const addGists = gistOf ? createGists(gistOf) : undefined;
  let index: LocalIndex = buildLocalIndex([], tokenise);
  let facts: Facts = {};

  return {
    replace(variants, newFacts) {
      // Built beside the old one, which serves until this one is complete.
      const filled = variants.map((variant) => ({
        ...variant,
        body: fillFacts(variant.body, newFacts, variant.language),
        title: fillFacts(variant.title, newFacts, variant.language),
      }));
      index = buildLocalIndex(addGists?.(filled) ?? filled, tokenise);
      facts = newFacts;
    },
    search(query) {
      const gist = withIntents(query.gist ?? gistOf?.(query.text, query.language), query.intents);
      const ranked = index.search({ ...query, gist });
      const first = ranked[0];
      return {
        results: ranked.slice(0, query.limit ?? 10).map(toHit),
        answer: first !== undefined && first.score >= floorOf(query.language),
      };
    },
    get size() {
      return index.size;
    },
    get facts() {
      return facts;
    },
  };
}

/** Without `gistOf` the gists of articles and questions are those given with them, if any. */
export type SearchParts = { tokenise: Tokenise; gistOf?: (text: string, language: string) => Gist };

export type Search = {
  /** Swaps in a new set of articles at once. */
  replace(variants: readonly PublishedVariant[], facts: Facts): void;
  search(query: SearchQuery): SearchResult;
  readonly size: number;
  readonly facts: Facts;
};

/** The score below which the bot says that it does not know (docs/understanding.md tells how answers are chosen). */
export function floorOf(language: string): number {
  return floors[language] ?? floors.other ?? 0;
}

const floors: Record<string, number> = { other: 1.13 };

// What the understanding says counts, not what the words alone look like: a model or a pressed button may know better.
function withIntents(gist: Gist | undefined, intents: SearchQuery['intents']): Gist | undefined {
  if (!gist || !intents?.length) return gist;
  return { ...gist, intents: Object.fromEntries(intents.map(({ name, confidence }) => [name, confidence])) };
}

function toHit({ variant, passage, score, linked }: ScoredPassage): SearchHit {
  return {
    slug: variant.slug,
    language: variant.language,
    title: variant.title,
    passage,
    score: Math.round(score * 1000) / 1000,
    linked,
  };
}
