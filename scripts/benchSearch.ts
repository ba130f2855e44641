import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadConcepts } from '../core/language/concepts.ts';
import { normalise } from '../core/language/normalise.ts';
import { segment } from '../core/language/segment.ts';
import { createTokeniser } from '../core/language/tokenise.ts';
import { createLocalVectors } from '../knowledge/index/localVectors.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { createSearch } from '../knowledge/search.ts';

/**
 * Retrieval at 10,000 and 100,000 passages of six languages beside three libraries, each in a process of its own. The passages are
 * drawn from the words of the demo articles; a query is four words of one passage, every fifth misspelt.
 */
export function benchSearch(sizes: readonly number[] = [10_000, 100_000]): [string, string, string][] {
  const rows: [string, string, string][] = [];
  for (const size of sizes) {
    for (const [name, { title, goals = {} }] of Object.entries(engines)) {
      const label = `${title}, ${size.toLocaleString('en')} passages`;
      const result = measureApart(name, size);
      if (!result) {
        rows.push([label, 'not within 5 min', '']);
        continue;
      }
      rows.push([`${label}: p50 / p99`, `${result.p50.toFixed(2)} / ${result.p99.toFixed(2)} ms`, goals[size] ?? '']);
      rows.push([
        '… built in / memory / found first',
        `${result.seconds.toFixed(1)} s / ${result.megabytes} MB / ${result.first} %`,
        name === 'words' && size === 10_000 ? '≤ 5 s' : '',
      ]);
    }
  }
  return rows;
}

type Passage = { id: number; language: string; text: string };
type Query = { id: number; language: string; text: string };
/** Gives the ids of the best ten. */
type Ask = (query: Query) => number[] | Promise<number[]>;
type Engine = {
  title: string;
  goals?: Record<number, string>;
  build(passages: readonly Passage[]): Ask | Promise<Ask>;
};
type Result = { p50: number; p99: number; seconds: number; megabytes: number; first: number };

// The libraries cut words as we do; the rest is how their pages advise to find misspelt words.
const cut = (text: string) => segment(normalise(text));
const dimensions = 384;

const engines: Record<string, Engine> = {
  words: {
    title: 'search by words',
    goals: { 10000: 'p50 ≤ 5 ms', 100000: 'p50 ≤ 30 ms' },
    build(passages) {
      const search = createSearch({ tokenise: createTokeniser(loadConcepts()) });
      search.replace(
        passages.map(({ id, language, text }) => ({
          slug: String(id),
          language,
          title: '',
          body: text,
          questions: [],
          keywords: [],
          intents: [],
          markets: [],
          validFrom: null,
          validUntil: null,
        })),
        {},
      );
      return ({ text, language }) => search.search({ text, language }).results.map(({ slug }) => Number(slug));
    },
  },
  vectors: {
    title: `vectors in memory (${dimensions} dimensions)`,
    async build(passages) {
      const index = createLocalVectors();
      for (const { id, language } of passages)
        await index.upsert([{ id: String(id), language, vector: directionOf(id) }]);
      return async ({ id }) =>
        (await index.nearest({ vector: directionOf(id), languages, limit: 10 })).map((hit) => Number(hit.id));
    },
  },
  minisearch: {
    title: 'MiniSearch 7.2.0',
    async build(passages) {
      const { default: MiniSearch } = await import('minisearch');
      const index = new MiniSearch<Passage>({
        fields: ['text'],
        tokenize: cut,
        searchOptions: { prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false) },
      });
      index.addAll(passages);
      return ({ text }) => index.search(text).map(({ id }) => Number(id));
    },
  },
  flexsearch: {
    title: 'FlexSearch 0.8.212',
    async build(passages) {
      const { default: FlexSearch } = await import('flexsearch');
      const index = new FlexSearch.Index({ tokenize: 'forward', encode: cut });
      for (const { id, text } of passages) index.add(id, text);
      return ({ text }) => index.search(text, { limit: 10, suggest: true }).map(Number);
    },
  },
  orama: {
    title: 'Orama 3.1.18',
    async build(passages) {
      const { create, insertMultiple, search } = await import('@orama/orama');
      const index = create({
        schema: { text: 'string' },
        components: { tokenizer: { language: 'custom', normalizationCache: new Map(), tokenize: cut } },
      });
      await insertMultiple(
        index,
        passages.map(({ id, text }) => ({ id: String(id), text })),
      );
      return async ({ text }) => {
        const { hits } = await search(index, { term: text, threshold: 1, limit: 10 });
        return hits.map(({ id }) => Number(id));
      };
    },
  },
};

