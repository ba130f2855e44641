import type { Kysely, Transaction } from 'kysely';
import { AppError } from '../core/errors.ts';
import {
  type ArticleRow,
  lockArticle,
  publishVariant,
  sourceContent,
  sourceOf,
  touch,
  type VariantRow,
} from './articleVersions.ts';
import { sourceHash } from './sourceHash.ts';
import type { KnowledgeTables, VariantState } from './tables.ts';
import type { Content } from './types.ts';

/** What editors do to articles. Each change names what it is based on and throws `stale`, with theirs, over a newer one. */
export function createArticleChanges(db: Kysely<KnowledgeTables>, shopLanguage: string): ArticleChanges {
  return {
    async create({ slug, category, intents, sourceLanguage = null }) {
      const row = await db
        .insertInto('article')
        .values({
          slug,
          category,
          intents: JSON.stringify(intents),
          markets: '[]',
          valid_from: null,
          valid_until: null,
          source_language: sourceLanguage,
        })
        .onConflict((conflict) => conflict.column('slug').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!row) throw new AppError('conflict', 'an article of this name exists', { slug });
    },

    async saveSettings({ slug, baseVersion, category, intents, markets, validFrom, validUntil, sourceLanguage }) {
      return db.transaction().execute(async (tx) => {
        const article = await lockArticle(tx, slug);
        if (article.version !== baseVersion)
          throw new AppError('stale', 'somebody changed the settings meanwhile', {
            version: article.version,
            settings: settingsOf(article),
          });
        await tx
          .updateTable('article')
          .set({
            category,
            intents: JSON.stringify(intents),
            markets: JSON.stringify(markets),
            valid_from: validFrom,
            valid_until: validUntil,
            source_language: sourceLanguage,
            version: baseVersion + 1,
            edited: true,
          })
          .where('id', '=', article.id)
          .execute();
        await touch(tx);
        return { version: baseVersion + 1 };
      });
    },

    async saveDraft({ slug, language, content, baseVersion, author }) {
      return db.transaction().execute(async (tx) => {
        const article = await lockArticle(tx, slug);
        const before = await variantRow(tx, article, language);
        refuseOlder(before, baseVersion);
        const values = {
          draft: JSON.stringify(content),
          draft_version: baseVersion + 1,
          changed_by: author,
          changed_at: new Date(),
        };
        if (before) await setVariant(tx, article, language, values);
        else {
          const source = sourceOf(article, { language, source: null }, shopLanguage);
          const from = source && (await sourceContent(tx, article.id, source));
          await tx
            .insertInto('article_variant')
            .values({
              article_id: article.id,
              language,
              published_number: null,
              state: 'reviewed',
              source: from ? source : null,
              source_hash: from ? sourceHash(from) : null,
              ...values,
            })
            .execute();
        }
        await tx.updateTable('article').set({ edited: true }).where('id', '=', article.id).execute();
        return { version: baseVersion + 1 };
      });
    },

    publish({ slug, language, baseVersion, author }) {
      return change(slug, language, baseVersion, async (tx, article, variant) => {
        const number = await publishVariant(tx, { article, language, content: variant.draft, author, shopLanguage });
        // Who makes a machine's draft public has read it.
        if (variant.state === 'machine draft') await setVariant(tx, article, language, { state: 'reviewed' });
        return { number };
      });
    },

    rollBack({ slug, language, number, baseVersion, author }) {
      return change(slug, language, baseVersion, async (tx, article, variant) => {
        const version = await tx
          .selectFrom('article_version')
          .select(['number', 'content'])
          .where('article_id', '=', article.id)
          .where('language', '=', language)
          .where('number', 'in', [number, variant.published_number ?? number])
          .execute();
        const old = version.find((entry) => entry.number === number)?.content;
        if (!old) throw new AppError('not_found', 'no such version');
        const current = version.find((entry) => entry.number === variant.published_number)?.content;
        // A draft that holds unpublished work stays as it is.
        const untouched = current === undefined || same(current, variant.draft);
        if (untouched)
          await setVariant(tx, article, language, {
            draft: JSON.stringify(old),
            draft_version: baseVersion + 1,
            changed_by: author,
            changed_at: new Date(),
          });
        const published = await publishVariant(tx, { article, language, content: old, author, shopLanguage });
        return { number: published, draftKept: !untouched };
      });
    },

    markReviewed({ slug, language, baseVersion, author }) {
      return change(slug, language, baseVersion, async (tx, article, variant) => {
        const source = sourceOf(article, variant, shopLanguage);
        const from = source && (await sourceContent(tx, article.id, source));
        await setVariant(tx, article, language, {
          state: 'reviewed',
          ...(from ? { source, source_hash: sourceHash(from) } : {}),
          changed_by: author,
          changed_at: new Date(),
        });
      });
    },

    unpublish({ slug, language, baseVersion }) {
      return change(slug, language, baseVersion, async (tx, article) => {
        await setVariant(tx, article, language, { published_number: null });
        await touch(tx);
      });
    },

    async remove({ slug, language }) {
      await db.transaction().execute(async (tx) => {
        const article = await lockArticle(tx, slug);
        await tx
          .deleteFrom('article_vote')
          .where('slug', '=', slug)
          .$if(language !== undefined, (query) => query.where('language', '=', language ?? ''))
          .execute();
        if (language === undefined) await tx.deleteFrom('article').where('id', '=', article.id).execute();
        else
          for (const table of ['article_version', 'article_variant'] as const)
            await tx.deleteFrom(table).where('article_id', '=', article.id).where('language', '=', language).execute();
        await touch(tx);
      });
    },
  };

  function change<T>(
    slug: string,
    language: string,
    baseVersion: number,
    run: (tx: Transaction<KnowledgeTables>, article: ArticleRow, variant: VariantRow) => Promise<T>,
  ): Promise<T> {
    return db.transaction().execute(async (tx) => {
      const article = await lockArticle(tx, slug);
      const variant = await variantRow(tx, article, language);
      if (!variant) throw new AppError('not_found', 'there is nothing in this language');
      refuseOlder(variant, baseVersion);
      return run(tx, article, variant);
    });
  }
}

