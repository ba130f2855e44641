import { readHashTable } from '../../core/language/hashTable.ts';
import type { Features } from '../../core/language/linear.ts';

/**
 * The trained part of the understanding: each feature has a short vector, their sum passes one hidden layer, and one head a
 * question (which intent, which feeling) reads it. Throws when the bytes are not of this form.
 */
export function loadNetwork(bytes: Uint8Array): Network {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 8)) !== magic) throw new Error('these are no network weights');
  const headerLength = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + headerLength))) as NetworkHeader;
  const { hidden, features, heads } = header;
  const outputs = Object.values(heads).reduce((sum, classes) => sum + classes.length, 0);
  let at = 12 + headerLength;
  const floats = (count: number) => {
    const values = Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * count;
    return values;
  };
  const hiddenBias = floats(hidden);
  const outputBias = floats(outputs);
  const outputWeights = floats(hidden * outputs);
  const rowOf = readHashTable(view, at, features);
  at += 4 * features;
  const steps = bytes.subarray(at, at + features);
  at += features;
  const vectors = new Int8Array(bytes.buffer, bytes.byteOffset + at, features * hidden);

  return {
    header,
    read(input) {
      const sum = Float64Array.from(hiddenBias);
      for (const [key, value] of input) {
        const row = rowOf(key);
        if (row === -1) continue;
        const step = stepOf(steps[row] ?? 0) * value;
        const start = row * hidden;
        for (let k = 0; k < hidden; k += 1) sum[k] = (sum[k] ?? 0) + (vectors[start + k] ?? 0) * step;
      }
      for (let k = 0; k < hidden; k += 1) sum[k] = activate(sum[k] ?? 0);
      const scores = Float64Array.from(outputBias);
      for (let k = 0; k < hidden; k += 1) {
        const active = sum[k] ?? 0;
        const start = k * outputs;
        for (let c = 0; c < outputs; c += 1) scores[c] = (scores[c] ?? 0) + (outputWeights[start + c] ?? 0) * active;
      }
      const byHead: Record<string, Float64Array> = {};
      let from = 0;
      for (const [name, classes] of Object.entries(heads)) {
        byHead[name] = scores.slice(from, from + classes.length);
        from += classes.length;
      }
      return { hidden: sum, scores: byHead };
    },
  };
}

/** The inverse of loadNetwork; vectors keep one signed byte a number, each with a step of its own. */
export function saveNetwork(header: Omit<NetworkHeader, 'features' | 'hidden'>, trained: TrainedNetwork): Uint8Array {
  const { hidden, hiddenBias, outputBias, outputWeights, vectors } = trained;
  const keys = [...vectors.keys()].sort((a, b) => a - b);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, hidden, features: keys.length }));
  const floats = [...hiddenBias, ...outputBias, ...outputWeights];
  const bytes = new Uint8Array(12 + text.length + 4 * floats.length + keys.length * (5 + hidden));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic), 0);
  view.setUint32(8, text.length, true);
  bytes.set(text, 12);
  let at = 12 + text.length;
  for (const value of floats) {
    view.setFloat32(at, value, true);
    at += 4;
  }
  for (const key of keys) {
    view.setUint32(at, key, true);
    at += 4;
  }
  const steps = keys.map((key) => stepCode(vectors.get(key) ?? new Float32Array()));
  bytes.set(steps, at);
  at += keys.length;
  keys.forEach((key, i) => {
    const step = stepOf(steps[i] ?? 0);
    for (const value of vectors.get(key) ?? []) {
      view.setInt8(at, Math.max(-127, Math.min(127, Math.round(value / step))));
      at += 1;
    }
  });
  return bytes;
}

/** Leaky rectifier: what is below zero counts a tenth. */
export function activate(value: number): number {
  return value > 0 ? value : leak * value;
}

/** The slope of `activate` below zero. */
export const leak = 0.1;

export type NetworkHeader = {
  /** Class names by head, in the order of the scores. */
  heads: Record<string, string[]>;
  hidden: number;
  features: number;
  /** The temperature at which the confidences of a head come true. */
  temperatures: Record<string, number>;
  /** SHA-256 of what the weights were made from. */
  sources: Record<string, string>;
  /** Thresholds chosen when training. */
  extra: Record<string, number>;
};

/** Loaded weights; `read` gives the hidden layer and the scores of each head in the order of its classes. */
export type Network = {
  header: NetworkHeader;
  read(input: Features): { hidden: Float64Array; scores: Record<string, Float64Array> };
};

/** What training yields: `vectors` by feature hash, `outputWeights` a row of all heads' classes per hidden unit. */
export type TrainedNetwork = {
  hidden: number;
  hiddenBias: Float32Array;
  outputBias: Float32Array;
  outputWeights: Float32Array;
  vectors: Map<number, Float32Array>;
};

const magic = 'ANSHINN1';

// A step of a vector in one byte: sixteenths of powers of two from 2^-14 on, fine enough that rounding is lost in the step itself.
function stepOf(code: number): number {
  return 2 ** (code / 16 - 14);
}

function stepCode(vector: Float32Array): number {
  const most = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
  return Math.max(0, Math.min(255, Math.ceil((Math.log2(most / 127) + 14) * 16)));
}
