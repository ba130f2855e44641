import type { Gist } from '../../core/language/gist.ts';
import { passagesOf } from '../passages.ts';
import type { PublishedVariant, SearchQuery, Tokenise } from '../types.ts';
import { createGistTable } from './gistTable.ts';
import { createMeaning } from './meaning.ts';
import { createShelf, type Shelf } from './shelf.ts';

/**
 * An index in memory over the published variants. Three measures meet in it: words in the customer's language, concepts that all
 * languages share, and the gist by the trained network.
 */
export function buildLocalIndex(variants: readonly PublishedVariant[], tokenise: Tokenise): LocalIndex {
  const articles = [...Map.groupBy(variants, ({ slug }) => slug).values()].map(toArticle);
  const shelves = new Map<string, { shelf: Shelf; passages: IndexedPassage[] }>();
  const meaning = createMeaning();
  let size = 0;
  articles.forEach(({ variants: all }, article) => {
    for (const variant of all) {
      const { language } = variant;
      const stock = shelves.get(language) ?? { shelf: createShelf(), passages: [] };
      shelves.set(language, stock);
      const head = tokenise([variant.title, ...variant.questions, ...variant.keywords].join(' \n '), language);
      meaning.add(article, head.concepts, headMeaning / all.length);
      for (const text of passagesOf(variant.body)) {
        const { words, concepts } = tokenise(text, language);
        meaning.add(article, concepts, bodyMeaning / all.length);
        const terms = new Map<string, number>();
        weigh(terms, words, 1);
        weigh(terms, head.words, headWeight);
        stock.shelf.add(terms, words.length + head.words.length);
        stock.passages.push({ article, variant, text });
        size += 1;
      }
    }
  });
  const gists = createGistTable(articles.map(({ variants: [first] }) => first?.gist));
  return { size, search: (query) => rank({ query, articles, shelves, meaning, gists, tokenise }) };
}

/** A built index. */
export type LocalIndex = {
  /** How many passages it holds. */
  size: number;
  /** The best articles with a score above 0, best first, each with the variant and passage to show. */
  search(query: SearchQuery): ScoredPassage[];
};

/**
 * `lexical` is the part of the question's words that the passage answers, `meaning` how alike their concepts are, `gist` how
 * alike they are to the network, `linked` how sure the understanding is of an intent that the article is about; from 0 to 1.
 */
export type ScoredPassage = {
  variant: PublishedVariant;
  passage: string;
  score: number;
  lexical: number;
  meaning: number;
  gist: number;
  linked: number;
};

type IndexedPassage = { article: number; variant: PublishedVariant; text: string };
type Article = { slug: string; variants: PublishedVariant[]; always: boolean; languages: Set<string> };
type Rank = {
  query: SearchQuery;
  articles: Article[];
  shelves: Map<string, { shelf: Shelf; passages: IndexedPassage[] }>;
  meaning: ReturnType<typeof createMeaning>;
  gists: ReturnType<typeof createGistTable>;
  tokenise: Tokenise;
};

// Measured on questions that were written apart (npm run -s evaluate:search).
const headWeight = 1.2;
const headMeaning = 1;
const bodyMeaning = 0.4;
// A question in an article's own words (`told`) is about it, whatever the rest suggests; one about other trades (`outside`) is about none.
const weights = { lexical: 1, told: 2, foreign: 1, meaning: 0.5, gist: 1.4, outside: 1.5 };
const most = 50;

