import type { Tokenise } from './types.ts';

/**
 * Finds the group whose questions mean the same as this one, in whatever language they were asked; undefined when none reaches
 * the floor, for two small groups can be joined by hand and one wrong group helps nobody.
 */
export function nearestGroup<G extends Group>(
  features: Features,
  groups: readonly G[],
  weigh: Weigh = weightsOf(groups),
): { group: G; fit: number } | undefined {
  let best: { group: G; fit: number } | undefined;
  for (const group of groups) {
    // Intents alone never reach the floor: most groups need no closer look.
    if (!sharesAnything(features, group.centre)) continue;
    const fit = similarity(features, group.centre, weigh);
    if (fit >= floor && fit > (best?.fit ?? 0)) best = { group, fit };
  }
  return best;
}

/** What a question is compared by. Small talk counts for nothing here. */
export function featuresOf(
  text: string,
  language: string,
  intents: readonly { name: string; confidence: number }[],
  tokenise: Tokenise,
): Features {
  const { words, concepts } = tokenise(text, language);
  return {
    language,
    intents: intents
      .filter(({ name }) => !smallTalk.has(name) && name !== 'out_of_scope')
      .map(({ name, confidence }) => [name, confidence]),
    concepts: [...new Set(concepts)],
    words: [...new Set(words.map(({ word, stems }) => stems[0] ?? word))].filter((word) => word !== '…'),
  };
}

/** A centre with one more question in it. */
export function joined(centre: Centre, { language, intents, concepts, words }: Features): Centre {
  const own = { ...(centre.words[language] ?? {}) };
  for (const word of words) own[word] = (own[word] ?? 0) + 1;
  return {
    count: centre.count + 1,
    intents: plus(centre.intents, intents),
    concepts: plus(
      centre.concepts,
      concepts.map((concept) => [concept, 1]),
    ),
    words: { ...centre.words, [language]: trimmed(own) },
  };
}

/** Two groups as one. */
export function merged(one: Centre, other: Centre): Centre {
  const words = { ...one.words };
  for (const [language, own] of Object.entries(other.words))
    words[language] = trimmed(plus(words[language] ?? {}, Object.entries(own)));
  return {
    count: one.count + other.count,
    intents: plus(one.intents, Object.entries(other.intents)),
    concepts: plus(one.concepts, Object.entries(other.concepts)),
    words,
  };
}

/** A group that no question has joined yet. */
export const emptyCentre: Centre = { count: 0, intents: {}, concepts: {}, words: {} };

/** Intents of messages that ask nothing. */
export const smallTalk: ReadonlySet<string> = new Set([
  'greeting',
  'thanks',
  'goodbye',
  'affirm',
  'deny',
  'praise',
  'human_agent',
]);

export type Features = { language: string; intents: [string, number][]; concepts: string[]; words: string[] };
/** Sums over a group's questions: confidences by intent, and in how many of them a concept or a word of a language stands. */
export type Centre = {
  count: number;
  intents: Record<string, number>;
  concepts: Record<string, number>;
  words: Record<string, Record<string, number>>;
};
export type Group = { id: string; centre: Centre };

// Measured in test/knowledge/gaps.test.ts: a higher floor splits more than it keeps apart.
const floor = 0.33;
const intentShare = 0.3;
const wordShare = 0.45;

function sharesAnything({ language, concepts, words }: Features, centre: Centre): boolean {
  const own = centre.words[language];
  return (
    concepts.some((name) => Object.hasOwn(centre.concepts, name)) ||
    (own !== undefined && words.some((word) => Object.hasOwn(own, word)))
  );
}

function similarity(features: Features, centre: Centre, weigh: Weigh): number {
  const intents = cosine(new Map(features.intents), new Map(Object.entries(centre.intents)));
  const concepts = cosine(
    weighted(
      features.concepts.map((name) => [name, 1]),
      weigh.concept,
    ),
    weighted(Object.entries(centre.concepts), weigh.concept),
  );
  const across = intentShare * intents + (1 - intentShare) * concepts;
  const own = centre.words[features.language];
  if (!own) return across;
  const words = cosine(
    weighted(
      features.words.map((word) => [word, 1]),
      (word) => weigh.word(features.language, word),
    ),
    weighted(Object.entries(own), (word) => weigh.word(features.language, word)),
  );
  return Math.max(across * (1 - wordShare) + wordShare * words, words);
}

/** How much a concept or a word says, by how few groups hold it. */
export type Weigh = { concept(name: string): number; word(language: string, word: string): number };

/** What stands in many groups tells none of them apart: worked out once for many questions. */
export function weightsOf(groups: readonly Group[]): Weigh {
  const concepts = new Map<string, number>();
  const words = new Map<string, number>();
  const shelves = new Map<string, number>();
  for (const { centre } of groups) {
    for (const name of Object.keys(centre.concepts)) concepts.set(name, (concepts.get(name) ?? 0) + 1);
    for (const [language, own] of Object.entries(centre.words)) {
      shelves.set(language, (shelves.get(language) ?? 0) + 1);
      for (const word of Object.keys(own))
        words.set(`${language}:${word}`, (words.get(`${language}:${word}`) ?? 0) + 1);
    }
  }
  const idf = (total: number, seen: number) => Math.log(1 + (total + 1) / (seen + 0.5));
  return {
    concept: (name) => (vague.has(name) ? 0.3 : 1) * idf(groups.length, concepts.get(name) ?? 0),
    word: (language, word) => idf(shelves.get(language) ?? 0, words.get(`${language}:${word}`) ?? 0),
  };
}

// Concepts that hardly say what a question is about.
const vague = new Set([
  'where',
  'when',
  'quantity',
  'negation',
  'person',
  'arrive',
  'available',
  'event',
  'day',
  'order',
]);
const keptWords = 60;

function weighted(entries: [string, number][], weight: (name: string) => number): Map<string, number> {
  return new Map(entries.map(([name, count]) => [name, count * weight(name)]));
}

function cosine(one: Map<string, number>, other: Map<string, number>): number {
  let dot = 0;
  for (const [name, value] of one) dot += value * (other.get(name) ?? 0);
  return dot === 0 ? 0 : dot / (length(one) * length(other));
}

function length(vector: Map<string, number>): number {
  let sum = 0;
  for (const value of vector.values()) sum += value * value;
  return Math.sqrt(sum);
}

function plus(sums: Record<string, number>, more: readonly [string, number][]): Record<string, number> {
  const out = { ...sums };
  for (const [name, value] of more) out[name] = (out[name] ?? 0) + value;
  return out;
}

// The words that most of the questions share; a group of hundreds would carry every word of its language.
function trimmed(words: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(words)
      .sort((a, b) => b[1] - a[1])
      .slice(0, keptWords),
  );
}
