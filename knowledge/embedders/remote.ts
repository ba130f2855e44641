import { createEmbed } from '../../core/model/embed.ts';
import { checkVectors } from './checkVectors.ts';
import type { Embedder } from './embedder.ts';

/** Vectors from an OpenAI-compatible server. */
export function createRemoteEmbedder({ baseUrl, apiKey, name, timeoutMs }: RemoteSettings): Embedder {
  const embed = createEmbed({ settings: { baseUrl, apiKey, name, ...(timeoutMs ? { timeoutMs } : {}) } });
  let dimensions: number | undefined;
  return {
    model: `${baseUrl}#${name}`,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, _as, signal) {
      if (texts.length === 0) return [];
      const short = texts.map((text) => text.slice(0, mostCharacters));
      const vectors = checkVectors(await embed(short, signal), texts.length, dimensions);
      dimensions = vectors[0]?.length;
      return vectors;
    },
  };
}

type RemoteSettings = { baseUrl: string; apiKey: string; name: string; timeoutMs?: number };

// Servers refuse beyond about 8,000 tokens, which Chinese or Arabic reach with as many letters.
const mostCharacters = 6000;
