import { zipSync } from 'fflate';
import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { docxPage } from './docxPage.ts';
import { type ArticleFile, formatArticleFile } from './files.ts';
import { htmlPage } from './htmlPage.ts';
import { writeCsv, writeJson } from './tableFiles.ts';
import { knowledgeDb } from './tables.ts';

/** Reads all variants back as files, drafts as they stand. */
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

/** One file to download: a zip of Markdown, HTML or Word, or a table. HTML and Word hold the texts alone; the others come back in as they went out. */
export function packArticles(articles: readonly ArticleFile[], format: ExportFormat): { type: string; bytes: Buffer } {
  // With its mark, so that spreadsheets read it as UTF-8.
  if (format === 'csv') return { type: 'text/csv; charset=utf-8', bytes: Buffer.from(`\ufeff${writeCsv(articles)}`) };
  if (format === 'json') return { type: 'application/json', bytes: Buffer.from(writeJson(articles)) };
  const { ending, write } = writers[format];
  const files = articles.map((article) => [
    `${article.slug}.${article.language}.${ending}`,
    Buffer.from(write(article)),
  ]);
  return { type: 'application/zip', bytes: Buffer.from(zipSync(Object.fromEntries(files), { mtime: '2000-01-01' })) };
}

export const exportFormats = ['markdown', 'csv', 'json', 'html', 'docx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const writers = {
  markdown: { ending: 'md', write: formatArticleFile },
  html: { ending: 'html', write: htmlPage },
  docx: { ending: 'docx', write: docxPage },
};
