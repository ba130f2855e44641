import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../../core/database/tables.ts';
import { knowledgeDb } from '../tables.ts';
import { type Embedder, hashOf } from './embedder.ts';

/** Vectors by the content of their texts in the database: each text is embedded once, whichever process asks and whenever it stops. */
export function createVectorStore(database: Kysely<CoreTables>): StoredVectors {
  const db = knowledgeDb(database);
  return {
    async fill(embedder, texts, beforeBatch = async () => undefined) {
      const missing = new Map(texts.map((text) => [hashOf(text), text]));
      for (const hash of await held(embedder.model, [...missing.keys()])) missing.delete(hash);
      const entries = [...missing];
      for (let at = 0; at < entries.length; at += batchSize) {
        await beforeBatch();
        const batch = entries.slice(at, at + batchSize);
        const vectors = await embedder.embed(
          batch.map(([, text]) => text),
          'passage',
        );
        await db
          .insertInto('embedding')
          .values(batch.map(([hash], i) => ({ model: embedder.model, hash, vector: bytesOf(vectors[i]) })))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      return entries.length;
    },
    async read(model, hashes) {
      const rows = await db
        .selectFrom('embedding')
        .select(['hash', 'vector'])
        .where('model', '=', model)
        .where('hash', '=', sql<string>`any(${hashes})`)
        .execute();
      return new Map(rows.map(({ hash, vector }) => [hash, vectorOf(vector)]));
    },
    async keep(model, hashes) {
      const { numDeletedRows } = await db
        .deleteFrom('embedding')
        .where(({ not, and, eb }) => not(and([eb('model', '=', model), eb('hash', '=', sql<string>`any(${hashes})`)])))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };

  async function held(model: string, hashes: readonly string[]): Promise<string[]> {
    const rows = await db
      .selectFrom('embedding')
      .select('hash')
      .where('model', '=', model)
      .where('hash', '=', sql<string>`any(${hashes})`)
      .execute();
    return rows.map(({ hash }) => hash);
  }
}

/** The vectors of the database. */
export type StoredVectors = {
  /** Embeds the texts that have no vector yet and stores each batch as it comes; says how many there were. */
  fill(embedder: Embedder, texts: readonly string[], beforeBatch?: () => Promise<void>): Promise<number>;
  read(model: string, hashes: readonly string[]): Promise<Map<string, Float32Array>>;
  /** Deletes the vectors of all other models and texts. */
  keep(model: string, hashes: readonly string[]): Promise<number>;
};

const batchSize = 96;

function bytesOf(vector: Float32Array | undefined): Buffer {
  if (!vector) throw new Error('a text got no vector');
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

// Copied: the bytes of a row may lie at an odd place of the driver's buffer.
function vectorOf(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
