import type { Features } from '../../core/language/linear.ts';

/**
 * Trains a softmax classifier over sparse features by Adagrad: same examples, same seed, same weights. Rare features are left
 * out, weak weights pruned to `maxFeatures` rows.
 */
export function trainLinear(examples: readonly Example[], classes: readonly string[], options: TrainOptions): Trained {
  const rowOf = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const { features } of examples) for (const key of features.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [key, count] of counts) if (count >= options.minCount) rowOf.set(key, rowOf.size);
  const width = classes.length;
  const weights = new Float64Array(rowOf.size * width);
  const squares = new Float64Array(rowOf.size * width).fill(1e-6);
  const bias = new Float64Array(width);
  const biasSquares = new Float64Array(width).fill(1e-6);
  const classOf = new Map(classes.map((name, i) => [name, i]));
  const compact = examples.map(({ features, label, weight = 1 }) => {
    const kept = [...features].filter(([key]) => rowOf.has(key));
    return {
      rows: Int32Array.from(kept, ([key]) => rowOf.get(key) ?? 0),
      values: Float64Array.from(kept, ([, value]) => value),
      label: classOf.get(label) ?? 0,
      weight,
    };
  });
  const order = compact.map((_, i) => i);
  const random = generator(options.seed);
  const scores = new Float64Array(width);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffle(order, random);
    for (const index of order) {
      const example = compact[index];
      if (!example) continue;
      const { rows, values, label, weight } = example;
      scores.set(bias);
      for (let f = 0; f < rows.length; f += 1) {
        const start = (rows[f] ?? 0) * width;
        const value = values[f] ?? 0;
        for (let c = 0; c < width; c += 1) scores[c] = (scores[c] ?? 0) + (weights[start + c] ?? 0) * value;
      }
      toProbabilities(scores);
      for (let c = 0; c < width; c += 1) {
        const error =
          ((scores[c] ?? 0) - (c === label ? 1 - options.smoothing : options.smoothing / (width - 1))) * weight;
        scores[c] = error;
        biasSquares[c] = (biasSquares[c] ?? 0) + error * error;
        bias[c] = (bias[c] ?? 0) - (options.rate * error) / Math.sqrt(biasSquares[c] ?? 1);
      }
      for (let f = 0; f < rows.length; f += 1) {
        const start = (rows[f] ?? 0) * width;
        const value = values[f] ?? 0;
        for (let c = 0; c < width; c += 1) {
          const at = start + c;
          const gradient = (scores[c] ?? 0) * value + options.decay * (weights[at] ?? 0);
          squares[at] = (squares[at] ?? 0) + gradient * gradient;
          weights[at] = (weights[at] ?? 0) - (options.rate * gradient) / Math.sqrt(squares[at] ?? 1);
        }
      }
    }
  }
  return { bias: [...bias], rows: strongest(rowOf, weights, width, options.maxFeatures) };
}

export type Example = { features: Features; label: string; weight?: number };

export type TrainOptions = {
  seed: number;
  epochs: number;
  rate: number;
  decay: number;
  /** How much of each label is given to the other classes. */
  smoothing: number;
  minCount: number;
  maxFeatures: number;
};

export type Trained = { bias: number[]; rows: Map<number, Float64Array> };

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** Puts a list into an order that depends on the generator only. */
export function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const k = Math.floor(random() * (i + 1));
    const held = list[i] as T;
    list[i] = list[k] as T;
    list[k] = held;
  }
}

function toProbabilities(scores: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (let c = 0; c < scores.length; c += 1) {
    scores[c] = Math.exp((scores[c] ?? 0) - most);
    sum += scores[c] ?? 0;
  }
  for (let c = 0; c < scores.length; c += 1) scores[c] = (scores[c] ?? 0) / sum;
}

function strongest(
  rowOf: Map<number, number>,
  weights: Float64Array,
  width: number,
  maxFeatures: number,
): Map<number, Float64Array> {
  const rows = [...rowOf].map(([key, row]) => {
    const own = weights.slice(row * width, (row + 1) * width);
    return { key, own, power: own.reduce((sum, weight) => sum + weight * weight, 0) };
  });
  rows.sort((a, b) => b.power - a.power || a.key - b.key);
  return new Map(rows.slice(0, maxFeatures).map(({ key, own }) => [key, own]));
}
