import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { type ArticleChanges, type ArticleSettings, createArticleChanges, settingsOf } from './articleChanges.ts';
import { sourceOf, type VariantRow, variantsOf } from './articleVersions.ts';
import { sourceHash } from './sourceHash.ts';
import { type KnowledgeTables, knowledgeDb, type VariantState } from './tables.ts';
import type { Content, ListedVariant } from './types.ts';

/** The editors' articles: drafts that cannot overwrite each other silently, versions that stay, translations that know their source. */
export function createArticles(database: Kysely<CoreTables>, shopLanguage = 'en'): Articles {
  const db = knowledgeDb(database);
  return {
    ...createArticleChanges(db, shopLanguage),

    async list() {
      const articles = await db
        .selectFrom('article')
        .select(['id', 'slug', 'category', 'demo'])
        .orderBy('slug')
        .execute();
      const variants = await db
        .selectFrom('article_variant')
        .select([
          'article_id',
          'language',
          'state',
          'published_number',
          'changed_at',
          sql<string>`draft->>'title'`.as('title'),
        ])
        .select(
          sql<boolean>`coalesce(draft is distinct from (select content from article_version v where v.article_id = article_variant.article_id
            and v.language = article_variant.language and v.number = published_number), true)`.as('unpublished'),
        )
        .execute();
      const byArticle = Map.groupBy(variants, (variant) => variant.article_id);
      return articles.map((article) => ({
        slug: article.slug,
        category: article.category,
        demo: article.demo,
        variants: (byArticle.get(article.id) ?? []).map((variant) => ({
          language: variant.language,
          state: variant.state,
          title: variant.title,
          published: variant.published_number !== null,
          unpublished: variant.unpublished,
          changedAt: variant.changed_at.toISOString(),
        })),
      }));
    },

    async get(slug) {
      const article = await db.selectFrom('article').selectAll().where('slug', '=', slug).executeTakeFirst();
      if (!article) throw new AppError('not_found', 'no such article');
      const variants = await variantsOf(db, article.id);
      const versions = await versionsOf(db, article.id);
      const first = (language: string) => {
        const variant = variants.find((entry) => entry.language === language);
        const published = versions.find(
          (entry) => entry.language === language && entry.number === variant?.published_number,
        );
        return published?.content ?? variant?.draft;
      };
      const translatedFrom = (variant: VariantRow) => {
        const language = sourceOf(article, variant, shopLanguage);
        const now = language === undefined ? undefined : first(language);
        if (language === undefined || !now) return null;
        const made = versions.find(
          (entry) => entry.language === language && sourceHash(entry.content) === variant.source_hash,
        );
        return {
          language,
          now,
          made: made?.content ?? null,
          behind: variant.source_hash !== null && variant.source_hash !== sourceHash(now),
        };
      };
      return {
        slug: article.slug,
        ...settingsOf(article),
        version: article.version,
        demo: article.demo,
        source: article.source_language ?? shopLanguage,
        variants: variants.map((variant) => ({
          language: variant.language,
          state: variant.state,
          draft: variant.draft,
          version: variant.draft_version,
          publishedNumber: variant.published_number,
          changedBy: variant.changed_by,
          changedAt: variant.changed_at.toISOString(),
          translatedFrom: translatedFrom(variant),
          versions: versions
            .filter((version) => version.language === variant.language)
            .slice(0, 30)
            .map((version) => ({
              number: version.number,
              content: version.content,
              author: version.author,
              publishedAt: version.published_at.toISOString(),
            })),
        })),
      };
    },

    async published() {
      const rows = await db
        .selectFrom('article_variant')
        .innerJoin('article', 'article.id', 'article_variant.article_id')
        .innerJoin('article_version', (join) =>
          join
            .onRef('article_version.article_id', '=', 'article.id')
            .onRef('article_version.language', '=', 'article_variant.language')
            .onRef('article_version.number', '=', 'article_variant.published_number'),
        )
        .select(['slug', 'category', 'article_variant.language', 'intents', 'markets', 'content'])
        .select('published_at as publishedAt')
        .select([
          sql<string | null>`valid_from::text`.as('validFrom'),
          sql<string | null>`valid_until::text`.as('validUntil'),
        ])
        .orderBy('slug')
        .execute();
      return rows.map(({ content, ...row }) => ({ ...row, ...content }));
    },

    async revision() {
      const row = await db.selectFrom('knowledge_revision').select('revision').executeTakeFirst();
      return String(row?.revision ?? '0');
    },
  };
}

/** The editors' view of all articles. */
export type ArticleSummary = {
  slug: string;
  category: string | null;
  demo: boolean;
  variants: {
    language: string;
    state: VariantState;
    title: string;
    published: boolean;
    unpublished: boolean;
    changedAt: string;
  }[];
};

/**
 * One article with all its languages and their versions, newest first. `version` counts saves of the settings; `source` is
 * the language that translations start from.
 */
export type ArticleView = ArticleSettings & {
  slug: string;
  version: number;
  demo: boolean;
  source: string;
  variants: VariantView[];
};

/** One language of an article. `translatedFrom` shows the source as it is now and, where it is known, the one it was made from. */
export type VariantView = {
  language: string;
  state: VariantState;
  draft: Content;
  version: number;
  publishedNumber: number | null;
  changedBy: string | null;
  changedAt: string;
  translatedFrom: { language: string; now: Content; made: Content | null; behind: boolean } | null;
  versions: { number: number; content: Content; author: string | null; publishedAt: string }[];
};

/** Articles as the editor's routes and search use them. A save or publish over a newer save throws `stale`. */
export type Articles = ArticleChanges & {
  list(): Promise<ArticleSummary[]>;
  get(slug: string): Promise<ArticleView>;
  published(): Promise<ListedVariant[]>;
  revision(): Promise<string>;
};

function versionsOf(db: Kysely<KnowledgeTables>, articleId: string) {
  return db
    .selectFrom('article_version')
    .select(['language', 'number', 'content', 'author', 'published_at'])
    .where('article_id', '=', articleId)
    .orderBy('number', 'desc')
    .limit(2000)
    .execute();
}
