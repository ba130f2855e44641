import { countryName, languageName } from '../core/format.ts';
import { type I18n, rightToLeft } from '../core/i18n.ts';
import { type Html, html, jsonHtml } from './helpHtml.ts';

/** The whole page around what a help page says: head for people and search engines, language menu, search box, way to a person. */
export function helpFrame(visit: Visit, page: HelpPage): string {
  const { language, origin, shopName, say } = visit;
  const direction = rightToLeft.has(language) ? 'rtl' : 'ltr';
  const title = page.title === shopName ? shopName : `${page.title} · ${shopName}`;
  const canonical = origin + page.path;
  return html`<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><meta name="description" content="${page.description}">${
    page.index
      ? html`<link rel="canonical" href="${canonical}">${page.alternates.map(
          ({ language: tag, path }) => html`<link rel="alternate" hreflang="${tag}" href="${origin + path}">`,
        )}`
      : html`<meta name="robots" content="noindex">`
  }<meta property="og:type" content="${page.kind}"><meta property="og:title" content="${page.title}"><meta property="og:description" content="${page.description}"><meta property="og:url" content="${canonical}"><meta property="og:site_name" content="${shopName}"><meta property="og:locale" content="${language}"><link rel="stylesheet" href="/help.css">${
    page.data && jsonHtml({ '@context': 'https://schema.org', '@graph': page.data })
  }</head><body><a class="skip" href="#content">${say('skip')}</a><header><a href="/?lang=${language}" class="brand">${shopName}</a>${languageMenu(visit, page)}</header><main id="content">${searchBox(visit)}${page.body}<aside class="ask"><p>${say('open')}</p><a class="button" href="/?lang=${language}#anshin-chat">${say('ask')}</a></aside></main></body></html>`
    .text;
}

/** Where and how somebody visits the help: the language, the country if known, what was searched, and how texts are said. */
export type Visit = {
  language: string;
  market: string | undefined;
  markets: readonly string[];
  query: string;
  origin: string;
  shopName: string;
  languages: readonly string[];
  say(key: string, values?: Record<string, string | number>): string;
};

/** What one page puts into the frame. A page that is not to be found by search engines has `index` false. */
export type HelpPage = {
  path: string;
  title: string;
  description: string;
  kind: 'website' | 'article';
  body: Html;
  index: boolean;
  alternates: { language: string; path: string }[];
  /** The languages of the menu, with the page each one leads to. */
  menu: { language: string; path: string }[];
  data?: object[];
};

/** The address of the help in a language, or of one article. */
export function helpPath(language: string, slug = '', market?: string): string {
  return `/help/${language}/${encodeURIComponent(slug)}${market ? `?market=${market}` : ''}`;
}

/** How the help says a sentence in one language. */
export function sayIn(i18n: I18n, language: string): Visit['say'] {
  return (key, values) => i18n.t(language, `knowledge:help.${key}`, values);
}

function languageMenu({ language, say }: Visit, { menu }: HelpPage): Html {
  const entries = menu.map(({ language: tag, path }) =>
    tag === language
      ? html`<li><span aria-current="true">${languageName(tag)}</span></li>`
      : html`<li><a href="${path}" hreflang="${tag}" lang="${tag}" dir="auto">${languageName(tag)}</a></li>`,
  );
  return html`<nav aria-label="${say('languages')}"><details><summary><span class="hidden">${say('languages')}: </span>${languageName(language)}</summary><ul>${entries}</ul></details></nav>`;
}

// A plain form: it works without a script, and the address of the results can be passed on.
function searchBox({ language, query, market, markets, say }: Visit): Html {
  const countries = [...markets]
    .map((code) => ({ code, name: countryName(language, code) }))
    .sort((a, b) => a.name.localeCompare(b.name, language))
    .map(({ code, name }) => html`<option value="${code}"${code === market && html` selected`}>${name}</option>`);
  return html`<search><form action="${helpPath(language)}" method="get"><label class="hidden" for="q">${say('search')}</label><input id="q" name="q" type="search" value="${query}" placeholder="${say('search')}" maxlength="200" autocomplete="off" enterkeyhint="search" dir="auto">${
    countries.length > 0 &&
    html`<label class="hidden" for="market">${say('market')}</label><select id="market" name="market"><option value="">${say('allMarkets')}</option>${countries}</select>`
  }<button>${say('searchButton')}</button></form></search>`;
}
