/** Why a file or a part of it is not taken: a key of locales `import.reason`, with values; a person reads it in their language. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(code: string, values: Reason['values'] = {}) {
    super(`${code} ${JSON.stringify(values)}`);
    this.reason = { code, values };
  }
}

/** A reason or a note of an import, by key and values. */
export type Reason = { code: string; values: Record<string, string | number> };

/** The reason of whatever was thrown while a file was read. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof Refusal) return error.reason;
  if (error instanceof RangeError) return { code: 'nested', values: {} };
  return { code: 'unreadable', values: {} };
}
