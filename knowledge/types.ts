import type { Gist } from '../core/language/gist.ts';
import type { Known } from '../core/model/redactor.ts';

/** What an editor writes for one language. */
export type Content = { title: string; body: string; questions: string[]; keywords: string[] };

/** An article as it is published in one language: what search indexes. */
export type PublishedVariant = Content & {
  slug: string;
  language: string;
  intents: string[];
  /** What the article is about (createGists); without it only words and concepts are compared. */
  gist?: Gist;
  markets: string[];
  validFrom: string | null;
  validUntil: string | null;
};

/** A published article with what only a list of articles needs. */
export type ListedVariant = PublishedVariant & { category: string | null; publishedAt: Date };

/**
 * A hit: the best passage (Markdown, facts filled in) of the best variant of an article. `linked` is how sure the understanding
 * is of an intent that the article answers, from 0 to 1.
 */
export type SearchHit = {
  slug: string;
  language: string;
  title: string;
  passage: string;
  score: number;
  linked: number;
};

/** `answer` is false when nothing reaches the floor: then the bot says that it does not know. */
export type SearchResult = { results: SearchHit[]; answer: boolean };

/** What is asked for. `intents` come from the understanding, best first, with calibrated confidences. */
export type SearchQuery = {
  text: string;
  language: string;
  market?: string | null;
  intents?: { name: string; confidence: number }[];
  gist?: Gist | undefined;
  /** Names and addresses from records that no model may be shown. */
  known?: Known | undefined;
  limit?: number;
};

/** A word in the compared form with its stems. */
export type Token = { word: string; stems: readonly string[] };

/** The tokens of a text by language: words with stems, concept ids; built in core/language. */
export type Tokenise = (text: string, language: string) => { words: Token[]; concepts: string[] };
