import { createHash } from 'node:crypto';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { Errors, Pinecone } from '@pinecone-database/pinecone';
import { PineconeStore } from './pineconeStore.ts';
import { retryingFetch } from './retryingFetch.ts';
import type { Nearest, RecordKey, VectorIndex, VectorRecord } from './vectorIndex.ts';

/**
 * A Pinecone index as a VectorIndex: a namespace for each language and model, so that two models stand side by side while one
 * replaces the other. Reads fail soon, for the local index stands ready; writes are tried again.
 */
export function createPineconeIndex({
  settings: { apiKey, index, host, controller },
  model,
  readMs = 1000,
  backoffMs = 300,
}: PineconeParts): PineconeIndex {
  const client = (tries: number, timeoutMs: number) =>
    new Pinecone({
      apiKey,
      maxRetries: 0,
      fetchApi: retryingFetch({ tries, timeoutMs, backoffMs }),
      ...(controller ? { controllerHostUrl: controller } : {}),
    });
  const reader = client(1, readMs);
  const writer = client(4, 10_000);
  const stores = new Map<string, PineconeStore>();
  let takesWords = true;

  function storeOf(language: string): PineconeStore {
    const open = (pinecone: Pinecone) =>
      pinecone.index({
        ...(index ? { name: index } : {}),
        ...(host ? { host } : {}),
        namespace: namespaceOf(model, language),
      });
    const store = stores.get(language) ?? new PineconeStore(noEmbeddings, { read: open(reader), write: open(writer) });
    stores.set(language, store);
    return store;
  }

  // An index that was not made for words (its metric is not dotproduct) says so: from then on it gets vectors only.
  async function withWords<T>(given: boolean, call: (words: boolean) => Promise<T>): Promise<T> {
    try {
      return await call(given && takesWords);
    } catch (error) {
      if (!given || !takesWords || !/sparse/i.test(error instanceof Error ? error.message : '')) throw error;
      takesWords = false;
      return call(false);
    }
  }

  return {
    async upsert(records) {
      for (const [language, own] of byLanguage(records)) {
        const documents = own.map(({ id }) => ({ id, pageContent: '', metadata: { language } }));
        await withWords(
          own.some((record) => record.sparse),
          (words) =>
            storeOf(language).addVectors(
              own.map((record) => [...record.vector]),
              documents,
              words ? { sparse: own.map((record) => record.sparse) } : {},
            ),
        );
      }
    },
    async nearest({ vector, sparse, languages, limit }) {
      const found = await Promise.all(
        languages.map(async (language) => {
          const hits = await withWords(sparse !== undefined, (words) =>
            storeOf(language).similaritySearchVectorWithScore([...vector], limit, words ? { sparse } : {}),
          );
          return hits.map(([document, score]): Nearest => ({ id: document.id ?? '', language, score }));
        }),
      );
      return found.flat().sort((a, b) => b.score - a.score);
    },
    async remove(keys) {
      for (const [language, own] of byLanguage(keys))
        await storeOf(language)
          .delete({ ids: own.map(({ id }) => id) })
          .catch(unlessNotFound);
    },
    async shows(keys) {
      for (const [language, own] of byLanguage(keys)) {
        const ids = own.map(({ id }) => id);
        if ((await storeOf(language).visible(ids)).length < ids.length) return false;
      }
      return true;
    },
  };
}

/** `shows`: whether readers see these records by now. */
export type PineconeIndex = VectorIndex & { shows(keys: readonly RecordKey[]): Promise<boolean> };

/** Which index of which account: its name, its address, or both. */
export type PineconeSettings = {
  apiKey: string;
  index: string | undefined;
  host: string | undefined;
  controller?: string;
};

type PineconeParts = { settings: PineconeSettings; model: string; readMs?: number; backoffMs?: number };

// The vectors come with the records: the store is never asked to make some.
const noEmbeddings: EmbeddingsInterface = {
  embedDocuments: () => Promise.reject(new Error('vectors are made by the embedder')),
  embedQuery: () => Promise.reject(new Error('vectors are made by the embedder')),
};

// A namespace that does not exist holds nothing to remove.
function unlessNotFound(error: unknown): void {
  if (!(error instanceof Errors.PineconeNotFoundError)) throw error;
}

function namespaceOf(model: string, language: string): string {
  return `${language}-${createHash('sha256').update(model).digest('hex').slice(0, 12)}`;
}

function byLanguage<T extends RecordKey | VectorRecord>(records: readonly T[]): Map<string, T[]> {
  return Map.groupBy(records, (record) => record.language);
}
