import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of a table of data/entities: a label, then its forms parted by `|`; a line that begins with # is a comment. */
export function readTable(name: string): [label: string, forms: string[]][] {
  const file = join(import.meta.dirname, '..', 'data', 'entities', `${name}.tsv`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('# '))
    .map((line) => {
      const [label = '', forms = ''] = line.split('\t');
      return [label, forms.split('|').filter(Boolean)];
    });
}

/** The table as pairs of form and label, for `createForms`. */
export function formsOf(name: string): [form: string, label: string][] {
  return readTable(name).flatMap(([label, forms]) => forms.map((form): [string, string] => [form, label]));
}