const languages = ['en', 'de', 'es', 'zh', 'ja', 'ar'];
const wordsAPassage = 36;
const queryCount = 200;

function measureApart(engine: string, size: number): Result | undefined {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=6000', import.meta.filename, engine, String(size)],
    { encoding: 'utf8', timeout: 300_000, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return status === 0 ? (JSON.parse(stdout) as Result) : undefined;
}

async function measure(engine: Engine, size: number): Promise<Result> {
  const random = randomOf(7);
  const passages = makePassages(size, random);
  const queries = Array.from({ length: queryCount }, () => makeQuery(passages, random));
  global.gc?.();
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const ask = await engine.build(passages);
  const seconds = (performance.now() - started) / 1000;
  global.gc?.();
  const megabytes = Math.round((process.memoryUsage().rss - before) / 1e6);
  for (const query of queries.slice(0, 20)) await ask(query);
  const times: number[] = [];
  let first = 0;
  for (const query of queries) {
    const asked = performance.now();
    const found = await ask(query);
    times.push(performance.now() - asked);
    if (found[0] === query.id) first += 1;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), seconds, megabytes, first: Math.round((first / queryCount) * 100) };
}

function makePassages(size: number, random: () => number): Passage[] {
  const vocabulary = new Map<string, string[]>();
  for (const file of readArticlesAt(join(import.meta.dirname, 'demo/articles'))) {
    const { language, content } = file.read();
    const words = cut(content.body.replace(/\{\{[^}]*\}\}/g, ''));
    vocabulary.set(language, [...new Set([...(vocabulary.get(language) ?? []), ...words])]);
  }
  return Array.from({ length: size }, (_, id) => {
    const language = languages[id % languages.length] ?? 'en';
    const words = vocabulary.get(language) ?? [];
    // Some words are common and most are rare, as in any language; every passage has a few that are its own.
    const text = Array.from({ length: wordsAPassage }, (__, i) => {
      const word = words[Math.floor(random() ** 2 * words.length)] ?? '';
      return i % 9 === 0 ? `${word}${Math.floor(random() * size).toString(36)}` : word;
    });
    return { id, language, text: text.join(' ') };
  });
}

function makeQuery(passages: readonly Passage[], random: () => number): Query {
  const { id, language, text } = passages[Math.floor(random() * passages.length)] ?? {
    id: 0,
    language: 'en',
    text: '',
  };
  const words = text.split(' ');
  const from = Math.floor(random() * (words.length - 4));
  const chosen = words
    .slice(from, from + 4)
    .map((word) => (word.length > 4 && random() < 0.2 ? misspell(word, random) : word));
  return { id, language, text: chosen.join(' ') };
}

function misspell(word: string, random: () => number): string {
  const letters = [...word];
  const at = 1 + Math.floor(random() * (letters.length - 2));
  [letters[at], letters[at + 1]] = [letters[at + 1] ?? '', letters[at] ?? ''];
  return letters.join('');
}

function directionOf(id: number): Float32Array {
  const random = randomOf(id + 1);
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

// The same numbers on every run.
function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (import.meta.main) {
  const engine = engines[process.argv[2] ?? ''];
  if (!engine) throw new Error(`usage: benchSearch.ts ${Object.keys(engines).join('|')} SIZE`);
  process.stdout.write(JSON.stringify(await measure(engine, Number(process.argv[3]))));
}
