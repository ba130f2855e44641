import { type Request, type Response, Router } from 'express';
import type { Block, Span } from '../core/blocks.ts';
import { AppError } from '../core/errors.ts';
import { languageName } from '../core/format.ts';
import { type I18n, rightToLeft } from '../core/i18n.ts';
import { parseBlocks } from '../core/markdown.ts';
import type { Articles } from './articles.ts';
import { fillFacts } from './facts.ts';
import type { Search } from './search.ts';
import type { PublishedVariant } from './types.ts';

/** The public help centre below /help: plain server-rendered pages that need no script. */
export function createHelpPages({ articles, search, i18n, shopName, linkHosts }: HelpParts): Router {
  const router = Router();

  router.get('/', (_request, response) => response.redirect(302, '/help/en/'));

  router.get('/:language', async (request, response) => {
    const language = languageOf(request);
    const published = (await articles.published()).filter((variant) => variant.language === language);
    const items = published
      .map(
        (variant) =>
          `<li><a href="/help/${language}/${variant.slug}">${escapeHtml(fillFacts(variant.title, search.facts, language))}</a></li>`,
      )
      .join('');
    const body = items
      ? `<ul class="articles">${items}</ul>`
      : `<p>${escapeHtml(i18n.t(language, 'knowledge:help.empty'))}</p>`;
    send(
      response,
      language,
      i18n.t(language, 'knowledge:help.title', { shop: shopName }),
      `<h1>${escapeHtml(i18n.t(language, 'knowledge:help.title', { shop: shopName }))}</h1>${body}`,
      menu(language, i18n.languages),
    );
  });

  router.get('/:language/:slug', async (request, response) => {
    const language = languageOf(request);
    const variants = (await articles.published()).filter((variant) => variant.slug === request.params.slug);
    const variant = variants.find((candidate) => candidate.language === language);
    if (!variant) throw new AppError('not_found', 'no such article in this language');
    send(
      response,
      language,
      variant.title,
      page(variant, language),
      menu(
        language,
        variants.map((candidate) => candidate.language),
        `/${variant.slug}`,
      ),
    );
  });

  return router;

  function page(variant: PublishedVariant, language: string): string {
    const blocks = parseBlocks(fillFacts(variant.body, search.facts, language), linkHosts);
    const back = `<p><a href="/help/${language}">${escapeHtml(i18n.t(language, 'knowledge:help.back'))}</a></p>`;
    return `<article><h1>${escapeHtml(variant.title)}</h1>${blocks.map(render).join('')}</article>${back}`;
  }

  function languageOf(request: Request): string {
    const { language } = request.params;
    if (typeof language !== 'string' || !i18n.languages.includes(language))
      throw new AppError('not_found', 'no help in this language');
    return language;
  }

  function menu(current: string, languages: readonly string[], path = ''): string {
    const links = [...languages]
      .sort()
      .map((tag) =>
        tag === current
          ? `<span aria-current="page">${escapeHtml(languageName(tag))}</span>`
          : `<a href="/help/${tag}${path}" hreflang="${tag}" lang="${tag}">${escapeHtml(languageName(tag))}</a>`,
      );
    return `<nav aria-label="${escapeHtml(i18n.t(current, 'knowledge:help.languages'))}">${links.join(' ')}</nav>`;
  }

  function send(response: Response, language: string, title: string, body: string, nav: string) {
    const direction = rightToLeft.has(language) ? 'rtl' : 'ltr';
    response
      .type('html')
      .send(
        `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)} · ${escapeHtml(shopName)}</title><link rel="stylesheet" href="/help.css"></head><body><header><a href="/" class="brand">${escapeHtml(shopName)}</a>${nav}</header><main>${body}</main></body></html>`,
      );
  }
}

type HelpParts = { articles: Articles; search: Search; i18n: I18n; shopName: string; linkHosts: readonly string[] };

function render(block: Block): string {
  if (block.type === 'text') return `<p>${block.spans.map(span).join('')}</p>`;
  if (block.type === 'list') {
    const tag = block.ordered ? 'ol' : 'ul';
    return `<${tag}>${block.items.map((item) => `<li>${item.map(span).join('')}</li>`).join('')}</${tag}>`;
  }
  return '';
}

function span({ text, strong, em, link }: Span): string {
  let html = escapeHtml(text);
  if (em) html = `<em>${html}</em>`;
  if (strong) html = `<strong>${html}</strong>`;
  return link ? `<a href="${escapeHtml(link)}" rel="noopener">${html}</a>` : html;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
