import { type ArticleFile, silentFields, toArticle } from './files.ts';
import { Refusal } from './refusal.ts';

/** The articles of a CSV text: a header row with slug, language, title, body and more; lists are separated by `|`. */
export function readCsv(text: string): TableRow[] {
  const plain = text.replace(/^\ufeff/, '');
  const [header = [], ...rows] = parseCsv(plain, delimiterOf(plain));
  const columns = header.map((name) => name.trim().toLowerCase());
  for (const needed of ['slug', 'language', 'title', 'body'])
    if (!columns.includes(needed)) throw new Refusal('noColumn', { column: needed });
  if (columns.length > maxColumns) throw new Refusal('tooManyColumns', { most: maxColumns });
  const silent = new Set(silentFields.filter((field) => field !== 'extra' && !columns.includes(field)));
  if (rows.length > maxArticles) throw new Refusal('tooManyArticles', { most: maxArticles });
  return rows
    .filter((row) => row.some((cell) => cell !== ''))
    .map((row, i) => ({
      name: `row ${i + 2}`,
      read() {
        if (row.length !== columns.length) throw new Refusal('cells', { cells: row.length, columns: columns.length });
        const fields = Object.fromEntries(columns.map((column, k) => [column, unguard(row[k] ?? '')]));
        const { extra, ...rest } = fields;
        const article = fromFields({ ...rest, ...extraOf(extra) }, (value) => splitList(value));
        return silent.size > 0 ? { ...article, silent } : article;
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
    Object.keys(article.extra).length > 0 ? JSON.stringify(article.extra) : '',
  ]);
  return [[...csvColumns], ...rows]
    .map((row) => row.map((cell) => quote(guard(cell))).join(','))
    .join('\r\n')
    .concat('\r\n');
}

/** The articles of a JSON text: a list of objects with the fields of the front matter and slug, language, body. */
export function readJson(text: string): TableRow[] {
  const list = parseJson(text.replace(/^\ufeff/, ''));
  if (!Array.isArray(list)) throw new Refusal('jsonList');
  if (list.length > maxArticles) throw new Refusal('tooManyArticles', { most: maxArticles });
  return list.map((entry, i) => ({
    name: `entry ${i + 1}`,
    read() {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new Refusal('jsonEntry');
      return fromFields(entry as Record<string, unknown>, (value) => value);
    },
  }));
}

/** Articles as JSON, for `readJson`. */
export function writeJson(articles: readonly ArticleFile[]): string {
  const list = articles.map((article) => ({
    slug: article.slug,
    language: article.language,
    ...article.content,
    category: article.category ?? undefined,
    intents: article.intents,
    markets: article.markets,
    valid_from: article.validFrom ?? undefined,
    valid_until: article.validUntil ?? undefined,
    source: article.source ?? undefined,
    source_hash: article.sourceHash ?? undefined,
    state: article.state,
    ...article.extra,
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** One row or entry; `read` throws a Refusal when it cannot be taken. */
export type TableRow = { name: string; read(): ArticleFile };

const maxColumns = 100;
const maxArticles = 10_000;

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
  // Fields of a file that we do not know, as one JSON object.
  'extra',
] as const;
const listColumns = ['questions', 'keywords', 'intents', 'markets'];

function fromFields(fields: Record<string, unknown>, list: (value: string) => unknown): ArticleFile {
  const { slug, language, body, ...rest } = fields;
  if (typeof slug !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug)) throw new Refusal('slug');
  if (typeof language !== 'string' || !/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(language)) throw new Refusal('languageTag');
  if (typeof body !== 'string') throw new Refusal('noBody');
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

function extraOf(cell: string | undefined): Record<string, unknown> {
  if (!cell) return {};
  const value = parseJson(cell);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('fieldWrong', { field: 'extra' });
  return value as Record<string, unknown>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('json');
  }
}

// Spreadsheets of many countries write semicolons or tabs.
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counted.sort((a, b) => b.count - a.count)[0]?.sign ?? ',';
}

function parseCsv(text: string, delimiter: string): string[][] {
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
    else if (character === delimiter) {
      rows.at(-1)?.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[i + 1] === '\n') i += 1;
      rows.at(-1)?.push(cell);
      cell = '';
      rows.push([]);
    } else cell += character;
  }
  if (quoted) throw new Refusal('quote');
  rows.at(-1)?.push(cell);
  return rows;
}
