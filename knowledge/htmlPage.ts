import type { Block, Span } from '../core/blocks.ts';
import { rightToLeft } from '../core/i18n.ts';
import { parseBlocks } from '../core/markdown.ts';
import type { ArticleFile } from './files.ts';

/** An article as a page of its own, to be read or sent on. */
export function htmlPage({ language, content }: ArticleFile): string {
  const blocks = parseBlocks(content.body, []).map(block).join('\n');
  const direction = rightToLeft.has(language) ? 'rtl' : 'ltr';
  const title = escapeHtml(content.title);
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head><meta charset="utf-8"><title>${title}</title></head>
<body><article>
<h1>${title}</h1>
${blocks}
</article></body>
</html>
`;
}

function block(entry: Block): string {
  if (entry.type === 'text') return `<p>${entry.spans.map(span).join('')}</p>`;
  if (entry.type !== 'list') return '';
  const tag = entry.ordered ? 'ol' : 'ul';
  return `<${tag}>${entry.items.map((item) => `<li>${item.map(span).join('')}</li>`).join('')}</${tag}>`;
}

function span({ text, strong, em }: Span): string {
  let html = escapeHtml(text);
  if (em) html = `<em>${html}</em>`;
  return strong ? `<strong>${html}</strong>` : html;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
