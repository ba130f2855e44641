import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { AppError } from '../core/errors.ts';
import { publish as publishEvent } from '../core/events.ts';
import { sourceHash } from './sourceHash.ts';
import type { KnowledgeTables } from './tables.ts';
import type { Content } from './types.ts';

/**
 * Makes content public as the next version of its language, lets every process's index know, and marks the translations
 * made from another text of it as stale, except those in `fresh`, which came along with it.
 */
export async function publishVariant(tx: Transaction<KnowledgeTables>, publication: Publication): Promise<number> {
  const { article, language, content, author, shopLanguage, fresh = new Set() } = publication;
  const before = await publishedContent(tx, article.id, language);
  const { number } = await tx
    .selectFrom('article_version')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('number'))
    .where('article_id', '=', article.id)
    .where('language', '=', language)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('article_version')
    .values({ article_id: article.id, language, number, content: JSON.stringify(content), author })
    .execute();
  await tx
    .updateTable('article_variant')
    .set({ published_number: number })
    .where('article_id', '=', article.id)
    .where('language', '=', language)
    .execute();
  for (const variant of await variantsOf(tx, article.id)) {
    if (fresh.has(variant.language) || sourceOf(article, variant, shopLanguage) !== language) continue;
    const next = afterChange(variant, before, content);
    if (next)
      await tx
        .updateTable('article_variant')
        .set(next)
        .where('article_id', '=', article.id)
        .where('language', '=', variant.language)
        .execute();
  }
  await touch(tx);
  return number;
}

/** The language that a variant was translated from; undefined for the one that the others are made from. */
export function sourceOf(
  article: { source_language: string | null },
  variant: { language: string; source: string | null },
  shopLanguage: string,
): string | undefined {
  const source = variant.source ?? article.source_language ?? shopLanguage;
  return source === variant.language ? undefined : source;
}

/** What translators work from: the public text of a language, else its draft. */
export async function sourceContent(
  tx: Kysely<KnowledgeTables>,
  articleId: string,
  language: string,
): Promise<Content | undefined> {
  const published = await publishedContent(tx, articleId, language);
  if (published) return published;
  const variant = await tx
    .selectFrom('article_variant')
    .select('draft')
    .where('article_id', '=', articleId)
    .where('language', '=', language)
    .executeTakeFirst();
  return variant?.draft;
}

/** The article's row, locked: every change of an article goes through here, so that changes come one after the other. */
export async function lockArticle(tx: Transaction<KnowledgeTables>, slug: string): Promise<ArticleRow> {
  const row = await tx.selectFrom('article').selectAll().where('slug', '=', slug).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw new AppError('not_found', 'no such article');
  return row;
}

/** All languages of an article. */
export function variantsOf(tx: Kysely<KnowledgeTables>, articleId: string): Promise<VariantRow[]> {
  return tx.selectFrom('article_variant').selectAll().where('article_id', '=', articleId).orderBy('language').execute();
}

/** Marks that search must look again; every change of what is public ends here. */
export async function touch(tx: Kysely<KnowledgeTables>): Promise<void> {
  await tx.updateTable('knowledge_revision').set({ revision: sql<string>`revision + 1` }).execute();
  await publishEvent(tx, { t: 'knowledge' });
}

export type ArticleRow = Selectable<KnowledgeTables['article']>;
export type VariantRow = Selectable<KnowledgeTables['article_variant']>;
export type Publication = {
  article: ArticleRow;
  language: string;
  content: Content;
  author: string | null;
  /** The source language of articles that name none. */
  shopLanguage: string;
  fresh?: ReadonlySet<string>;
};

async function publishedContent(
  tx: Kysely<KnowledgeTables>,
  articleId: string,
  language: string,
): Promise<Content | undefined> {
  const row = await tx
    .selectFrom('article_variant')
    .innerJoin('article_version', (join) =>
      join
        .onRef('article_version.article_id', '=', 'article_variant.article_id')
        .onRef('article_version.language', '=', 'article_variant.language')
        .onRef('article_version.number', '=', 'article_variant.published_number'),
    )
    .select('content')
    .where('article_variant.article_id', '=', articleId)
    .where('article_variant.language', '=', language)
    .executeTakeFirst();
  return row?.content;
}

// A source that goes back to the text that was translated makes the translation right again. A hash of a file may be of another
// making than ours, so only a text that really changed can make stale.
function afterChange(variant: VariantRow, before: Content | undefined, after: Content) {
  const now = sourceHash(after);
  const was = before && sourceHash(before);
  const made = variant.source_hash ?? was;
  if (!made || variant.state === 'machine draft') return undefined;
  if (made === now)
    return variant.state === 'stale' && variant.source_hash ? { state: 'reviewed' as const } : undefined;
  return was === now ? undefined : { state: 'stale' as const, source_hash: made };
}
