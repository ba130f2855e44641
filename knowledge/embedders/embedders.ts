import type { EmbeddingsConfig } from '../../core/config.ts';
import type { Embedder } from './embedder.ts';
import { createLocalEmbedder } from './local.ts';
import { createRemoteEmbedder } from './remote.ts';

/**
 * The embedder of the settings, and that of an earlier model as long as the same server or this machine still has it: its vectors
 * serve while the new ones are made.
 */
export function createEmbedders(settings: EmbeddingsConfig, cacheFolder: string): Embedders {
  const local = (name: string) => createLocalEmbedder({ name, cacheFolder });
  const wanted = settings.kind === 'local' ? local(settings.name) : createRemoteEmbedder(settings);
  const known = new Map<string, Embedder>([[wanted.model, wanted]]);
  return {
    wanted,
    named(model) {
      const before = known.get(model);
      if (before) return before;
      const [source = '', name = ''] = model.split('#');
      // The key of one server is never shown to another.
      const remote = settings.kind === 'remote' && source === settings.baseUrl;
      const made = source === 'local' ? local(name) : remote ? createRemoteEmbedder({ ...settings, name }) : undefined;
      if (made) known.set(model, made);
      return made;
    },
  };
}

/** The embedder that the settings want, and others by their name while they can be had. */
export type Embedders = { wanted: Embedder; named(model: string): Embedder | undefined };
