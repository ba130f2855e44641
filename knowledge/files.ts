import { parse, stringify, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { cleanText, visible } from './cleanText.ts';
import { type Reason, Refusal } from './refusal.ts';

/** Reads one Markdown file `<slug>.<language>.md` with YAML front matter; throws a Refusal that an editor understands. */
export function parseArticleFile(fileName: string, text: string): ArticleFile {
  const name = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.md$/.exec(fileName);
  if (!name) throw new Refusal('fileName');
  const [, slug = '', language = ''] = name;
  const parts = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (!parts) throw new Refusal('noFrontMatter');
  if ((parts[1] ?? '').length > maxFront) throw new Refusal('extraTooLarge');
  let front: unknown;
  try {
    // Aliases could blow up a small file into a huge one.
    front = parse(parts[1] ?? '', { maxAliasCount: 0, schema: 'core' });
  } catch (error) {
    const line = error instanceof YAMLParseError ? (error.linePos?.[0].line ?? 0) : 0;
    throw new Refusal('frontMatterBroken', { line: line + 1 });
  }
  return toArticle(slug, language, front, (parts[2] ?? '').replace(/^\r?\n/, ''));
}

/** Checks fields from any source (front matter, CSV, JSON) and gives them the shape of an article file. */
export function toArticle(slug: string, language: string, fields: unknown, body: string): ArticleFile {
  const parsed = frontMatter.safeParse(fields ?? {});
  if (!parsed.success) throw refusalOf(parsed.error.issues);
  if (body.includes('\u0000')) throw new Refusal('nul');
  if (body.length > maxBody) throw new Refusal('tooLong', { most: maxBody });
  const {
    title,
    category,
    questions,
    keywords,
    intents,
    markets,
    valid_from,
    valid_until,
    source,
    source_hash,
    state,
    ...extra
  } = parsed.data;
  if (Object.keys(extra).some((key) => ['__proto__', 'constructor', 'prototype'].includes(key)))
    throw new Refusal('fieldWrong', { field: '__proto__' });
  if (JSON.stringify(extra).length > maxExtra) throw new Refusal('extraTooLarge');
  const clean = cleanText(body.replace(/\r\n/g, '\n'));
  return {
    slug,
    language: language.split('-')[0] ?? language,
    content: {
      title: visible(title),
      body: clean.text,
      questions: questions.map(visible),
      keywords: keywords.map(visible),
    },
    category: category ?? null,
    intents,
    markets,
    validFrom: valid_from ?? null,
    validUntil: valid_until ?? null,
    source: source ?? null,
    sourceHash: source_hash ?? null,
    state,
    extra,
    ...(clean.notes.length > 0 ? { notes: clean.notes } : {}),
  };
}

/** The inverse: text of the file for an article in one language. */
export function formatArticleFile(article: ArticleFile): string {
  const { content } = article;
  const front = {
    title: content.title,
    ...(article.category ? { category: article.category } : {}),
    ...(content.questions.length > 0 ? { questions: content.questions } : {}),
    ...(content.keywords.length > 0 ? { keywords: content.keywords } : {}),
    ...(article.intents.length > 0 ? { intents: article.intents } : {}),
    ...(article.markets.length > 0 ? { markets: article.markets } : {}),
    ...(article.validFrom ? { valid_from: article.validFrom } : {}),
    ...(article.validUntil ? { valid_until: article.validUntil } : {}),
    ...(article.source ? { source: article.source } : {}),
    ...(article.sourceHash ? { source_hash: article.sourceHash } : {}),
    ...(article.state === 'reviewed' ? {} : { state: article.state }),
    ...article.extra,
  };
  return `---\n${stringify(front, { lineWidth: 0 })}---\n\n${content.body}`;
}

/** An article in one language as files hold it. */
export type ArticleFile = {
  slug: string;
  language: string;
  content: { title: string; body: string; questions: string[]; keywords: string[] };
  category: string | null;
  intents: string[];
  markets: string[];
  validFrom: string | null;
  validUntil: string | null;
  source: string | null;
  sourceHash: string | null;
  state: 'machine draft' | 'reviewed' | 'stale';
  extra: Record<string, unknown>;
  /** Fields that a file of this kind says nothing about: what the article has there stays. */
  silent?: ReadonlySet<SilentField>;
  /** What was left out of it or guessed. */
  notes?: Reason[];
};

/** What a file may be silent about, by the names of the front matter. */
export const silentFields = [
  'questions',
  'keywords',
  'category',
  'intents',
  'markets',
  'valid_from',
  'valid_until',
  'source',
  'source_hash',
  'extra',
] as const;
export type SilentField = (typeof silentFields)[number];

/** The longest text of an article, in the editor and in files. */
export const maxBody = 100_000;
const maxExtra = 20_000;
const maxFront = 60_000;

function refusalOf(issues: readonly z.core.$ZodIssue[]): Refusal {
  const field = String(issues[0]?.path[0] ?? 'title');
  if (field === 'title') return new Refusal('noTitle');
  return new Refusal(field.startsWith('valid_') ? 'date' : 'fieldWrong', { field });
}

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z
  .union([z.null(), text, z.array(text.pipe(z.string().max(500))).max(200)])
  .optional()
  .transform((value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]));
const day = z.iso.date('a date such as 2026-11-24');
const frontMatter = z.looseObject({
  title: text.pipe(z.string().trim().min(1, 'is missing').max(300)),
  category: text.optional(),
  questions: texts,
  keywords: texts,
  intents: texts,
  markets: texts,
  valid_from: day.optional(),
  valid_until: day.optional(),
  source: text.optional(),
  source_hash: text.optional(),
  state: z.enum(['machine draft', 'reviewed', 'stale']).default('reviewed'),
});
