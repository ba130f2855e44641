/** Reads the JSON object of an answer, also from within a code fence; undefined when there is none. */
export function parseJson(text: string): unknown {
  const bare = text.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, '').trim();
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

/** Data on their way out: every string hidden, and without the characters that people do not see but models read. */
export function plainData(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value.replace(invisible, '').toWellFormed());
  if (Array.isArray(value)) return value.map((item) => plainData(item, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainData(item, hide)]));
}

/** Whether a text repeats our instructions: six of their words in a row. */
export function echoes(text: string, instructions: string): boolean {
  const ours = ` ${wordsOf(instructions).join(' ')} `;
  const theirs = wordsOf(text);
  for (let i = 0; i + echoWords <= theirs.length; i += 1)
    if (ours.includes(` ${theirs.slice(i, i + echoWords).join(' ')} `)) return true;
  return false;
}

const echoWords = 6;
const invisible = /[\u{e0000}-\u{e007f}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\0]/gu;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
