import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createForms, type Forms } from './forms.ts';
import type { Candidate, Context } from './types.ts';

/** What the message speaks of and why something goes back: words of the shared lexicon, in the language of the message. */
export function findConcepts({ words, language, asked }: Context): Candidate[] {
  if (!language || words.length === 0) return [];
  const found = formsFor(language)(words);
  const candidates: Candidate[] = [];
  const returning = asked === 'reason' || found.some(({ label }) => returns.has(label));
  for (const { label, start, end } of found) {
    const reason = reasons[label];
    if (groups.get(label) === 'product')
      candidates.push({ name: 'product', rule: 'product', start, end, value: label });
    else if (reason && returning) candidates.push({ name: 'reason', rule: 'reason', start, end, value: reason });
  }
  return candidates;
}

const folder = join(import.meta.dirname, '../../../core/language/data/concepts');

const groups = new Map(linesOf('concepts.tsv').map(([concept = '', group = '']) => [concept, group]));

// Words that speak of sending something back or having it otherwise.
const returns = new Set([
  'return',
  'exchange',
  'withdrawal',
  'return_sent',
  'return_period',
  'dont_want',
  'send_back',
  'cancel',
]);

/** The closed set of reasons, by the concepts that name them. */
const reasons: Record<string, string> = {
  too_small: 'does_not_fit',
  too_big: 'does_not_fit',
  changed_mind: 'no_longer_needed',
  dont_want: 'no_longer_needed',
  mistake: 'ordered_by_mistake',
  ordered_twice: 'ordered_by_mistake',
  found_cheaper: 'found_cheaper',
  broken: 'damaged',
  cracked: 'damaged',
  torn: 'damaged',
  dented: 'damaged',
  scratched: 'damaged',
  stain: 'damaged',
  leaking: 'damaged',
  damaged: 'damaged',
  not_working: 'defective',
  stopped: 'defective',
  no_power: 'defective',
  not_charging: 'defective',
  wrong: 'wrong_item',
  swapped: 'wrong_item',
  different: 'not_as_described',
  poor_quality: 'not_as_described',
  fake: 'not_as_described',
  missing: 'incomplete',
  incomplete: 'incomplete',
  late: 'too_late',
  too_late: 'too_late',
};

const loaded = new Map<string, Forms<string>>();

// A language is read when its first message comes: most shops speak few.
function formsFor(language: string): Forms<string> {
  const known = loaded.get(language);
  if (known) return known;
  const wanted = (concept: string) => groups.get(concept) === 'product' || concept in reasons || returns.has(concept);
  const forms = createForms(
    linesOf(/^[a-z]{2,3}$/.test(language) ? `${language}.tsv` : '')
      .filter(([concept = '']) => wanted(concept))
      .flatMap(([concept = '', list = '']) => list.split('|').map((form) => [form, concept] as const)),
  );
  loaded.set(language, forms);
  return forms;
}

function linesOf(name: string): string[][] {
  const file = join(folder, name);
  if (name === '' || !existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'));
}
