import type { Articles } from './articles.ts';
import type { ListedVariant } from './types.ts';

/** The published articles as the help pages list them, read again only when the revision moved. */
export function createHelpShelf(articles: Pick<Articles, 'published' | 'revision'>, shopLanguage: string): HelpShelf {
  let known: { revision: string; bySlug: Map<string, ListedVariant[]> } | undefined;

  // The revision first: a publish in between is then read twice, never missed.
  async function current(): Promise<ListedVariant[][]> {
    const revision = await articles.revision();
    if (known?.revision !== revision)
      known = { revision, bySlug: Map.groupBy(await articles.published(), ({ slug }) => slug) };
    const today = new Date().toISOString().slice(0, 10);
    return [...known.bySlug.values()]
      .map((variants) => variants.filter((variant) => isValid(variant, today)))
      .filter((variants) => variants.length > 0);
  }

  return {
    async list(language, market) {
      return (await current())
        .map((variants) => bestFor(variants, language))
        .filter(({ markets }) => !market || markets.length === 0 || markets.includes(market));
    },
    async variants(slug) {
      return (await current()).find(([variant]) => variant?.slug === slug) ?? [];
    },
    all: current,
    async markets() {
      return [...new Set((await current()).flatMap(([variant]) => variant?.markets ?? []))].sort();
    },
    bestFor,
  };

  function bestFor(variants: readonly ListedVariant[], language: string): ListedVariant {
    const found =
      [language, shopLanguage, 'en'].flatMap((tag) => variants.find((variant) => variant.language === tag) ?? [])[0] ??
      variants[0];
    if (!found) throw new Error('an article has at least one language here');
    return found;
  }
}

/** What the help pages can list today. Drafts and articles outside their validity are not among it. */
export type HelpShelf = {
  /** Each article once: in the language, else in the shop's, else in English, else in any. */
  list(language: string, market?: string): Promise<ListedVariant[]>;
  variants(slug: string): Promise<ListedVariant[]>;
  all(): Promise<ListedVariant[][]>;
  /** The countries for which there are articles of their own. */
  markets(): Promise<string[]>;
  bestFor(variants: readonly ListedVariant[], language: string): ListedVariant;
};

function isValid({ validFrom, validUntil }: ListedVariant, today: string): boolean {
  return (validFrom === null || validFrom <= today) && (validUntil === null || today <= validUntil);
}
