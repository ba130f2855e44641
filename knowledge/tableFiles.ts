import { type ArticleFile, toArticle } from './files.ts';
import type { Readable } from './importArticles.ts';

/** The articles of a CSV text: a header row with slug, language, title, body and more; lists are separated by `|`. */
export function readCsv(text: string): Readable[] {
  const [header = [], ...rows] = parseCsv(text.replace(/^\ufeff/, ''));
  const columns = header.map((name) => name.trim().toLowerCase());
  for (const needed of ['slug', 'language', 'title', 'body'])
    if (!columns.includes(needed)) throw new Error(`the header row lacks the column "${needed}"`);
  return rows
    .filter((row) => row.some((cell) => cell !== ''))
    .map((row, i) => ({
      name: `row ${i + 2}`,
      read() {
        if (row.length !== columns.length) throw new Error(`has ${row.length} cells instead of ${columns.length}`);
        const fields = Object.fromEntries(columns.map((column, k) => [column, unguard(row[k] ?? '')]));
        return fromFields(fields, (value) => splitList(value));
      },
    }));
}

/** Articles as CSV; a cell that a spreadsheet would take for a formula gets a leading apostrophe. */
export function writeCsv(articles: readonly ArticleFile[]): string {
  const rows = articles.map((article) => [
    article.slug,
    article.language,
    article.content.title,
    article.content.body,
    article.category ?? '',
    joinList(article.content.questions),
    joinList(article.content.keywords),
    joinList(article.intents),
    joinList(article.markets),
    article.validFrom ?? '',
    article.validUntil ?? '',
    article.source ?? '',
    article.sourceHash ?? '',
    article.state,
  ]);
  return [[...csvColumns], ...rows]
    .map((row) => row.map((cell) => quote(guard(cell))).join(','))
    .join('\r\n')
    .concat('\r\n');
}

/** The articles of a JSON text: a list of objects with the fields of the front matter and slug, language, body. */
export function readJson(text: string): Readable[] {
  const list: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  if (!Array.isArray(list)) throw new Error('the JSON must be a list of articles');
  return list.map((entry, i) => ({
    name: `entry ${i + 1}`,
    read() {
      if (typeof entry !== 'object' || entry === null) throw new Error('is no object');
      return fromFields(entry as Record<string, unknown>, (value) => value);
    },
  }));
}

const csvColumns = [
  'slug',
  'language',
  'title',
  'body',
  'category',
  'questions',
  'keywords',
  'intents',
  'markets',
  'valid_from',
  'valid_until',
  'source',
  'source_hash',
  'state',
] as const;
const listColumns = ['questions', 'keywords', 'intents', 'markets'];

function fromFields(fields: Record<string, unknown>, list: (value: string) => unknown): ArticleFile {
  const { slug, language, body, ...rest } = fields;
  if (typeof slug !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug))
    throw new Error('the slug must be of small letters, digits and hyphens');
  if (typeof language !== 'string' || !/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(language))
    throw new Error('the language must be a tag such as de');
  if (typeof body !== 'string') throw new Error('the body is missing');
  const given = Object.fromEntries(
    Object.entries(rest)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, listColumns.includes(name) && typeof value === 'string' ? list(value) : value]),
  );
  return toArticle(slug, language, given, body);
}

function splitList(value: string): string[] {
  return value
    .split(/(?<!\\)\|/)
    .map((item) => item.replace(/\\\|/g, '|').trim())
    .filter(Boolean);
}

function joinList(items: readonly string[]): string {
  return items.map((item) => item.replace(/\|/g, '\\|')).join('|');
}

function guard(cell: string): string {
  return /^[=+\-@\t\r']/.test(cell) ? `'${cell}` : cell;
}

function unguard(cell: string): string {
  return /^'[=+\-@\t\r']/.test(cell) ? cell.slice(1) : cell;
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character === '"' && text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (character === '"') quoted = false;
      else cell += character;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === ',') {
      rows.at(-1)?.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[i + 1] === '\n') i += 1;
      rows.at(-1)?.push(cell);
      cell = '';
      rows.push([]);
    } else cell += character;
  }
  if (quoted) throw new Error('a quotation mark is never closed');
  rows.at(-1)?.push(cell);
  return rows;
}
