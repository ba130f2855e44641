/** The vectors brought to length 1; throws when they are not what was asked for, so that nothing broken is stored. */
export function checkVectors(vectors: readonly Float32Array[], count: number, dimensions?: number): Float32Array[] {
  const expected = dimensions ?? vectors[0]?.length ?? 0;
  if (vectors.length !== count) throw new Error(`asked for ${count} vectors, got ${vectors.length}`);
  return vectors.map((vector) => {
    if (vector.length !== expected || expected === 0)
      throw new Error(`a vector has ${vector.length} dimensions instead of ${expected}`);
    const length = Math.hypot(...vector);
    if (!Number.isFinite(length) || length === 0) throw new Error('a vector holds no direction');
    return vector.map((value) => value / length);
  });
}
