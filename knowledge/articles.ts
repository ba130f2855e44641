import { type Kysely, sql, type Transaction } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { publish as publishEvent } from '../core/events.ts';
import { type KnowledgeTables, knowledgeDb, type VariantState } from './tables.ts';
import type { Content, PublishedVariant } from './types.ts';

/** The editors' articles: drafts that cannot overwrite each other silently, and versions that stay. */
export function createArticles(database: Kysely<CoreTables>): Articles {
  const db = knowledgeDb(database);
  return {
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
      return articles.map((article) => ({
        slug: article.slug,
        category: article.category,
        demo: article.demo,
        variants: variants
          .filter((variant) => variant.article_id === article.id)
          .map((variant) => ({
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
      const variants = await db
        .selectFrom('article_variant')
        .selectAll()
        .where('article_id', '=', article.id)
        .orderBy('language')
        .execute();
      const versions = await db
        .selectFrom('article_version')
        .select(['language', 'number', 'content', 'author', 'published_at'])
        .where('article_id', '=', article.id)
        .orderBy('number', 'desc')
        .limit(200)
        .execute();
      return {
        slug: article.slug,
        category: article.category,
        intents: article.intents,
        markets: article.markets,
        variants: variants.map((variant) => ({
          language: variant.language,
          state: variant.state,
          draft: variant.draft,
          version: variant.draft_version,
          publishedNumber: variant.published_number,
          changedBy: variant.changed_by,
          changedAt: variant.changed_at.toISOString(),
          versions: versions
            .filter((version) => version.language === variant.language)
            .map((version) => ({
              number: version.number,
              content: version.content,
              author: version.author,
              publishedAt: version.published_at.toISOString(),
            })),
        })),
      };
    },

    async create({ slug, category, intents }) {
      const row = await db
        .insertInto('article')
        .values({
          slug,
          category,
          intents: JSON.stringify(intents),
          markets: '[]',
          valid_from: null,
          valid_until: null,
        })
        .onConflict((conflict) => conflict.column('slug').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!row) throw new AppError('conflict', 'an article of this name exists', { slug });
    },

    async saveDraft({ slug, language, content, baseVersion, author }) {
      return db.transaction().execute(async (tx) => {
        const article = await articleRow(tx, slug);
        const before = await tx
          .selectFrom('article_variant')
          .select(['draft_version', 'draft', 'changed_by'])
          .where('article_id', '=', article.id)
          .where('language', '=', language)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if ((before?.draft_version ?? 0) !== baseVersion) {
          throw new AppError('stale', 'somebody saved this article meanwhile', {
            version: before?.draft_version ?? 0,
            draft: before?.draft,
            by: before?.changed_by,
          });
        }
        const version = baseVersion + 1;
        const values = {
          draft: JSON.stringify(content),
          draft_version: version,
          state: 'reviewed' as const,
          changed_by: author,
          changed_at: new Date(),
        };
        await tx
          .insertInto('article_variant')
          .values({
            article_id: article.id,
            language,
            published_number: null,
            source: null,
            source_hash: null,
            ...values,
          })
          .onConflict((conflict) => conflict.columns(['article_id', 'language']).doUpdateSet(values))
          .execute();
        await tx.updateTable('article').set({ edited: true }).where('id', '=', article.id).execute();
        return { version };
      });
    },

    async publish({ slug, language, baseVersion, author }) {
      return db.transaction().execute(async (tx) => {
        const article = await articleRow(tx, slug);
        const variant = await tx
          .selectFrom('article_variant')
          .select(['draft', 'draft_version'])
          .where('article_id', '=', article.id)
          .where('language', '=', language)
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (!variant) throw new AppError('not_found', 'there is nothing to publish in this language');
        if (variant.draft_version !== baseVersion)
          throw new AppError('stale', 'somebody saved this article meanwhile', {
            version: variant.draft_version,
            draft: variant.draft,
          });
        return {
          number: await publishVariant(tx, { articleId: article.id, language, content: variant.draft, author }),
        };
      });
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
        .select(['slug', 'article_variant.language', 'intents', 'markets', 'content'])
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

/** Makes content public as the next version of its language and lets every process's index know. */
export async function publishVariant(
  tx: Transaction<KnowledgeTables>,
  {
    articleId,
    language,
    content,
    author,
  }: { articleId: string; language: string; content: Content; author: string | null },
): Promise<number> {
  const { number } = await tx
    .selectFrom('article_version')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('number'))
    .where('article_id', '=', articleId)
    .where('language', '=', language)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('article_version')
    .values({ article_id: articleId, language, number, content: JSON.stringify(content), author })
    .execute();
  await tx
    .updateTable('article_variant')
    .set({ published_number: number })
    .where('article_id', '=', articleId)
    .where('language', '=', language)
    .execute();
  await touch(tx);
  return number;
}

/** Marks that search must look again; every change of what is public ends here. */
export async function touch(tx: Kysely<KnowledgeTables>): Promise<void> {
  await tx.updateTable('knowledge_revision').set({ revision: sql<string>`revision + 1` }).execute();
  await publishEvent(tx, { t: 'knowledge' });
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

/** One article with all its languages and their versions, newest first. */
export type ArticleView = {
  slug: string;
  category: string | null;
  intents: string[];
  markets: string[];
  variants: {
    language: string;
    state: VariantState;
    draft: Content;
    version: number;
    publishedNumber: number | null;
    changedBy: string | null;
    changedAt: string;
    versions: { number: number; content: Content; author: string | null; publishedAt: string }[];
  }[];
};

/** Articles as the editor's routes and search use them. A save or publish over a newer save throws `stale`. */
export type Articles = {
  list(): Promise<ArticleSummary[]>;
  get(slug: string): Promise<ArticleView>;
  create(article: { slug: string; category: string | null; intents: string[] }): Promise<void>;
  saveDraft(save: {
    slug: string;
    language: string;
    content: Content;
    baseVersion: number;
    author: string;
  }): Promise<{ version: number }>;
  publish(request: {
    slug: string;
    language: string;
    baseVersion: number;
    author: string;
  }): Promise<{ number: number }>;
  published(): Promise<PublishedVariant[]>;
  revision(): Promise<string>;
};

async function articleRow(tx: Transaction<KnowledgeTables>, slug: string) {
  const row = await tx.selectFrom('article').select('id').where('slug', '=', slug).executeTakeFirst();
  if (!row) throw new AppError('not_found', 'no such article');
  return row;
}
