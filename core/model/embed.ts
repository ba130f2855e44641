import { createRedactor } from './redactor.ts';

/**
 * Vectors of texts from an OpenAI-compatible server: in batches, redacted, in the order of the texts. Throws when the server
 * fails or answers with something else than one vector of equal length for each.
 */
export function createEmbed({ baseUrl, apiKey, name, timeoutMs = 20_000 }: EmbedSettings): Embed {
  const loading = import('openai').then(
    ({ default: OpenAI }) => new OpenAI({ baseURL: baseUrl, apiKey, timeout: timeoutMs, maxRetries: 1 }),
  );
  loading.catch(() => undefined);

  return async (texts, signal) => {
    const client = await loading;
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += batchSize) {
      const input = texts.slice(at, at + batchSize).map((text) => createRedactor().hide(text) || ' ');
      const answer = await client.embeddings.create(
        { model: name, input, encoding_format: 'base64' },
        signal ? { signal } : {},
      );
      const sorted = [...answer.data].sort((a, b) => a.index - b.index).map((entry) => toVector(entry.embedding));
      if (sorted.length !== input.length) throw new Error('the embeddings server left texts out');
      vectors.push(...sorted);
    }
    if (vectors.some((vector) => vector.length === 0 || vector.length !== vectors[0]?.length))
      throw new Error('the embeddings server gave vectors of different lengths');
    return vectors;
  };
}

/** The vectors of texts, one each, in their order. */
export type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array[]>;

/** Where the embeddings come from. */
export type EmbedSettings = { baseUrl: string; apiKey: string; name: string; timeoutMs?: number };

const batchSize = 96;

// Asked for as base64 of 32-bit floats; a server that knows only lists is understood too.
function toVector(embedding: unknown): Float32Array {
  if (Array.isArray(embedding)) return Float32Array.from(embedding);
  const bytes = Buffer.from(String(embedding), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length >> 2) * 4));
}
