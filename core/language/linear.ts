import { readHashTable } from './hashTable.ts';

/**
 * A linear classifier over named features, as it is shipped: a header in JSON, then per feature a 32-bit hash and one signed
 * byte a class. Unknown features weigh nothing. Throws when the bytes are not of this form.
 */
export function loadLinear(bytes: Uint8Array): LinearModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 8)) !== magic) throw new Error('these are no model weights');
  const headerLength = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + headerLength))) as LinearHeader;
  const classes = header.classes.length;
  let at = 12 + headerLength;
  const features = header.features;
  const rowOf = readHashTable(view, at, features);
  at += 4 * features;
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset + at, features * classes);

  return {
    header,
    scores(input) {
      const scores = Float64Array.from(header.bias);
      for (const [key, value] of input) {
        const row = rowOf(key);
        if (row === -1) continue;
        const start = row * classes;
        for (let c = 0; c < classes; c += 1)
          scores[c] = (scores[c] ?? 0) + (weights[start + c] ?? 0) * header.scale * value;
      }
      return scores;
    },
  };
}

/** The inverse of loadLinear. `weights` holds a row of class weights per feature hash. */
export function saveLinear(
  header: Omit<LinearHeader, 'features' | 'scale'>,
  rows: ReadonlyMap<number, Float64Array>,
): Uint8Array {
  const keys = [...rows.keys()].sort((a, b) => a - b);
  let most = 1e-9;
  for (const row of rows.values()) for (const weight of row) most = Math.max(most, Math.abs(weight));
  // Clipped at a third of the largest weight: a few outliers would cost all others their resolution.
  const scale = most / 3 / 127;
  const full: LinearHeader = { ...header, features: keys.length, scale };
  const text = new TextEncoder().encode(JSON.stringify(full));
  const bytes = new Uint8Array(12 + text.length + keys.length * (4 + header.classes.length));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic), 0);
  view.setUint32(8, text.length, true);
  bytes.set(text, 12);
  let at = 12 + text.length;
  for (const key of keys) {
    view.setUint32(at, key, true);
    at += 4;
  }
  for (const key of keys) {
    for (const weight of rows.get(key) ?? []) {
      view.setInt8(at, Math.max(-127, Math.min(127, Math.round(weight / scale))));
      at += 1;
    }
  }
  return bytes;
}

/** Probabilities of scores at a temperature; they add up to 1. */
export function softmax(scores: Float64Array, temperature = 1): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) most = Math.max(most, score);
  const powers = scores.map((score) => Math.exp((score - most) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Feature hash → value; the order does not matter. */
export type Features = Map<number, number>;

export type LinearHeader = {
  classes: string[];
  bias: number[];
  features: number;
  /** Weight of one step of a stored byte. */
  scale: number;
  temperature: number;
  /** SHA-256 of what the weights were made from. */
  sources: Record<string, string>;
  /** Thresholds and figures chosen when training. */
  extra: Record<string, number>;
};

/** Loaded weights; `scores` are in the order of `header.classes`. */
export type LinearModel = { header: LinearHeader; scores(input: Features): Float64Array };

const magic = 'ANSHINW1';
