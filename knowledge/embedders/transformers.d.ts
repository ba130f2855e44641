// The package is installed by whoever wants a local model; this is what we use of it.
declare module '@huggingface/transformers' {
  /** Where models are looked for and kept. */
  export const env: { localModelPath: string; cacheDir: string };
  /** Loads a model that makes vectors. */
  export function pipeline(
    task: 'feature-extraction',
    model: string,
    options: { dtype: 'q8' | 'fp32'; local_files_only: boolean },
  ): Promise<
    (
      texts: string[],
      options: { pooling: 'mean'; normalize: boolean },
    ) => Promise<{ dims: number[]; data: Float32Array; dispose?(): void }>
  >;
}
