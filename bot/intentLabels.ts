import type { I18n } from '../core/i18n.ts';
import { intents } from './understanding/labels.ts';

/** The intents that an article can be linked to, as a member of staff reads them in a language. */
export function intentLabels(i18n: I18n, language: string): { name: string; label: string }[] {
  return intents
    .filter((name) => i18n.has(`bot:intent.${name}`))
    .map((name) => ({ name, label: i18n.t(language, `bot:intent.${name}`) }));
}
