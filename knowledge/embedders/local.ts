import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkVectors } from './checkVectors.ts';
import type { Embedder } from './embedder.ts';

/**
 * Vectors from an ONNX model on this machine: a folder with config.json, tokenizer.json and onnx/, or a name that the package
 * fetches once. The package is not installed with Anshin; it is loaded at the first text.
 */
export function createLocalEmbedder({ name, cacheFolder, load = loadPackage }: LocalSettings): Embedder {
  let dimensions: number | undefined;
  let extracting: Promise<Extract> | undefined;
  return {
    model: `local#${name}`,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, as, signal) {
      // A failed load is tried again: the folder may be there the next time.
      extracting ??= open(name, cacheFolder, load).catch((error) => {
        extracting = undefined;
        throw error;
      });
      const extract = await extracting;
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += batchSize) {
        signal?.throwIfAborted();
        const batch = texts
          .slice(at, at + batchSize)
          .map((text) => `${prefixOf(name, as)}${text.slice(0, mostCharacters)}`);
        const { data, dims } = await extract(batch, { pooling: 'mean', normalize: true });
        const width = dims.at(-1) ?? 0;
        for (let i = 0; i < batch.length; i += 1)
          vectors.push(Float32Array.from(data.slice(i * width, (i + 1) * width)));
      }
      const checked = checkVectors(vectors, texts.length, dimensions);
      dimensions ??= checked[0]?.length;
      return checked;
    },
  };
}

type Package = Pick<typeof import('@huggingface/transformers'), 'env' | 'pipeline'>;
type Extract = Awaited<ReturnType<Package['pipeline']>>;
type LocalSettings = { name: string; cacheFolder: string; load?: () => Promise<Package> };

// Small, so that a question need not wait long behind passages.
const batchSize = 8;
// Such models read 512 tokens and drop the rest.
const mostCharacters = 4000;

async function open(name: string, cacheFolder: string, load: () => Promise<Package>): Promise<Extract> {
  const { env, pipeline } = await load();
  const folder = resolve(name);
  env.cacheDir = cacheFolder;
  if (!existsSync(folder)) return pipeline('feature-extraction', name, { dtype: 'q8', local_files_only: false });
  env.localModelPath = `${dirname(folder)}/`;
  const dtype = existsSync(join(folder, 'onnx', 'model_quantized.onnx')) ? 'q8' : 'fp32';
  return pipeline('feature-extraction', basename(folder), { dtype, local_files_only: true });
}

async function loadPackage(): Promise<Package> {
  try {
    return await import('@huggingface/transformers');
  } catch (error) {
    throw new Error('EMBEDDINGS_LOCAL needs: npm install --no-save @huggingface/transformers@4.3.1', { cause: error });
  }
}

// The E5 family was trained with these words in front, and is much worse without.
function prefixOf(name: string, as: 'passage' | 'question'): string {
  if (!/(^|[-_/])e5([-_/]|$)/i.test(name)) return '';
  return as === 'question' ? 'query: ' : 'passage: ';
}