/** The part of an article that all its languages share, as the editor sees and saves it. */
export function settingsOf(article: ArticleRow): ArticleSettings {
  return {
    category: article.category,
    intents: article.intents,
    markets: article.markets,
    validFrom: article.valid_from,
    validUntil: article.valid_until,
    sourceLanguage: article.source_language,
  };
}

/** Category, links and limits of an article; `sourceLanguage` null means the shop's. */
export type ArticleSettings = {
  category: string | null;
  intents: string[];
  markets: string[];
  validFrom: string | null;
  validUntil: string | null;
  sourceLanguage: string | null;
};

type Place = { slug: string; language: string; baseVersion: number; author: string };

export type ArticleChanges = {
  create(article: {
    slug: string;
    category: string | null;
    intents: string[];
    sourceLanguage?: string | null;
  }): Promise<void>;
  saveSettings(save: ArticleSettings & { slug: string; baseVersion: number }): Promise<{ version: number }>;
  saveDraft(save: Place & { content: Content }): Promise<{ version: number }>;
  publish(request: Place): Promise<{ number: number }>;
  /** Publishes an old version's text again; the draft follows unless it holds unpublished work. */
  rollBack(request: Place & { number: number }): Promise<{ number: number; draftKept: boolean }>;
  /** Says that the text fits its source as that is now. */
  markReviewed(request: Place): Promise<void>;
  unpublish(request: Place): Promise<void>;
  /** Deletes one language, or all of it, with versions and votes. */
  remove(request: { slug: string; language?: string }): Promise<void>;
};

function variantRow(tx: Transaction<KnowledgeTables>, article: ArticleRow, language: string) {
  return tx
    .selectFrom('article_variant')
    .selectAll()
    .where('article_id', '=', article.id)
    .where('language', '=', language)
    .executeTakeFirst();
}

async function setVariant(
  tx: Transaction<KnowledgeTables>,
  article: ArticleRow,
  language: string,
  values: Partial<{
    draft: string;
    draft_version: number;
    state: VariantState;
    source: string;
    source_hash: string;
    published_number: null;
    changed_by: string;
    changed_at: Date;
  }>,
) {
  await tx
    .updateTable('article_variant')
    .set(values)
    .where('article_id', '=', article.id)
    .where('language', '=', language)
    .execute();
}

function refuseOlder(variant: VariantRow | undefined, baseVersion: number): void {
  if ((variant?.draft_version ?? 0) === baseVersion) return;
  throw new AppError('stale', 'somebody saved this article meanwhile', {
    version: variant?.draft_version ?? 0,
    draft: variant?.draft ?? null,
    by: variant?.changed_by ?? null,
  });
}

function same(a: Content, b: Content): boolean {
  const list = (content: Content) => JSON.stringify([content.title, content.body, content.questions, content.keywords]);
  return list(a) === list(b);
}
