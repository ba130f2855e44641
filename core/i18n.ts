import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance } from 'i18next';

/**
 * Loads `<folder>/<tag>.json` of each named folder as a namespace and returns the translator of the server.
 * A key that no language knows throws in tests and comes back as itself otherwise; missing keys fall back to English.
 */
export function createI18n(folders: Record<string, string>): I18n {
  const resources: Record<string, Record<string, object>> = {};
  for (const [namespace, folder] of Object.entries(folders)) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const tag = file.slice(0, -'.json'.length);
      resources[tag] = { ...resources[tag], [namespace]: JSON.parse(readFileSync(join(folder, file), 'utf8')) };
    }
  }
  const languages = Object.keys(resources).sort();
  const instance = createInstance();
  void instance.init({
    resources,
    fallbackLng: 'en',
    ns: Object.keys(folders),
    defaultNS: Object.keys(folders)[0] ?? 'translation',
    // Values go into blocks, which never become HTML: escaping would show entities.
    interpolation: { escapeValue: false, skipOnVariables: true },
    initAsync: false,
  });
  return {
    languages,
    t: (language, key, values) => instance.t(key, { ...values, lng: language }) as string,
    has: (key, language) => instance.exists(key, language ? { lng: language, fallbackLng: [] } : {}),
  };
}

/** `key` is `namespace:path.to.sentence`; values fill `{{names}}`, `count` chooses the plural form. */
export type I18n = {
  languages: string[];
  t(language: string, key: string, values?: Record<string, string | number>): string;
  has(key: string, language?: string): boolean;
};

/** Languages that are written from right to left. */
export const rightToLeft: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur']);
