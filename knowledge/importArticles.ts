import type { Kysely, Transaction } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { publishVariant, touch } from './articles.ts';
import type { ArticleFile } from './files.ts';
import { type KnowledgeTables, knowledgeDb } from './tables.ts';

/**
 * Stores article files as published variants, idempotent by slug and language. A refused file is reported and the rest goes
 * on; nothing of one article is half published. The first run that takes one removes demo articles that nobody edited.
 */
export async function importArticles(
  database: Kysely<CoreTables>,
  files: Iterable<Readable>,
  options: ImportOptions,
): Promise<ArticleReport> {
  const db = knowledgeDb(database);
  const report: ArticleReport = { created: [], updated: [], unchanged: [], refused: [] };
  const seen = new Set<string>();
  for (const file of files) {
    let article: ArticleFile;
    try {
      article = file.read();
      const name = `${article.slug}.${article.language}`;
      if (!options.languages.includes(article.language))
        throw new Error(`the language "${article.language}" is none of ${options.languages.join(', ')}`);
      if (seen.has(name)) throw new Error('this slug and language stand twice in the import');
      seen.add(name);
    } catch (error) {
      report.refused.push({ name: file.name, reason: error instanceof Error ? error.message : String(error) });
      continue;
    }
    const name = `${article.slug}.${article.language}`;
    const outcome = await db.transaction().execute(async (tx) => {
      if (!options.demo && !options.dryRun) await removeDemoArticles(tx);
      return store(tx, article, options);
    });
    report[outcome].push(name);
  }
  return report;
}

/** Reads the published and drafted variants back as files; `only` limits to what is published. */
export async function exportArticles(database: Kysely<CoreTables>): Promise<ArticleFile[]> {
  const rows = await knowledgeDb(database)
    .selectFrom('article_variant')
    .innerJoin('article', 'article.id', 'article_variant.article_id')
    .select([
      'slug',
      'language',
      'draft',
      'state',
      'category',
      'intents',
      'markets',
      'valid_from',
      'valid_until',
      'source',
      'source_hash',
      'extra',
    ])
    .orderBy('slug')
    .orderBy('language')
    .execute();
  return rows.map((row) => ({
    slug: row.slug,
    language: row.language,
    content: row.draft,
    category: row.category,
    intents: row.intents,
    markets: row.markets,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    source: row.source,
    sourceHash: row.source_hash,
    state: row.state,
    extra: row.extra,
  }));
}

/** A file to be read: `read` throws with the reason when it cannot be taken. */
export type Readable = { name: string; read(): ArticleFile };

export type ImportOptions = { languages: readonly string[]; dryRun?: boolean; demo?: boolean; author?: string };

export type ArticleReport = {
  created: string[];
  updated: string[];
  unchanged: string[];
  refused: { name: string; reason: string }[];
};

async function removeDemoArticles(tx: Transaction<KnowledgeTables>): Promise<void> {
  const gone = await tx
    .deleteFrom('article')
    .where('demo', '=', true)
    .where('edited', '=', false)
    .returning('id')
    .execute();
  if (gone.length > 0) await touch(tx);
}

async function store(
  tx: Transaction<KnowledgeTables>,
  file: ArticleFile,
  { dryRun = false, demo = false, author }: ImportOptions,
): Promise<'created' | 'updated' | 'unchanged'> {
  const article = await tx.selectFrom('article').selectAll().where('slug', '=', file.slug).executeTakeFirst();
  const variant = article
    ? await tx
        .selectFrom('article_variant')
        .selectAll()
        .where('article_id', '=', article.id)
        .where('language', '=', file.language)
        .executeTakeFirst()
    : undefined;
  const shared = {
    category: file.category,
    intents: JSON.stringify(file.intents),
    markets: JSON.stringify(file.markets),
    valid_from: file.validFrom,
    valid_until: file.validUntil,
  };
  const same =
    article !== undefined &&
    variant !== undefined &&
    canonical([variant.draft, variant.state, variant.source, variant.source_hash, variant.extra]) ===
      canonical([file.content, file.state, file.source, file.sourceHash, file.extra]) &&
    canonical([article.category, article.intents, article.markets, article.valid_from, article.valid_until]) ===
      canonical([file.category, file.intents, file.markets, file.validFrom, file.validUntil]);
  if (same) return 'unchanged';
  if (dryRun) return variant ? 'updated' : 'created';
  const { id } = article
    ? await tx.updateTable('article').set(shared).where('id', '=', article.id).returning('id').executeTakeFirstOrThrow()
    : await tx
        .insertInto('article')
        .values({ slug: file.slug, demo, ...shared })
        .returning('id')
        .executeTakeFirstOrThrow();
  const values = {
    draft: JSON.stringify(file.content),
    state: file.state,
    source: file.source,
    source_hash: file.sourceHash,
    extra: JSON.stringify(file.extra),
    draft_version: (variant?.draft_version ?? 0) + 1,
    changed_by: author ?? null,
    changed_at: new Date(),
  };
  await tx
    .insertInto('article_variant')
    .values({ article_id: id, language: file.language, published_number: null, ...values })
    .onConflict((conflict) => conflict.columns(['article_id', 'language']).doUpdateSet(values))
    .execute();
  // A machine draft waits for somebody to read it.
  if (file.state !== 'machine draft')
    await publishVariant(tx, { articleId: id, language: file.language, content: file.content, author: author ?? null });
  return variant ? 'updated' : 'created';
}

// jsonb sorts keys in its own way.
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
