import { passagesOf } from '../ingest/passages.ts';
import type { PublishedVariant, SearchQuery, Tokenise } from '../types.ts';

/**
 * An index in memory over the published variants. Each language has its own statistics, so that a new language never
 * shifts the scores of another; concepts are the words that all of them share.
 */
export function buildLocalIndex(variants: readonly PublishedVariant[], tokenise: Tokenise): LocalIndex {
  const documents: IndexedPassage[] = [];
  const shelves = new Map<string, Shelf>();
  for (const variant of variants) {
    const shelf = shelves.get(variant.language) ?? { postings: new Map(), count: 0 };
    shelves.set(variant.language, shelf);
    const head = weigh(
      [variant.title, variant.title, ...variant.questions, ...variant.keywords],
      variant.language,
      tokenise,
      headWeight,
    );
    for (const passage of passagesOf(variant.body)) {
      const id = documents.push({ variant, passage }) - 1;
      shelf.count += 1;
      const terms = weigh([passage], variant.language, tokenise, 1);
      for (const [term, weight] of head) terms.set(term, (terms.get(term) ?? 0) + weight);
      for (const [term, weight] of terms) {
        const postings = shelf.postings.get(term) ?? [];
        postings.push({ id, weight: (weight * (saturation + 1)) / (weight + saturation) });
        shelf.postings.set(term, postings);
      }
    }
  }
  return {
    size: documents.length,
    search: (query) => rank(query, documents, shelves, tokenise),
  };
}

/** A built index. */
export type LocalIndex = {
  /** How many passages it holds. */
  size: number;
  /** Passages with a score above 0, best first, at most one a variant. */
  search(query: SearchQuery): ScoredPassage[];
};

/** `lexical` is the part of the question's weight that the passage holds, `linked` the confidence of its linked intents. */
export type ScoredPassage = {
  variant: PublishedVariant;
  passage: string;
  score: number;
  lexical: number;
  linked: number;
};

type IndexedPassage = { variant: PublishedVariant; passage: string };
type Shelf = { postings: Map<string, { id: number; weight: number }[]>; count: number };

// Term saturation as in BM25 (k1); without length normalisation, for passages are of one size.
const saturation = 1.2;
const headWeight = 1.6;
// A concept says less than the word itself; a 4-gram only that two spellings are near.
const kindWeight = { word: 1, concept: 0.9, gram: 0.12 };
const linkedWeight = 0.6;
const otherLanguageWeight = 0.85;
const foreignWordWeight = 0.7;

function rank(
  query: SearchQuery,
  documents: IndexedPassage[],
  shelves: Map<string, Shelf>,
  tokenise: Tokenise,
): ScoredPassage[] {
  const terms = termsOf(query.text, query.language, tokenise);
  const linked = new Map(query.intents?.map((intent) => [intent.name, intent.confidence]));
  const best = new Map<PublishedVariant, ScoredPassage>();
  for (const [language, shelf] of shelves) {
    const own = language === query.language;
    const scores = new Map<number, number>();
    let total = 0;
    for (const [term, kind] of terms) {
      // Another language shares nothing but concepts (and names and numbers, which are words in both).
      if (!own && kind === 'gram') continue;
      const postings = shelf.postings.get(term);
      // A word that the other language cannot know still counts as a part of the question that is not answered.
      if (!own && kind === 'word' && !postings) {
        total += foreignWordWeight;
        continue;
      }
      const weight =
        kindWeight[kind] *
        Math.log(1 + (shelf.count - (postings?.length ?? 0) + 0.5) / ((postings?.length ?? 0) + 0.5));
      total += weight;
      for (const posting of postings ?? [])
        scores.set(posting.id, (scores.get(posting.id) ?? 0) + weight * Math.min(1, posting.weight / saturation));
    }
    documents.forEach((document, id) => {
      if (document.variant.language !== language || !isValid(document.variant, query)) return;
      const lexical = total > 0 ? (scores.get(id) ?? 0) / total : 0;
      const link = document.variant.intents.reduce((most, intent) => Math.max(most, linked.get(intent) ?? 0), 0);
      const score = (own ? 1 : otherLanguageWeight) * (lexical + linkedWeight * link);
      if (score <= 0) return;
      const before = best.get(document.variant);
      if (!before || before.score < score)
        best.set(document.variant, {
          variant: document.variant,
          passage: document.passage,
          score,
          lexical,
          linked: link,
        });
    });
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

function isValid({ markets, validFrom, validUntil }: PublishedVariant, query: SearchQuery): boolean {
  if (query.market && markets.length > 0 && !markets.includes(query.market)) return false;
  const today = new Date().toISOString().slice(0, 10);
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}

type Kind = keyof typeof kindWeight;

function termsOf(text: string, language: string, tokenise: Tokenise): Map<string, Kind> {
  const { words, concepts } = tokenise(text, language);
  const terms = new Map<string, Kind>();
  for (const word of words) {
    terms.set(word, 'word');
    for (const gram of gramsOf(word)) terms.set(gram, 'gram');
  }
  for (const concept of concepts) terms.set(`k:${concept}`, 'concept');
  return terms;
}

function weigh(texts: string[], language: string, tokenise: Tokenise, weight: number): Map<string, number> {
  const weights = new Map<string, number>();
  for (const text of texts)
    for (const [term] of termsOf(text, language, tokenise)) weights.set(term, (weights.get(term) ?? 0) + weight);
  return weights;
}

// Letters of longer words: endings and typos leave most of them alike.
function gramsOf(word: string): string[] {
  const letters = [...word];
  if (letters.length < 5) return [];
  return letters.slice(0, -3).map((_, i) => `g:${letters.slice(i, i + 4).join('')}`);
}
