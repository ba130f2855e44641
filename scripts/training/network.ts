import { leak, type TrainedNetwork } from '../../bot/understanding/network.ts';
import type { Features } from '../../core/language/linear.ts';
import { generator, shuffle } from './linear.ts';

/**
 * Trains the network of bot/understanding/network.ts by Adagrad with a share of the features left out of each step: same examples,
 * same seed, same weights. An example may answer one head and be silent for another.
 */
export function trainNetwork(
  examples: readonly NetworkExample[],
  heads: readonly number[],
  options: NetworkOptions,
): TrainedNetwork {
  const { hidden, epochs, rate, dropout, smoothing } = options;
  const rowOf = commonest(examples, options);
  const outputs = heads.reduce((sum, size) => sum + size, 0);
  const starts = heads.map((_, i) => heads.slice(0, i).reduce((sum, size) => sum + size, 0));
  const random = generator(options.seed);
  const vectors = layer(rowOf.size * hidden, 0.2, random);
  const output = layer(hidden * outputs, 0.5, random);
  const outputBias = layer(outputs, 0, random);
  const hiddenBias = layer(hidden, 0, random);
  const compact = examples.map(({ features, answers }) => {
    const kept = [...features].filter(([key]) => rowOf.has(key));
    return {
      rows: Int32Array.from(kept, ([key]) => rowOf.get(key) ?? 0),
      values: Float32Array.from(kept, ([, value]) => value),
      answers,
    };
  });
  const order = compact.map((_, i) => i);
  const sum = new Float64Array(hidden);
  const active = new Float64Array(hidden);
  const back = new Float64Array(hidden);
  const errors = new Float64Array(outputs);
  const kept = new Uint8Array(compact.reduce((most, { rows }) => Math.max(most, rows.length), 1));
  const louder = 1 / (1 - dropout);

  for (let epoch = 0; epoch < epochs; epoch += 1) {
    // Smaller steps towards the end settle what the last examples shook.
    const pace = rate * (1 - (options.slowing * epoch) / epochs);
    shuffle(order, random);
    for (const index of order) {
      const example = compact[index];
      if (!example) continue;
      const { rows, values, answers } = example;
      sum.set(hiddenBias.weights);
      for (let f = 0; f < rows.length; f += 1) {
        kept[f] = random() < dropout ? 0 : 1;
        if (kept[f] === 0) continue;
        const start = (rows[f] ?? 0) * hidden;
        const value = (values[f] ?? 0) * louder;
        for (let k = 0; k < hidden; k += 1) sum[k] = (sum[k] ?? 0) + (vectors.weights[start + k] ?? 0) * value;
      }
      for (let k = 0; k < hidden; k += 1) active[k] = (sum[k] ?? 0) * ((sum[k] ?? 0) > 0 ? 1 : leak);
      errors.set(outputBias.weights);
      for (let k = 0; k < hidden; k += 1)
        for (let c = 0; c < outputs; c += 1)
          errors[c] = (errors[c] ?? 0) + (output.weights[k * outputs + c] ?? 0) * (active[k] ?? 0);
      for (const [head, answer] of answers.entries())
        toErrors(errors, starts[head] ?? 0, heads[head] ?? 0, answer, smoothing);
      for (let k = 0; k < hidden; k += 1) {
        let gradient = 0;
        for (let c = 0; c < outputs; c += 1) {
          const error = errors[c] ?? 0;
          if (error === 0) continue;
          gradient += (output.weights[k * outputs + c] ?? 0) * error;
          step(output, k * outputs + c, error * (active[k] ?? 0), pace);
        }
        back[k] = gradient * ((sum[k] ?? 0) > 0 ? 1 : leak);
        step(hiddenBias, k, back[k] ?? 0, pace);
      }
      for (let c = 0; c < outputs; c += 1) if (errors[c] !== 0) step(outputBias, c, errors[c] ?? 0, pace);
      for (let f = 0; f < rows.length; f += 1) {
        if (kept[f] === 0) continue;
        const start = (rows[f] ?? 0) * hidden;
        const value = (values[f] ?? 0) * louder;
        for (let k = 0; k < hidden; k += 1) step(vectors, start + k, (back[k] ?? 0) * value, pace);
      }
    }
  }
  return {
    hidden,
    hiddenBias: hiddenBias.weights,
    outputBias: outputBias.weights,
    outputWeights: output.weights,
    vectors: new Map([...rowOf].map(([key, row]) => [key, vectors.weights.subarray(row * hidden, (row + 1) * hidden)])),
  };
}

/** Features with an answer a head: the class and what it weighs, or undefined when the example says nothing about it. */
export type NetworkExample = { features: Features; answers: ({ label: number; weight: number } | undefined)[] };

export type NetworkOptions = {
  seed: number;
  hidden: number;
  epochs: number;
  rate: number;
  /** The share of `rate` that is lost by the last epoch. */
  slowing: number;
  /** The share of features left out of each step. */
  dropout: number;
  /** How much of each label is given to the other classes. */
  smoothing: number;
  /** Features seen in fewer examples are left out, the commonest `maxFeatures` of the others stay. */
  minCount: number;
  maxFeatures: number;
};

type Layer = { weights: Float32Array; squares: Float32Array };

function layer(size: number, spread: number, random: () => number): Layer {
  const weights = new Float32Array(size);
  if (spread > 0) for (let i = 0; i < size; i += 1) weights[i] = (random() - 0.5) * spread;
  return { weights, squares: new Float32Array(size).fill(1e-4) };
}

function step(target: Layer, at: number, gradient: number, pace: number): void {
  const squares = (target.squares[at] ?? 0) + gradient * gradient;
  target.squares[at] = squares;
  target.weights[at] = (target.weights[at] ?? 0) - (pace * gradient) / Math.sqrt(squares);
}

// Scores of one head become the difference from what should have come out; a silent head gives none.
function toErrors(
  scores: Float64Array,
  start: number,
  size: number,
  answer: { label: number; weight: number } | undefined,
  smoothing: number,
): void {
  const end = start + size;
  if (!answer || answer.weight === 0) {
    scores.fill(0, start, end);
    return;
  }
  let most = Number.NEGATIVE_INFINITY;
  for (let c = start; c < end; c += 1) most = Math.max(most, scores[c] ?? 0);
  let sum = 0;
  for (let c = start; c < end; c += 1) {
    scores[c] = Math.exp((scores[c] ?? 0) - most);
    sum += scores[c] ?? 0;
  }
  for (let c = start; c < end; c += 1) {
    const wanted = c - start === answer.label ? 1 - smoothing : smoothing / (size - 1);
    scores[c] = ((scores[c] ?? 0) / sum - wanted) * answer.weight;
  }
}

function commonest(
  examples: readonly NetworkExample[],
  { minCount, maxFeatures }: NetworkOptions,
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { features } of examples) for (const key of features.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= minCount)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, maxFeatures);
  return new Map(kept.map(([key], row) => [key, row]));
}
