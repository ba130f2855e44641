import type { Texts } from './types.ts';

const locales = import.meta.glob<Record<string, string>>('./locales/*.json', { import: 'default' });

/** Loads the chat's own words in one language; one that we do not have becomes English. */
export async function loadTexts(_origin: string, language: string): Promise<Texts> {
  const load = locales[`./locales/${language.slice(0, 2)}.json`] ?? locales['./locales/en.json'];
  const words = load ? await load() : {};
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => String(values[name] ?? ''));
}
