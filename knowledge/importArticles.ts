import type { Kysely, Transaction } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { type ArticleRow, lockArticle, publishVariant, touch, type VariantRow, variantsOf } from './articleVersions.ts';
import { currentFacts, unknownNames } from './facts.ts';
import type { ArticleFile } from './files.ts';
import { canonical, changedFields, keptFrom, type SharedSettings, sharedSettings } from './importChanges.ts';
import { type Reason, Refusal, reasonOf } from './refusal.ts';
import { type KnowledgeTables, knowledgeDb } from './tables.ts';
import type { Content } from './types.ts';

/**
 * Stores article files as published variants, idempotent by slug and language. A refused file is reported and the rest goes
 * on; what the files say of one article is stored in one transaction. The first run that takes one removes demo articles that
 * nobody edited.
 */
export async function importArticles(
  database: Kysely<CoreTables>,
  files: Iterable<Readable>,
  options: ImportOptions,
): Promise<ArticleReport> {
  const db = knowledgeDb(database);
  const report: ArticleReport = { created: [], updated: [], unchanged: [], refused: [], notes: [], changes: [] };
  const articles = await readAll(files, options, report);
  const facts = await currentFacts(database);
  if (options.dryRun && !options.demo && articles.size > 0) report.notes.push(...(await demoNote(db)));
  for (const [slug, group] of articles) {
    const outcomes = await db.transaction().execute(async (tx) => {
      if (!options.demo && !options.dryRun) await removeDemoArticles(tx);
      return store(tx, slug, group, options);
    });
    for (const { language, outcome, change } of outcomes) {
      const name = `${slug}.${language}`;
      report[outcome].push(name);
      if (change) report.changes.push({ name, ...change });
    }
    for (const { language, content } of group) {
      const names = unknownNames(`${content.title}\n${content.body}`, facts);
      if (names.length > 0)
        report.notes.push({
          name: `${slug}.${language}`,
          note: { code: 'unknownFacts', values: { names: names.join(', ') } },
        });
    }
  }
  return report;
}

/** A file to be read: `read` throws with the reason when it cannot be taken. */
export type Readable = { name: string; read(): ArticleFile | Promise<ArticleFile> };

export type ImportOptions = {
  languages: readonly string[];
  dryRun?: boolean;
  demo?: boolean;
  author?: string;
  /** The source language of articles that name none. */
  shopLanguage?: string;
};

/** What an import did, or would do. `changes` shows the text of updated variants before and after. */
export type ArticleReport = {
  created: string[];
  updated: string[];
  unchanged: string[];
  refused: { name: string; reason: Reason }[];
  notes: { name: string; note: Reason }[];
  changes: ({ name: string } & Change)[];
};

export type Change = { fields: string[]; before: Content; after: Content };

async function readAll(
  files: Iterable<Readable>,
  { languages }: ImportOptions,
  report: ArticleReport,
): Promise<Map<string, ArticleFile[]>> {
  const articles = new Map<string, ArticleFile[]>();
  for (const file of files) {
    // Between two files the process answers its customers.
    await new Promise(setImmediate);
    try {
      const article = await file.read();
      const group = articles.get(article.slug) ?? [];
      if (!languages.includes(article.language))
        throw new Refusal('languageUnknown', { language: article.language, languages: languages.join(', ') });
      if (group.some((other) => other.language === article.language)) throw new Refusal('twice');
      articles.set(article.slug, [...group, article]);
      report.notes.push(...(article.notes ?? []).map((note) => ({ name: file.name, note })));
    } catch (error) {
      report.refused.push({ name: file.name, reason: reasonOf(error) });
    }
  }
  return articles;
}

async function demoNote(db: Kysely<KnowledgeTables>): Promise<ArticleReport['notes']> {
  const demo = await db
    .selectFrom('article')
    .select('slug')
    .where('demo', '=', true)
    .where('edited', '=', false)
    .execute();
  return demo.length > 0 ? [{ name: '', note: { code: 'demoOut', values: { number: demo.length } } }] : [];
}

