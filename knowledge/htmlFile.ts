import domino from '@mixmark-io/domino';
import TurndownService from 'turndown';
import { detectLanguage } from '../core/language/detect.ts';
import { isHiddenStyle } from './cleanText.ts';
import { type ArticleFile, silentFields, toArticle } from './files.ts';
import { type Reason, Refusal } from './refusal.ts';

/**
 * Reads a page as an article: name.language.html, else the page's own language or what its words tell. Nothing is loaded or
 * run; scripts, images, comments and hidden text are left out and noted.
 */
export function readHtml(fileName: string, html: string, shopLanguage: string): ArticleFile {
  const { slug, language } = nameParts(fileName);
  const page = htmlToMarkdown(html);
  const title = page.title || slug.replace(/-/g, ' ');
  const spoken = language ?? page.language ?? wordsLanguage(`${title} ${page.body}`) ?? shopLanguage;
  const article = toArticle(slug, spoken, { title }, page.body);
  return { ...article, silent: new Set(silentFields), notes: [...page.notes, ...(article.notes ?? [])] };
}

/** Markdown of a page's main part, with what had to be left out. */
export function htmlToMarkdown(html: string): { title: string; body: string; language?: string; notes: Reason[] } {
  const document = domino.createDocument(html, true);
  const notes = new Map<string, Reason>();
  const root = document.querySelector('article') ?? document.querySelector('main') ?? document.body;
  strip(root, (code, count = 0) => {
    const before = notes.get(code)?.values.number ?? 0;
    notes.set(code, { code, values: count ? { number: Number(before) + count } : {} });
  });
  const heading = root.querySelector('h1');
  const title = (heading?.textContent || document.title || '').replace(/\s+/g, ' ').trim();
  heading?.remove();
  const language = document.documentElement.getAttribute('lang')?.split('-')[0]?.toLowerCase();
  const body = converter
    .turndown(root as unknown as TurndownService.Node)
    // The names of facts are no emphasis.
    .replace(/\{\{[^{}]{1,100}\}\}/g, (name) => name.replace(/\\/g, ''));
  return { title, body: `${body.trim()}\n`, ...(language ? { language } : {}), notes: [...notes.values()] };
}

/** Slug and language of `<anything>.<language>.<ending>`; the slug is made of the name. */
export function nameParts(fileName: string): { slug: string; language?: string } {
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

function wordsLanguage(text: string): string | undefined {
  const { language, known } = detectLanguage(text.slice(0, 2000));
  return known ? language : undefined;
}

const dropped = new Set(
  'SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED NOSCRIPT SVG CANVAS FORM INPUT BUTTON SELECT TEXTAREA NAV VIDEO AUDIO LINK META'.split(
    ' ',
  ),
);
const scripts = new Set(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED']);
const maxDepth = 100;

type Note = (code: string, count?: number) => void;

function strip(node: Node, note: Note, depth = 0): void {
  if (depth > maxDepth) throw new Refusal('nested');
  for (const child of [...node.childNodes]) {
    if (child.nodeType === 8) {
      note('commentsOut');
      child.parentNode?.removeChild(child);
    } else if (child.nodeType === 1) {
      const element = child as Element;
      const name = element.tagName.toUpperCase();
      if (scripts.has(name)) note('scriptsOut');
      const hidden = element.hasAttribute('hidden') || isHiddenStyle(element.getAttribute('style') ?? '');
      if (hidden) note('hiddenOut');
      if (name === 'IMG' || name === 'PICTURE') note('imagesOut', 1);
      if (hidden || dropped.has(name) || name === 'IMG' || name === 'PICTURE') element.remove();
      else {
        const href = name === 'A' ? (element.getAttribute('href') ?? '') : '';
        if (href && !/^(https?:|mailto:|\/(?!\/))/i.test(href)) {
          note('linksOut');
          element.removeAttribute('href');
        }
        strip(element, note, depth + 1);
      }
    }
  }
}

const converter = new TurndownService({
  headingStyle: 'atx',
  bulletListMarker: '-',
  codeBlockStyle: 'fenced',
  emDelimiter: '*',
});
converter.addRule('cell', {
  filter: ['th', 'td'],
  replacement: (content) =>
    ` ${content
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\|/g, '\\|')} |`,
});
converter.addRule('row', {
  filter: 'tr',
  replacement(content, node) {
    const row = node as unknown as HTMLTableRowElement;
    const first = row.closest('table')?.querySelector('tr') === row;
    return `\n|${content}${first ? `\n|${' --- |'.repeat(row.cells.length)}` : ''}`;
  },
});
converter.addRule('table', {
  filter: 'table',
  replacement: (content) => `\n\n${content.replace(/\n{2,}/g, '\n').trim()}\n\n`,
});
