import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Config } from '../core/config.ts';
import type { CoreTables } from '../core/database/tables.ts';
import type { Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { createEmbedders } from './embedders/embedders.ts';
import type { Tokenise } from './types.ts';
import { createVectors, type Vectors } from './vectors.ts';

/** Search by meaning as the settings want it; undefined where nothing makes vectors. Pinecone's code is loaded only when it is used. */
export async function openVectors({ config, ...parts }: OpenParts): Promise<Vectors | undefined> {
  const { embeddings, pinecone } = config;
  if (!embeddings) return undefined;
  const embedders = createEmbedders(embeddings, join(config.dataFolder, 'models'));
  if (!pinecone) return createVectors({ ...parts, embedders, pinecone: undefined });
  const { createPineconeIndex } = await import('./index/pinecone.ts');
  // One a model, for it learns what its index takes.
  const indexes = new Map<string, ReturnType<typeof createPineconeIndex>>();
  return createVectors({
    ...parts,
    embedders,
    pinecone: {
      target: pinecone.index ?? pinecone.host ?? '',
      indexOf(model) {
        const index = indexes.get(model) ?? createPineconeIndex({ settings: pinecone, model });
        indexes.set(model, index);
        return index;
      },
    },
  });
}

type OpenParts = {
  db: Kysely<CoreTables>;
  events: Events;
  config: Pick<Config, 'embeddings' | 'pinecone' | 'dataFolder'>;
  tokenise: Tokenise;
  log: Log;
};