async function removeDemoArticles(tx: Transaction<KnowledgeTables>): Promise<void> {
  const gone = await tx
    .deleteFrom('article')
    .where('demo', '=', true)
    .where('edited', '=', false)
    .returning('id')
    .execute();
  if (gone.length > 0) await touch(tx);
}

type Outcome = {
  language: string;
  outcome: 'created' | 'updated' | 'unchanged';
  change?: Change;
};

async function store(
  tx: Transaction<KnowledgeTables>,
  slug: string,
  files: readonly ArticleFile[],
  { dryRun = false, demo = false, author, shopLanguage = 'en' }: ImportOptions,
): Promise<Outcome[]> {
  const known = await tx.selectFrom('article').selectAll().where('slug', '=', slug).executeTakeFirst();
  const variants = known ? await variantsOf(tx, known.id) : [];
  const shared = sharedSettings(known, variants, files);
  const settingsChanged = known !== undefined && canonical(shared) !== canonical(sharedSettings(known, [], []));
  const article = dryRun ? known : await articleFor(tx, slug, known, shared, demo, settingsChanged);
  const outcomes: Outcome[] = [];
  const fresh = new Set(files.map((file) => file.language));
  for (const given of files) {
    const variant = variants.find((entry) => entry.language === given.language);
    const file = variant ? keptFrom(variant, given) : given;
    const { language } = file;
    const fields = variant ? changedFields(variant, file) : [];
    if (variant && fields.length === 0) {
      outcomes.push({ language, outcome: settingsChanged ? 'updated' : 'unchanged' });
      continue;
    }
    if (article && !dryRun)
      await storeVariant(tx, { article, file, variant, fresh, author: author ?? null, shopLanguage });
    outcomes.push(
      variant
        ? { language, outcome: 'updated', change: { fields, before: variant.draft, after: file.content } }
        : { language, outcome: 'created' },
    );
  }
  if (settingsChanged && !dryRun) await touch(tx);
  return outcomes;
}

async function articleFor(
  tx: Transaction<KnowledgeTables>,
  slug: string,
  known: ArticleRow | undefined,
  shared: SharedSettings,
  demo: boolean,
  changed: boolean,
): Promise<ArticleRow> {
  const values = { ...shared, intents: JSON.stringify(shared.intents), markets: JSON.stringify(shared.markets) };
  if (!known)
    return tx
      .insertInto('article')
      .values({ slug, demo, source_language: null, ...values })
      .returningAll()
      .executeTakeFirstOrThrow();
  const locked = await lockArticle(tx, slug);
  if (!changed) return locked;
  return tx
    .updateTable('article')
    .set({ ...values, version: locked.version + 1 })
    .where('id', '=', locked.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function storeVariant(
  tx: Transaction<KnowledgeTables>,
  {
    article,
    file,
    variant,
    fresh,
    author,
    shopLanguage,
  }: {
    article: ArticleRow;
    file: ArticleFile;
    variant: VariantRow | undefined;
    fresh: ReadonlySet<string>;
    author: string | null;
    shopLanguage: string;
  },
): Promise<void> {
  const { language, content } = file;
  const values = {
    draft: JSON.stringify(content),
    state: file.state,
    source: file.source,
    source_hash: file.sourceHash,
    extra: JSON.stringify(file.extra),
    draft_version: (variant?.draft_version ?? 0) + 1,
    changed_by: author,
    changed_at: new Date(),
  };
  await tx
    .insertInto('article_variant')
    .values({ article_id: article.id, language, published_number: null, ...values })
    .onConflict((conflict) => conflict.columns(['article_id', 'language']).doUpdateSet(values))
    .execute();
  // A machine draft waits for somebody to read it.
  if (file.state !== 'machine draft')
    await publishVariant(tx, { article, language, content, author, shopLanguage, fresh });
}
