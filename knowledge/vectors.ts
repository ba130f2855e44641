import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { createBreaker } from '../core/model/breaker.ts';
import { createArticles } from './articles.ts';
import type { Embedder } from './embedders/embedder.ts';
import type { Embedders } from './embedders/embedders.ts';
import { createVectorStore } from './embedders/store.ts';
import { currentFacts } from './facts.ts';
import { createFailover } from './index/failover.ts';
import { createLocalVectors } from './index/localVectors.ts';
import { arrangePassages, type NearArticle, nearestArticles, type VectorSet } from './index/nearestArticles.ts';
import type { PineconeIndex } from './index/pinecone.ts';
import { sparseOf } from './index/sparse.ts';
import { createVectorCopy } from './ingest/copyVectors.ts';
import { createIngest } from './ingest/ingest.ts';
import { type Passage, publishedPassages } from './ingest/publishedPassages.ts';
import { createVectorState } from './ingest/vectorState.ts';
import type { SearchQuery, Tokenise } from './types.ts';

/**
 * Search by meaning on this process: keeps its vectors equal to what is published and embedded, does its share of the embedding,
 * and answers from Pinecone, else from its own memory. Whatever fails here leaves search by words as it is.
 */
export function createVectors({
  db,
  events,
  embedders,
  pinecone,
  tokenise,
  log,
  pollMs = 10_000,
}: VectorParts): Vectors {
  const articles = createArticles(db);
  const state = createVectorState(db);
  const store = createVectorStore(db);
  const copy = pinecone && createVectorCopy({ db, tokenise, ...pinecone });
  const stopping = new AbortController();
  const ingest = createIngest({ embedders, state, store, passages: published, copy, log, signal: stopping.signal });
  const breaker = createBreaker({ failures: 3, of: 10 });
  const questions = new Map<string, Float32Array>();
  let known: { passages: Passage[]; key: string } | undefined;
  let serving: Serving | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function published(): Promise<{ passages: Passage[]; key: string }> {
    const key = await articles.revision();
    if (known?.key !== key)
      known = { passages: publishedPassages(await articles.published(), await currentFacts(db)), key };
    return known;
  }

  async function refresh(): Promise<void> {
    for (;;) {
      const { serving: model, copied } = await state.read();
      if (model === null) return;
      const { passages, key } = await published();
      const seen = `${model}\n${key}\n${copied}`;
      if (serving?.seen === seen && serving.passages.byId.size === passages.length) return;
      const set = await load(model, passages);
      // The switch to another model may have come while the old one's vectors were read.
      if ((await state.read()).serving !== model) continue;
      const whole = pinecone && copied !== null && copied === copy?.nameOf(model, key);
      const index = whole
        ? createFailover({
            first: pinecone.indexOf(model),
            second: set.local,
            onFailure: (error) => log.warn({ err: error }, 'Pinecone does not answer'),
          })
        : set.local;
      serving = { ...set, index, model, seen };
      return;
    }
  }

  // What this process has already is not read again. Another model's set stands beside the old one, which serves meanwhile.
  async function load(model: string, passages: readonly Passage[]) {
    const before = serving?.model === model ? serving : undefined;
    const local = before?.local ?? createLocalVectors();
    const unread = passages.filter((passage) => !local.vectorOf(passage));
    for (let at = 0; at < unread.length; at += readSize) {
      const batch = unread.slice(at, at + readSize);
      const read = await store.read(
        model,
        batch.map(({ hash }) => hash),
      );
      await local.upsert(
        batch.flatMap(({ id, language, hash }) => {
          const vector = read.get(hash);
          return vector ? [{ id, language, vector }] : [];
        }),
      );
    }
    const held = arrangePassages(passages.filter((passage) => local.vectorOf(passage)));
    await local.remove([...(before?.passages.byId.values() ?? [])].filter(({ id }) => !held.byId.has(id)));
    return { local, passages: held };
  }

  async function vectorOf(text: string, embedder: Embedder): Promise<Float32Array | undefined> {
    const key = `${embedder.model}\n${text}`;
    const before = questions.get(key);
    if (before) return before;
    const end = breaker.enter();
    if (!end) return undefined;
    try {
      const [vector] = await embedder.embed([text], 'question', AbortSignal.timeout(questionMs));
      end(true);
      if (questions.size >= questionsKept) questions.delete(questions.keys().next().value ?? '');
      if (vector) questions.set(key, vector);
      return vector;
    } catch (error) {
      end(false);
      log.warn({ err: error }, 'a question got no vector');
      return undefined;
    }
  }

  const refreshing = chain(refresh, (error) => log.warn({ err: error }, 'vectors could not be read'));
  const ingesting = chain(ingest.run, (error) => {
    if (!stopping.signal.aborted) log.warn({ err: error }, 'vectors wait');
  });
  const unsubscribe = events.subscribe((event) => {
    if (event.t === 'vectors' || event.t === 'knowledge' || event.t === 'resync') void refreshing();
    if (event.t === 'knowledge' || event.t === 'resync') void ingesting();
  });

  return {
    async nearestArticles(query) {
      const set = serving;
      const embedder = set && embedders.named(set.model);
      if (!set || !embedder) return [];
      const vector = await vectorOf(query.text, embedder);
      if (!vector) return [];
      return nearestArticles(query, { vector, sparse: sparseOf(query.text, query.language, tokenise) }, set);
    },
    async begin() {
      await state.want(embedders.wanted.model);
      // A large set takes seconds to read: search by words serves meanwhile.
      void refreshing().then(ingesting);
      // Also for the event that was missed, and for what a vendor refused the last time.
      timer = setInterval(() => void Promise.all([refreshing(), ingesting()]), pollMs);
    },
    async stop() {
      unsubscribe();
      clearInterval(timer);
      stopping.abort();
      await Promise.all([refreshing.idle(), ingesting.idle()]);
    },
  };
}

/** Search by meaning. */
export type Vectors = {
  /** The articles that mean most what is asked, best first; none while no vectors serve or the embedder does not answer. */
  nearestArticles(query: SearchQuery): Promise<NearArticle[]>;
  begin(): Promise<void>;
  stop(): Promise<void>;
};

// `seen` is the state of the database that it was read at.
type Serving = VectorSet & { model: string; seen: string };

type VectorParts = {
  db: Kysely<CoreTables>;
  events: Events;
  embedders: Embedders;
  /** Where the vectors are kept too. */
  pinecone: { target: string; indexOf(model: string): PineconeIndex } | undefined;
  tokenise: Tokenise;
  log: Log;
  pollMs?: number;
};

// A customer waits for this on top of everything else.
const questionMs = 1500;
const questionsKept = 500;
const readSize = 2000;

// One run at a time; a call while one runs looks once more afterwards, for the first may have read too early.
function chain(run: () => Promise<void>, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;
  const call = (): Promise<void> => {
    if (!running) {
      running = run()
        .catch(onError)
        .finally(() => {
          running = undefined;
        });
      return running;
    }
    again ??= running.then(() => {
      again = undefined;
      return call();
    });
    return again;
  };
  return Object.assign(call, { idle: async () => void (await (again ?? running)) });
}
