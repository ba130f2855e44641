import { createHash } from 'node:crypto';

/** Makes vectors of length 1. `model` names source and model: vectors of different names are never compared. */
export type Embedder = {
  readonly model: string;
  /** Known from the first answer on. */
  readonly dimensions: number | undefined;
  /** One vector for each text, in their order, all of the same dimensions; else it throws. */
  embed(texts: readonly string[], as: 'passage' | 'question', signal?: AbortSignal): Promise<Float32Array[]>;
};

/** The key of a text's vector. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
