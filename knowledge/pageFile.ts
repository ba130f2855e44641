import { detectLanguage } from '../core/language/detect.ts';
import { convert } from './converter.ts';
import { type ArticleFile, silentFields, toArticle } from './files.ts';
import { Refusal } from './refusal.ts';

/**
 * Reads a page or a Word document as an article: name.language.html, else the language that it names itself, else what its
 * words tell. Such a file says nothing of questions, category and the like.
 */
export async function readPage(
  fileName: string,
  content: string | Uint8Array,
  shopLanguage: string,
): Promise<ArticleFile> {
  const { slug, language } = nameParts(fileName);
  const page = await convert(content);
  const title = page.title || slug.replace(/-/g, ' ');
  const spoken = language ?? page.language ?? wordsLanguage(`${title} ${page.body}`, shopLanguage);
  const article = toArticle(slug, spoken, { title }, page.body);
  return { ...article, silent: new Set(silentFields), notes: [...page.notes, ...(article.notes ?? [])] };
}

// Slug and language of `<anything>.<language>.<ending>`; the slug is made of the name.
function nameParts(fileName: string): { slug: string; language?: string } {
  const parts = /^(.*?)(?:\.([a-z]{2}))?\.[a-z]+$/i.exec(fileName.split('/').at(-1) ?? '');
  const slug = (parts?.[1] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
  if (!slug) throw new Refusal('slugFromName');
  return { slug, ...(parts?.[2] ? { language: parts[2].toLowerCase() } : {}) };
}

function wordsLanguage(text: string, shopLanguage: string): string {
  const { language, known } = detectLanguage(text.slice(0, 2000), shopLanguage);
  return known ? language : shopLanguage;
}
