/**
 * What a text is about, by the trained network and alike in all languages: `sense` is the direction of its hidden layer (length 1),
 * `intents` the confidence of every intent.
 */
export type Gist = { sense: Float32Array; intents: Record<string, number> };

/** The gist of several texts together, each with its weight. */
export function blend(parts: readonly { gist: Gist; weight: number }[]): Gist {
  const sense = new Float32Array(parts[0]?.gist.sense.length ?? 0);
  const intents: Record<string, number> = {};
  const total = parts.reduce((sum, { weight }) => sum + weight, 0) || 1;
  for (const { gist, weight } of parts) {
    for (let i = 0; i < sense.length; i += 1) sense[i] = (sense[i] ?? 0) + weight * (gist.sense[i] ?? 0);
    for (const [name, confidence] of Object.entries(gist.intents))
      intents[name] = (intents[name] ?? 0) + (weight * confidence) / total;
  }
  return { sense: direction(sense), intents };
}

/** A vector brought to length 1. */
export function direction(vector: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let i = 0; i < vector.length; i += 1) squares += (vector[i] ?? 0) ** 2;
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
