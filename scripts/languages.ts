import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The languages that the bot's sentences exist in. */
export function shopLanguages(): string[] {
  return readdirSync(join(import.meta.dirname, '../bot/locales'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
