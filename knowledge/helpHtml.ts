import type { Block, Span } from '../core/blocks.ts';

/** Markup that is safe to send: made by `html` only, which escapes every value that is not markup itself. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A template of markup; strings among its values are escaped, lists are joined, nothing and false vanish. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings.reduce((all, part, i) => all + toMarkup(values[i - 1]) + part));
}

/** What a template takes. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

/** Blocks of an article as markup. */
export function blocksHtml(blocks: readonly Block[]): Html {
  return html`${blocks.map(blockHtml)}`;
}

/** Data for search engines, which no browser runs: nothing in it can end the element. */
export function jsonHtml(data: object): Html {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character)}`);
  return new Html(`<script type="application/ld+json">${json}</script>`);
}

/** Text for markup and XML, with the characters that mean something written as numbers. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(toMarkup).join('');
  return escapeHtml(String(value));
}

function blockHtml(block: Block): Html {
  if (block.type === 'text') return html`<p>${block.spans.map(spanHtml)}</p>`;
  if (block.type !== 'list') return html``;
  const items = block.items.map((item) => html`<li>${item.map(spanHtml)}</li>`);
  return block.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
}

function spanHtml({ text, strong, em, link }: Span): Html {
  let inner = html`${text}`;
  if (em) inner = html`<em>${inner}</em>`;
  if (strong) inner = html`<strong>${inner}</strong>`;
  return link ? html`<a href="${link}" rel="noopener">${inner}</a>` : inner;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
