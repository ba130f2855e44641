import MarkdownIt, { type Token } from 'markdown-it';
import type { Block, Span } from './blocks.ts';

/**
 * Turns Markdown into blocks: paragraphs, lists, strong, emphasis and links to allowed hosts. Headings become strong lines,
 * images their alternative text, HTML plain text; nothing else gets through, so no sanitiser is needed behind it.
 */
export function parseBlocks(markdown: string, linkHosts: readonly string[]): Block[] {
  const tokens = parser.parse(markdown.slice(0, maxCharacters), {});
  const blocks: Block[] = [];
  let list: { ordered: boolean; items: Span[][] } | undefined;
  let heading = false;
  let depth = 0;
  for (const token of tokens) {
    if (token.type === 'bullet_list_open' || token.type === 'ordered_list_open') {
      depth += 1;
      list ??= { ordered: token.type === 'ordered_list_open', items: [] };
    } else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') {
      depth -= 1;
      if (depth === 0 && list) {
        if (list.items.length > 0) blocks.push({ type: 'list', ...list });
        list = undefined;
      }
    } else if (token.type === 'heading_open') heading = true;
    else if (token.type === 'heading_close') heading = false;
    else if (token.type === 'inline') {
      const spans = spansOf(token.children ?? [], linkHosts, heading);
      if (spans.length === 0) continue;
      if (list) list.items.push(spans);
      else blocks.push({ type: 'text', spans });
    } else if (token.type === 'fence' || token.type === 'code_block')
      blocks.push({ type: 'text', spans: [{ text: token.content.trim() }] });
  }
  return blocks;
}

/** Whether a link may be pressed: http(s) without credentials, to one of the hosts (a host stands for its subdomains too) or to a page of ours. */
export function allowedLink(href: string, linkHosts: readonly string[]): boolean {
  if (/^\/(?![/\\])/.test(href)) return true;
  if (!URL.canParse(href)) return false;
  const url = new URL(href);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) return false;
  return linkHosts.some((host) => url.host === host || url.hostname.endsWith(`.${host}`));
}

const maxCharacters = 200_000;

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false, maxNesting: 20 });
parser.validateLink = () => true;

function spansOf(tokens: readonly Token[], linkHosts: readonly string[], heading: boolean): Span[] {
  const spans: Span[] = [];
  let strong = heading ? 1 : 0;
  let em = 0;
  let link: string | undefined;
  const push = (text: string) => {
    if (text === '') return;
    const span: Span = {
      text,
      ...(strong > 0 ? { strong: true as const } : {}),
      ...(em > 0 ? { em: true as const } : {}),
      ...(link ? { link } : {}),
    };
    const last = spans.at(-1);
    if (last && last.strong === span.strong && last.em === span.em && last.link === span.link) last.text += text;
    else spans.push(span);
  };
  for (const token of tokens) {
    if (token.type === 'strong_open') strong += 1;
    else if (token.type === 'strong_close') strong -= 1;
    else if (token.type === 'em_open') em += 1;
    else if (token.type === 'em_close') em -= 1;
    else if (token.type === 'link_open') {
      const href = String(token.attrGet('href') ?? '');
      link = allowedLink(href, linkHosts) ? href : undefined;
    } else if (token.type === 'link_close') link = undefined;
    else if (token.type === 'softbreak') push(' ');
    else if (token.type === 'hardbreak') push('\n');
    else push(token.content);
  }
  return spans;
}
