import domino from '@mixmark-io/domino';
import TurndownService from 'turndown';
import { isHiddenStyle } from './cleanText.ts';
import { type Reason, Refusal } from './refusal.ts';

/**
 * Markdown of a page's main part. Nothing is loaded or run; scripts, images, comments and hidden text are left out and noted.
 */
export function htmlToMarkdown(html: string): Page {
  refuseDeep(html);
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

/** A page's text with what had to be left out; `language` as it says itself. */
export type Page = { title: string; body: string; language?: string; notes: Reason[] };

const dropped = new Set(
  'SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED NOSCRIPT SVG CANVAS FORM INPUT BUTTON SELECT TEXTAREA NAV VIDEO AUDIO LINK META'.split(
    ' ',
  ),
);
const scripts = new Set(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED']);
const maxDepth = 100;

// The parser looks through all open elements at each tag: what nests without end would keep it busy for minutes.
function refuseDeep(html: string): void {
  const open = new Map<string, number>();
  let depth = 0;
  let tags = 0;
  for (const [, slash, given = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    const name = given.toLowerCase();
    tags += 1;
    if (endless.has(name)) continue;
    const count = open.get(name) ?? 0;
    if (slash && count === 0) continue;
    open.set(name, count + (slash ? -1 : 1));
    depth += slash ? -1 : 1;
    if (depth > maxDepth || tags > maxTags) throw new Refusal('nested');
  }
}

// Elements that end by themselves.
const endless = new Set(
  'p li dt dd tr td th thead tbody tfoot option area base br col embed hr img input link meta source track wbr'.split(
    ' ',
  ),
);
const maxTags = 20_000;

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
    const section = row.parentElement;
    const first = !row.previousElementSibling && (section?.tagName === 'TABLE' || !section?.previousElementSibling);
    return `\n|${content}${first ? `\n|${' --- |'.repeat(row.cells.length)}` : ''}`;
  },
});
converter.addRule('table', {
  filter: 'table',
  replacement: (content) => `\n\n${content.replace(/\n{2,}/g, '\n').trim()}\n\n`,
});
