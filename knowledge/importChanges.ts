import type { ArticleRow, VariantRow } from './articleVersions.ts';
import type { ArticleFile, SilentField } from './files.ts';

/**
 * The settings of an article after an import: what its files say, first of all the first; where none says anything, what
 * stands, unless the files bring every language of the article and so speak for all of it.
 */
export function sharedSettings(
  known: ArticleRow | undefined,
  variants: readonly VariantRow[],
  files: readonly ArticleFile[],
): SharedSettings {
  const pick = <T>(field: SilentField, of: (file: ArticleFile) => T, standing: T | undefined, none: T): T => {
    const telling = files.filter((file) => !file.silent?.has(field));
    const whole =
      telling.length > 0 && variants.every(({ language }) => telling.some((file) => file.language === language));
    const said = telling.map(of).find((value) => canonical(value) !== canonical(none));
    return said ?? (whole ? none : (standing ?? none));
  };
  return {
    category: pick('category', (file) => file.category, known?.category, null),
    intents: pick('intents', (file) => file.intents, known?.intents, []),
    markets: pick('markets', (file) => file.markets, known?.markets, []),
    valid_from: pick('valid_from', (file) => file.validFrom, known?.valid_from, null),
    valid_until: pick('valid_until', (file) => file.validUntil, known?.valid_until, null),
  };
}

export type SharedSettings = Pick<ArticleRow, 'category' | 'intents' | 'markets' | 'valid_from' | 'valid_until'>;

/** A file with what it is silent about as the variant has it. */
export function keptFrom(variant: VariantRow, file: ArticleFile): ArticleFile {
  const keep = <T>(field: SilentField, standing: T, said: T) => (file.silent?.has(field) ? standing : said);
  const { content } = file;
  return {
    ...file,
    content: {
      ...content,
      questions: keep('questions', variant.draft.questions, content.questions),
      keywords: keep('keywords', variant.draft.keywords, content.keywords),
    },
    source: keep('source', variant.source, file.source),
    sourceHash: keep('source_hash', variant.source_hash, file.sourceHash),
    extra: keep('extra', variant.extra, file.extra),
  };
}

/** Which fields of a language an import changes; none: the file says what stands. */
export function changedFields(variant: VariantRow, file: ArticleFile): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['title', variant.draft.title, file.content.title],
    ['body', variant.draft.body, file.content.body],
    ['questions', variant.draft.questions, file.content.questions],
    ['keywords', variant.draft.keywords, file.content.keywords],
    ['state', variant.state, file.state],
    ['source', [variant.source, variant.source_hash], [file.source, file.sourceHash]],
    ['extra', variant.extra, file.extra],
  ];
  return pairs.filter(([, before, after]) => canonical(before) !== canonical(after)).map(([field]) => field);
}

/** JSON with sorted keys: jsonb sorts them in its own way. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
