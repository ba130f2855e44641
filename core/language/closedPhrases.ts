import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise } from './normalise.ts';

/**
 * What a whole message says when it is nothing but a closed phrase ("yes please", "never mind", "agent"), in any language.
 * Only this and buttons may confirm or deny: "yes, but …" is no phrase of the list and therefore no yes.
 */
export function closedPhrase(text: string): ClosedKind | undefined {
  return phrases.get(key(text));
}

export type ClosedKind = 'affirm' | 'deny' | 'cancel' | 'person' | 'greeting' | 'thanks' | 'goodbye';

const folder = join(import.meta.dirname, 'data', 'closed');

const phrases = new Map<string, ClosedKind>(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) =>
      Object.entries(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<ClosedKind, string[]>),
    )
    .flatMap(([kind, list]) => list.map((phrase): [string, ClosedKind] => [key(phrase), kind as ClosedKind])),
);

function key(text: string): string {
  return normalise(text.slice(0, 200))
    .replace(/[^\p{L}\p{M}\p{N}' ]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
