import { createBreaker } from './breaker.ts';
import type { Budget } from './budget.ts';
import { ModelError } from './model.ts';
import { createRedactor } from './redactor.ts';

/**
 * Vectors of texts from an OpenAI-compatible server: in batches, redacted, in the order of the texts. Throws ModelError when the
 * server fails, rests, or answers with something else than one vector of equal length for each.
 */
export function createEmbed({ settings, budget, breaker = createBreaker() }: EmbedParts): Embed {
  const { baseUrl, apiKey, name, timeoutMs = 20_000 } = settings;
  const loading = import('openai').then(
    ({ default: OpenAI }) => new OpenAI({ baseURL: baseUrl, apiKey, timeout: timeoutMs, maxRetries: 1 }),
  );
  loading.catch(() => undefined);

  async function batch(texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const done = breaker.enter();
    if (!done) throw new ModelError('resting');
    const input = texts.map((text) => createRedactor().hide(text) || ' ');
    const reserved = input.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 3), 0);
    try {
      if (budget && (await budget.take(reserved)) === undefined) throw new ModelError('budget');
      const client = await loading;
      const { data } = await client.embeddings.create(
        { model: name, input, encoding_format: 'base64' },
        signal ? { signal } : {},
      );
      const vectors = [...data].sort((a, b) => a.index - b.index).map((entry) => toVector(entry.embedding));
      const length = vectors[0]?.length ?? 0;
      if (vectors.length !== input.length || length === 0 || vectors.some((vector) => vector.length !== length))
        throw new ModelError('garbage');
      done(true);
      return vectors;
    } catch (error) {
      const given = signal?.aborted || (error instanceof ModelError && error.reason === 'budget');
      done(given ? undefined : false);
      // The server's own words may repeat the text.
      throw error instanceof ModelError ? error : new ModelError('failed');
    }
  }

  return async (texts, signal) => {
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += batchSize)
      vectors.push(...(await batch(texts.slice(at, at + batchSize), signal)));
    return vectors;
  };
}

/** The vectors of texts, one each, in their order. */
export type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array[]>;

type EmbedParts = {
  settings: { baseUrl: string; apiKey: string; name: string; timeoutMs?: number };
  /** Tokens are counted where one is given. */
  budget?: Budget;
  breaker?: ReturnType<typeof createBreaker>;
};

const batchSize = 96;

// Asked for as base64 of 32-bit floats; a server that knows only lists is understood too.
function toVector(embedding: unknown): Float32Array {
  if (Array.isArray(embedding)) return Float32Array.from(embedding);
  const bytes = Buffer.from(String(embedding), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length >> 2) * 4));
}