function rank({ query, articles, shelves, meaning, gists, tokenise }: Rank): ScoredPassage[] {
  const { words, concepts } = tokenise(query.text, query.language);
  const bare = words.map(({ word }) => ({ word, stems: [] }));
  const about = meaning.score(concepts);
  const alike = gists.score(query.gist);
  const best: Best = {
    own: new Float32Array(articles.length),
    other: new Float32Array(articles.length),
    at: new Map(),
  };
  for (const [language, { shelf, passages }] of shelves) {
    const own = language === query.language;
    const list = own ? best.own : best.other;
    shelf.score(own ? words : bare, own).forEach((lexical, i) => {
      const passage = passages[i];
      if (!passage || lexical <= (best.at.get(passage.variant)?.lexical ?? 0)) return;
      best.at.set(passage.variant, { lexical, text: passage.text });
      list[passage.article] = Math.max(list[passage.article] ?? 0, lexical);
    });
  }
  const outside = weights.outside * (query.gist?.intents.out_of_scope ?? 0);
  const scores = articles.map((article, i) => {
    const lexical = best.own[i] ?? 0;
    const told = article.languages.has(query.language)
      ? weights.lexical * lexical + weights.told * lexical ** 2
      : weights.foreign * (best.other[i] ?? 0);
    return told + weights.meaning * (about[i] ?? 0) + weights.gist * (alike[i] ?? 0);
  });
  return strongest(scores, articles, query).map((i) => {
    const { variants } = articles[i] as Article;
    const variant = shownOf(variants, query, best);
    const passage = best.at.get(variant);
    return {
      variant,
      passage: passage?.text ?? passagesOf(variant.body)[0] ?? '',
      score: Math.max(0, (scores[i] ?? 0) - outside),
      lexical: passage?.lexical ?? 0,
      meaning: about[i] ?? 0,
      gist: alike[i] ?? 0,
      linked: linkedBy(variant, variant.gist, query),
    };
  });
}

type Best = {
  own: Float32Array;
  other: Float32Array;
  at: Map<PublishedVariant, { lexical: number; text: string }>;
};

// The numbers of the best articles that this customer may see.
function strongest(scores: readonly number[], articles: readonly Article[], query: SearchQuery): number[] {
  const order = scores.map((_, i) => i).filter((i) => (scores[i] ?? 0) > 0);
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const found: number[] = [];
  for (const i of order) {
    const article = articles[i];
    if (article && (article.always || article.variants.some((variant) => isValid(variant, query)))) found.push(i);
    if (found.length >= most) break;
  }
  return found;
}

// The variant in the customer's language, else the one whose words come nearest.
function shownOf(variants: readonly PublishedVariant[], query: SearchQuery, { at }: Best): PublishedVariant {
  const valid = variants.filter((variant) => isValid(variant, query));
  const nearest = [...valid].sort((a, b) => (at.get(b)?.lexical ?? 0) - (at.get(a)?.lexical ?? 0))[0];
  return (valid.find(({ language }) => language === query.language) ?? nearest ?? variants[0]) as PublishedVariant;
}

// How sure the understanding is of an intent that the article is about.
function linkedBy({ intents: links }: PublishedVariant, gist: Gist | undefined, { intents = [] }: SearchQuery): number {
  const peak = Math.max(0.2, ...Object.values(gist?.intents ?? {}));
  return intents.reduce((sum, { name, confidence }) => {
    const share = links.length > 0 ? Number(links.includes(name)) : (gist?.intents[name] ?? 0) / peak;
    return sum + confidence * share;
  }, 0);
}

function toArticle(variants: PublishedVariant[]): Article {
  return {
    slug: variants[0]?.slug ?? '',
    variants,
    languages: new Set(variants.map(({ language }) => language)),
    always: variants.every(
      ({ markets, validFrom, validUntil }) => markets.length === 0 && validFrom === null && validUntil === null,
    ),
  };
}

function isValid({ markets, validFrom, validUntil }: PublishedVariant, query: SearchQuery): boolean {
  if (query.market && markets.length > 0 && !markets.includes(query.market)) return false;
  if (validFrom === null && validUntil === null) return true;
  const today = new Date().toISOString().slice(0, 10);
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}

function weigh(terms: Map<string, number>, tokens: ReturnType<Tokenise>['words'], weight: number): void {
  for (const { word, stems } of tokens) {
    terms.set(word, (terms.get(word) ?? 0) + weight);
    for (const stem of stems) terms.set(`s:${stem}`, (terms.get(`s:${stem}`) ?? 0) + weight);
  }
}
