/**
 * Finds the passages whose vectors lie nearest to a question's. The local index and Pinecone keep it alike
 * (test/contracts/vectorIndex.test.ts).
 */
export type VectorIndex = {
  /** Adds records, and replaces those of the same key. */
  upsert(records: readonly VectorRecord[]): Promise<void>;
  /** The nearest of each language, at most `limit` a language, best first. */
  nearest(query: VectorQuery): Promise<Nearest[]>;
  /** Removes records; a key that is not there is no error. */
  remove(keys: readonly RecordKey[]): Promise<void>;
};

/** Languages are kept apart, so that a new one never hides another. */
export type RecordKey = { id: string; language: string };
/** A passage's vector of length 1, and its words where the index weighs them too. */
export type VectorRecord = RecordKey & { vector: Float32Array; sparse?: SparseVector | undefined };
/** A question: its vector, its words, and the languages to look in. */
export type VectorQuery = {
  vector: Float32Array;
  sparse?: SparseVector | undefined;
  languages: readonly string[];
  limit: number;
};
/** A found record; scores of one answer compare with each other only. */
export type Nearest = RecordKey & { score: number };
/** Weights of words by the number that stands for the word. */
export type SparseVector = { indices: number[]; values: number[] };
