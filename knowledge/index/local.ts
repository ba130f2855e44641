import { passagesOf } from '../passages.ts';
import type { PublishedVariant, SearchQuery, Tokenise } from '../types.ts';
import { createMeaning } from './meaning.ts';
import { createShelf, type Shelf } from './shelf.ts';

/**
 * An index in memory over the published variants. Three measures meet in it: words in the customer's language, concepts that all
 * languages share, and the intents that an article is linked to.
 */
export function buildLocalIndex(variants: readonly PublishedVariant[], tokenise: Tokenise): LocalIndex {
  const passages: IndexedPassage[] = [];
  const shelves = new Map<string, Shelf>();
  const meaning = createMeaning();
  const articles = new Map<string, PublishedVariant[]>();
  const byIntent = new Map<string, Set<string>>();
  for (const variant of variants) articles.set(variant.slug, [...(articles.get(variant.slug) ?? []), variant]);
  for (const [slug, all] of articles) {
    for (const variant of all) {
      for (const { name } of linksOf(variant)) byIntent.set(name, (byIntent.get(name) ?? new Set()).add(slug));
      const shelf = shelves.get(variant.language) ?? createShelf();
      shelves.set(variant.language, shelf);
      const head = [variant.title, ...variant.questions, ...variant.keywords].join(' \n ');
      const headTokens = tokenise(head, variant.language);
      meaning.add(slug, headTokens.concepts, headMeaning / all.length);
      for (const text of passagesOf(variant.body)) {
        const id = passages.push({ variant, text }) - 1;
        const tokens = tokenise(text, variant.language);
        meaning.add(slug, tokens.concepts, bodyMeaning / all.length);
        const weights = new Map<string, number>();
        weigh(weights, tokens.words, 1);
        weigh(weights, headTokens.words, headWeight);
        shelf.add(id, weights, tokens.words.length + headTokens.words.length);
      }
    }
  }
  return {
    size: passages.length,
    search: (query) => rank({ query, passages, shelves, meaning, articles, byIntent, tokenise }),
  };
}

/** A built index. */
export type LocalIndex = {
  /** How many passages it holds. */
  size: number;
  /** Articles with a score above 0, best first, each with the variant and passage to show. */
  search(query: SearchQuery): ScoredPassage[];
};

/**
 * `lexical` is the part of the question's words that the passage answers, `meaning` how alike their concepts are, `linked` how
 * sure the understanding is of an intent that the article is about; all from 0 to 1.
 */
export type ScoredPassage = {
  variant: PublishedVariant;
  passage: string;
  score: number;
  lexical: number;
  meaning: number;
  linked: number;
};

type IndexedPassage = { variant: PublishedVariant; text: string };
type Rank = {
  query: SearchQuery;
  passages: IndexedPassage[];
  shelves: Map<string, Shelf>;
  meaning: ReturnType<typeof createMeaning>;
  articles: Map<string, PublishedVariant[]>;
  byIntent: Map<string, Set<string>>;
  tokenise: Tokenise;
};

// Measured on questions that were written apart (npm run -s evaluate:search).
const headWeight = 1.2;
const headMeaning = 1;
const bodyMeaning = 0.4;
const weights = { lexical: 1, foreign: 0.5, meaning: 0.6, linked: 0.5 };

function rank({ query, passages, shelves, meaning, articles, byIntent, tokenise }: Rank): ScoredPassage[] {
  const { words, concepts } = tokenise(query.text, query.language);
  const about = meaning.score(concepts);
  const best = new Map<PublishedVariant, { id: number; lexical: number }>();
  for (const [language, shelf] of shelves) {
    const own = language === query.language;
    const { scores, most } = shelf.score(own ? words : words.map(({ word }) => ({ word, stems: [] })), own);
    if (most === 0) continue;
    for (const [id, score] of scores) {
      const variant = passages[id]?.variant;
      if (!variant) continue;
      const lexical = score / most;
      if (lexical > (best.get(variant)?.lexical ?? 0)) best.set(variant, { id, lexical });
    }
  }
  const found = new Set<string>(about.keys());
  for (const variant of best.keys()) found.add(variant.slug);
  for (const { name } of query.intents ?? []) for (const slug of byIntent.get(name) ?? []) found.add(slug);

  const ranked: ScoredPassage[] = [];
  for (const slug of found) {
    const valid = (articles.get(slug) ?? []).filter((variant) => isValid(variant, query));
    const own = valid.find((variant) => variant.language === query.language);
    const shown = own ?? valid.sort((a, b) => (best.get(b)?.lexical ?? 0) - (best.get(a)?.lexical ?? 0))[0];
    if (!shown) continue;
    const lexical = best.get(shown)?.lexical ?? 0;
    const alike = about.get(slug) ?? 0;
    const linked = linkedBy(valid, query);
    const score =
      (own ? weights.lexical : weights.foreign) * lexical + weights.meaning * alike + weights.linked * linked;
    if (score <= 0) continue;
    const passage = passages[best.get(shown)?.id ?? -1]?.text ?? passagesOf(shown.body)[0] ?? '';
    ranked.push({ variant: shown, passage, score, lexical, meaning: alike, linked });
  }
  return ranked.sort((a, b) => b.score - a.score || (a.variant.slug < b.variant.slug ? -1 : 1));
}

function linksOf(variant: PublishedVariant): { name: string; confidence: number }[] {
  return variant.intents.length > 0
    ? variant.intents.map((name) => ({ name, confidence: 1 }))
    : (variant.likelyIntents ?? []);
}

// How much of what the message may be about is what the article is about.
function linkedBy(variants: readonly PublishedVariant[], { intents = [] }: SearchQuery): number {
  let most = 0;
  for (const variant of variants) {
    const links = new Map(linksOf(variant).map(({ name, confidence }) => [name, confidence]));
    const shared = intents.reduce((sum, { name, confidence }) => sum + confidence * (links.get(name) ?? 0), 0);
    most = Math.max(most, shared);
  }
  return most;
}

function isValid({ markets, validFrom, validUntil }: PublishedVariant, query: SearchQuery): boolean {
  if (query.market && markets.length > 0 && !markets.includes(query.market)) return false;
  if (validFrom === null && validUntil === null) return true;
  const today = new Date().toISOString().slice(0, 10);
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}

function weigh(weights: Map<string, number>, tokens: ReturnType<Tokenise>['words'], weight: number): void {
  for (const { word, stems } of tokens) {
    weights.set(word, (weights.get(word) ?? 0) + weight);
    for (const stem of stems) weights.set(`s:${stem}`, (weights.get(`s:${stem}`) ?? 0) + weight);
  }
}
