import { createInstance } from 'i18next';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

type Loader = () => Promise<unknown>;

/** Loads the words of the staff app in one language at a time; `namespaces` maps a name to the locale files of its folder. */
export function WordsProvider({
  language,
  namespaces,
  children,
}: {
  language: string;
  namespaces: Record<string, Record<string, Loader>>;
  children: ReactNode;
}) {
  const [words, setWords] = useState<Words>();
  useEffect(() => {
    let current = true;
    void load(language, namespaces).then((loaded) => {
      if (!current) return;
      document.documentElement.lang = language;
      document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
      setWords(loaded);
    });
    return () => {
      current = false;
    };
  }, [language, namespaces]);
  return words ? <WordsContext.Provider value={words}>{children}</WordsContext.Provider> : null;
}

/** The words and the language of this staff member. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('no words are loaded');
  return words;
}

/** `t('ui:signIn.title')`: folder, then the path of the key. */
export type Words = { language: string; t(key: string, values?: Record<string, string | number>): string };

/** The name of a language in the language of the reader. */
export function languageLabel(language: string, reader: string): string {
  return new Intl.DisplayNames(reader, { type: 'language' }).of(language) ?? language;
}

/** Languages that the staff app exists in. */
export const staffLanguages = ['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko'];

const WordsContext = createContext<Words | undefined>(undefined);

async function load(language: string, namespaces: Record<string, Record<string, Loader>>): Promise<Words> {
  const resources: Record<string, object> = {};
  for (const [name, files] of Object.entries(namespaces)) {
    const file = Object.entries(files).find(([path]) => path.endsWith(`/${language}.json`));
    resources[name] = file ? ((await file[1]()) as object) : {};
  }
  const instance = createInstance();
  await instance.init({
    lng: language,
    resources: { [language]: resources as Record<string, Record<string, string>> },
    interpolation: { escapeValue: false },
    missingInterpolationHandler: (_text, match) => match[0],
  });
  return { language, t: (key, values) => instance.t(key, values ?? {}) as string };
}
