import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Speaks the part of @huggingface/transformers that we use, on the tiny model's files: the package itself weighs half a gigabyte.
 * Where it is installed, the same tests run on it.
 */
export function standInTransformers() {
  const env = { localModelPath: '/models/', cacheDir: '' };
  const loads: { model: string; dtype: string; local_files_only: boolean }[] = [];
  return {
    env,
    loads,
    async pipeline(
      task: 'feature-extraction',
      model: string,
      options: { dtype: 'q8' | 'fp32'; local_files_only: boolean },
    ) {
      loads.push({ model, ...options });
      const folder = join(env.localModelPath, model);
      const file = readFileSync(join(folder, 'onnx', options.dtype === 'q8' ? 'model_quantized.onnx' : 'model.onnx'));
      const { hidden_size: width } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
        hidden_size: number;
      };
      const { vocab } = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).model as {
        vocab: Record<string, number>;
      };
      if (task !== 'feature-extraction') throw new Error('not this task');
      // The weights stand behind their name, with a tag and a length of two bytes in between.
      const from = file.indexOf('table\x4a') + 'table\x4a'.length + 2;
      return async (texts: string[], { normalize }: { pooling: 'mean'; normalize: boolean }) => {
        const data = new Float32Array(texts.length * width);
        for (const [row, text] of texts.entries()) {
          const words = text.toLowerCase().match(/\w+|:/g) ?? [];
          for (const word of words.length > 0 ? words : ['']) {
            const at = from + (vocab[word] ?? vocab['[UNK]'] ?? 1) * width * 4;
            for (let i = 0; i < width; i += 1)
              data[row * width + i] = (data[row * width + i] ?? 0) + file.readFloatLE(at + i * 4);
          }
          const own = data.subarray(row * width, (row + 1) * width);
          if (normalize) own.set(own.map((value) => value / Math.hypot(...own)));
        }
        return { dims: [texts.length, width], data };
      };
    },
  };
}
