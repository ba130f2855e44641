import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../../core/database/tables.ts';
import type { PineconeIndex } from '../index/pinecone.ts';
import { sparseOf } from '../index/sparse.ts';
import type { RecordKey } from '../index/vectorIndex.ts';
import { knowledgeDb } from '../tables.ts';
import type { Tokenise } from '../types.ts';
import type { Passage } from './publishedPassages.ts';

/**
 * Keeps a vector database elsewhere equal to ours. What it may hold stands in a table before it is sent, so that a run that was
 * cut off, or an outage, leaves nothing behind there that nobody knows of.
 */
export function createVectorCopy({
  db: database,
  target,
  indexOf,
  tokenise,
  visibleMs = 10_000,
}: CopyParts): CopyVectors {
  const db = knowledgeDb(database);

  return {
    nameOf: (model, key) => createHash('sha256').update(`${target}\n${model}\n${key}`).digest('hex'),

    async bring(model, passages, read, beforeBatch) {
      const rows = await db
        .selectFrom('vector_copy')
        .select(['model', 'language', 'id', 'confirmed'])
        .where('target', '=', target)
        .execute();
      const wanted = new Map(passages.map((passage) => [keyOf(model, passage), passage]));
      const held = new Set(rows.filter(({ confirmed }) => confirmed).map((row) => keyOf(row.model, row)));
      const missing = [...wanted].filter(([key]) => !held.has(key)).map(([, passage]) => passage);
      for (let at = 0; at < missing.length; at += batchSize) {
        await beforeBatch();
        await send(model, missing.slice(at, at + batchSize), read);
      }
      const surplus = Map.groupBy(
        rows.filter((row) => !wanted.has(keyOf(row.model, row))),
        (row) => row.model,
      );
      for (const [former, keys] of surplus) {
        await beforeBatch();
        await indexOf(former).remove(keys);
        await forget(former, keys);
      }
      await untilVisible(model, missing.slice(-probes), beforeBatch);
    },

    async intact(model, passages) {
      const step = Math.max(1, Math.floor(passages.length / probes));
      if (await indexOf(model).shows(passages.filter((_, i) => i % step === 0))) return true;
      await db.updateTable('vector_copy').set({ confirmed: false }).where('target', '=', target).execute();
      return false;
    },
  };

  async function send(model: string, batch: readonly Passage[], read: ReadVectors): Promise<void> {
    const vectors = await read(batch.map(({ hash }) => hash));
    const rows = batch.map(({ language, id }) => ({ target, model, language, id }));
    await db
      .insertInto('vector_copy')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await indexOf(model).upsert(
      batch.map(({ id, language, hash, text }) => {
        const vector = vectors.get(hash);
        if (!vector) throw new Error('a passage has no vector');
        return { id, language, vector, sparse: sparseOf(text, language, tokenise) };
      }),
    );
    await confirm(model, batch, true);
  }

  async function forget(model: string, keys: readonly RecordKey[]): Promise<void> {
    await db
      .deleteFrom('vector_copy')
      .where('target', '=', target)
      .where('model', '=', model)
      .where('id', '=', sql<string>`any(${keys.map(({ id }) => id)})`)
      .execute();
  }

  // Readers see a write a little later: until then our own index goes on answering. What never shows is sent again.
  async function untilVisible(model: string, keys: readonly RecordKey[], before: () => Promise<void>): Promise<void> {
    const end = performance.now() + visibleMs;
    while (keys.length > 0 && !(await indexOf(model).shows(keys))) {
      if (performance.now() > end) {
        await confirm(model, keys, false);
        throw new Error('what was written does not show yet');
      }
      await sleep(300);
      await before();
    }
  }

  async function confirm(model: string, keys: readonly RecordKey[], confirmed: boolean): Promise<void> {
    await db
      .updateTable('vector_copy')
      .set({ confirmed })
      .where('target', '=', target)
      .where('model', '=', model)
      .where('id', '=', sql<string>`any(${keys.map(({ id }) => id)})`)
      .execute();
  }
}

/**
 * `nameOf` names a complete set; `bring` adds what is missing there and removes what is too much; `intact` looks whether what was
 * sent is still there (somebody may have emptied the index), and has it sent again if not.
 */
export type CopyVectors = {
  nameOf(model: string, key: string): string;
  bring(
    model: string,
    passages: readonly Passage[],
    read: ReadVectors,
    beforeBatch: () => Promise<void>,
  ): Promise<void>;
  intact(model: string, passages: readonly Passage[]): Promise<boolean>;
};

type ReadVectors = (hashes: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>;

type CopyParts = {
  db: Kysely<CoreTables>;
  /** Which vector database: its records are told from those of another that the settings named earlier. */
  target: string;
  indexOf(model: string): PineconeIndex;
  tokenise: Tokenise;
  visibleMs?: number;
};

const batchSize = 300;
const probes = 50;

function keyOf(model: string, { language, id }: RecordKey): string {
  return `${model}\n${language}\n${id}`;
}
