import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise } from '../../core/language/normalise.ts';
import { isSpaceless } from '../../core/language/segment.ts';
import type { HandoffCause } from './types.ts';

/**
 * Words that put a message into a person's hands at once (a wish for a person, threats, safety, fraud, open abuse), by cause
 * and language: data/triggers/<tag>.json. They are precise rather than complete; the trained part finds the rest.
 */
export function findTrigger(text: string): { cause: HandoffCause | 'abuse'; phrase: string } | undefined {
  const plain = ` ${normalise(text).replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')} `;
  for (const { cause, phrase, needle } of triggers) if (plain.includes(needle)) return { cause, phrase };
  return undefined;
}

// The order decides where several apply: a fire comes before a lawyer, a lawyer before the wish for a person.
const causes = ['safety', 'fraud', 'legal', 'person_wanted', 'repeated_failure', 'abuse'] as const;
const folder = join(import.meta.dirname, 'data', 'triggers');

const triggers = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .flatMap((name) =>
    Object.entries(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<(typeof causes)[number], string[]>),
  )
  .flatMap(([cause, phrases]) =>
    phrases.map((phrase) => ({ cause: cause as (typeof causes)[number], phrase, needle: needleOf(phrase) })),
  )
  .sort((a, b) => causes.indexOf(a.cause) - causes.indexOf(b.cause));

// Whole words, but for scripts without spaces; a star at the end leaves the ending open.
function needleOf(phrase: string): string {
  const open = phrase.endsWith('*');
  const plain = normalise(phrase.replace(/\*$/, ''))
    .replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')
    .trim();
  if (isSpaceless(plain)) return plain;
  return open ? ` ${plain}` : ` ${plain} `;
}
