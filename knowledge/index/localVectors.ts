import type { Nearest, RecordKey, VectorIndex } from './vectorIndex.ts';

/** Vectors in this process, compared one by one: exact, and quick enough for a hundred thousand passages. */
export function createLocalVectors(): LocalVectors {
  const shelves = new Map<string, Shelf>();
  return {
    async upsert(records) {
      for (const { id, language, vector } of records) {
        const shelf = shelves.get(language) ?? newShelf(vector.length);
        shelves.set(language, shelf);
        if (vector.length !== shelf.dimensions)
          throw new Error(`a vector has ${vector.length} dimensions, the others of its language ${shelf.dimensions}`);
        put(shelf, id, vector);
      }
    },
    async nearest({ vector, languages, limit }) {
      const found: Nearest[] = [];
      for (const language of languages) {
        const shelf = shelves.get(language);
        if (shelf)
          for (const [row, score] of best(shelf, vector, limit)) found.push(nearestOf(shelf, row, language, score));
      }
      return found.sort((a, b) => b.score - a.score);
    },
    async remove(keys) {
      for (const key of keys) take(shelves, key);
    },
    vectorOf({ id, language }) {
      const shelf = shelves.get(language);
      const row = shelf?.rows.get(id);
      if (!shelf || row === undefined) return undefined;
      return shelf.values.subarray(row * shelf.dimensions, (row + 1) * shelf.dimensions);
    },
  };
}

/** `vectorOf` shows a vector in its place: valid until the next change. */
export type LocalVectors = VectorIndex & { vectorOf(key: RecordKey): Float32Array | undefined };

type Shelf = { dimensions: number; ids: string[]; rows: Map<string, number>; values: Float32Array };

const firstRows = 64;

function newShelf(dimensions: number): Shelf {
  return { dimensions, ids: [], rows: new Map(), values: new Float32Array(dimensions * firstRows) };
}

function put(shelf: Shelf, id: string, vector: Float32Array): void {
  let row = shelf.rows.get(id);
  if (row === undefined) {
    row = shelf.ids.push(id) - 1;
    shelf.rows.set(id, row);
  }
  if ((row + 1) * shelf.dimensions > shelf.values.length) {
    // Half as much again: doubling a hundred thousand rows would hold twice what is needed.
    const larger = new Float32Array(Math.ceil(shelf.values.length * 1.5));
    larger.set(shelf.values);
    shelf.values = larger;
  }
  shelf.values.set(vector, row * shelf.dimensions);
}

// The last row moves into the gap, so that what is compared stays in one piece.
function take(shelves: Map<string, Shelf>, { id, language }: RecordKey): void {
  const shelf = shelves.get(language);
  const row = shelf?.rows.get(id);
  if (!shelf || row === undefined) return;
  const last = shelf.ids.length - 1;
  const moved = shelf.ids[last] ?? id;
  shelf.values.copyWithin(row * shelf.dimensions, last * shelf.dimensions, (last + 1) * shelf.dimensions);
  shelf.ids[row] = moved;
  shelf.rows.set(moved, row);
  shelf.ids.pop();
  shelf.rows.delete(id);
  if (shelf.ids.length === 0) shelves.delete(language);
}

function best(shelf: Shelf, vector: Float32Array, limit: number): [row: number, score: number][] {
  const top: [number, number][] = [];
  if (vector.length !== shelf.dimensions) return top;
  for (let row = 0; row < shelf.ids.length; row += 1) {
    const score = dot(shelf.values, row * shelf.dimensions, vector);
    if (top.length === limit && score <= (top[limit - 1]?.[1] ?? 0)) continue;
    let at = top.length;
    while (at > 0 && (top[at - 1]?.[1] ?? 0) < score) at -= 1;
    top.splice(at, 0, [row, score]);
    if (top.length > limit) top.pop();
  }
  return top;
}

// Four sums at once: the processor need not wait for the one before.
function dot(values: Float32Array, from: number, vector: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = vector.length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a += (values[from + i] as number) * (vector[i] as number);
    b += (values[from + i + 1] as number) * (vector[i + 1] as number);
    c += (values[from + i + 2] as number) * (vector[i + 2] as number);
    d += (values[from + i + 3] as number) * (vector[i + 3] as number);
  }
  for (; i < vector.length; i += 1) a += (values[from + i] as number) * (vector[i] as number);
  return a + b + c + d;
}

function nearestOf(shelf: Shelf, row: number, language: string, score: number): Nearest {
  return { id: shelf.ids[row] ?? '', language, score };
}
