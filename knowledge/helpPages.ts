import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import type { Config } from '../core/config.ts';
import type { I18n } from '../core/i18n.ts';
import type { Articles } from './articles.ts';
import { fillFacts } from './facts.ts';
import { articleBody, articleData, missingBody } from './helpArticle.ts';
import { type HelpPage, helpFrame, helpPath, sayIn, type Visit } from './helpFrame.ts';
import { homeBody, resultsBody } from './helpLists.ts';
import { createHelpShelf } from './helpShelf.ts';
import { helpSitemap } from './helpSitemap.ts';
import { helpStyle } from './helpStyle.ts';
import { opening } from './helpText.ts';
import type { Search } from './search.ts';
import type { ListedVariant, Tokenise } from './types.ts';

/** The public help centre at /help, with its map for search engines: server-rendered pages that need no script. */
export function createHelpPages({ articles, search, tokenise, i18n, config, linkHosts }: HelpParts): Router {
  const router = Router();
  const { origin, shopName, shopLanguage, shopTimeZone: timeZone } = config;
  const shelf = createHelpShelf(articles, shopLanguage);

  router.get('/help.css', (_request, response) => {
    response.type('css').setHeader('Cache-Control', 'public, max-age=3600').send(helpStyle);
  });

  router.get('/robots.txt', (_request, response) => {
    const lines = ['User-agent: *', 'Disallow: /staff', 'Disallow: /channels/', 'Disallow: /help/*?*q='];
    response.type('text').setHeader('Cache-Control', 'public, max-age=3600');
    response.send(`${lines.join('\n')}\nSitemap: ${origin}/sitemap.xml\n`);
  });

  router.get('/sitemap.xml', async (_request, response) => {
    response.type('xml');
    cached(response, await helpSitemap(shelf, origin));
  });

  router.get('/help', (request, response) => {
    response.vary('Accept-Language').redirect(302, helpPath(negotiated(request)));
  });

  router.get('/help/:language', async (request, response) => {
    const visit = await visitOf(request);
    if (!visit) return missing(request, response, negotiated(request), []);
    const { language, market, query } = visit;
    const all = (await shelf.all()).flat();
    const tags = i18n.languages.filter((tag) => all.some((variant) => variant.language === tag));
    const listed = await shelf.list(language, market);
    const page: HelpPage = {
      path: helpPath(language),
      title: query ? visit.say('results', { query }) : visit.say('title', { shop: shopName }),
      description: visit.say('description', { shop: shopName }),
      kind: 'website',
      index: !query && tags.includes(language),
      alternates: [
        ...tags.map((tag) => ({ language: tag, path: helpPath(tag) })),
        { language: 'x-default', path: '/help' },
      ],
      menu: i18n.languages.map((tag) => ({ language: tag, path: helpPath(tag) })),
      body: query ? resultsBody(visit, find(visit, listed), tokenise) : homeBody(visit, i18n, listed, search.facts),
      ...(query ? {} : { data: [siteData(visit)] }),
    };
    send(response, visit, page);
  });

  router.get('/help/:language/:slug', async (request, response) => {
    const visit = await visitOf(request);
    const variants = await shelf.variants(String(request.params.slug));
    if (!visit) return missing(request, response, negotiated(request), variants);
    const { language } = visit;
    const article = variants.find((variant) => variant.language === language);
    if (!article) return missing(request, response, language, variants);
    const around = {
      i18n,
      facts: search.facts,
      linkHosts,
      timeZone,
      articles: await shelf.list(language, visit.market),
    };
    const menu = variants
      .map((variant) => ({ language: variant.language, path: helpPath(variant.language, variant.slug) }))
      .sort((a, b) => a.language.localeCompare(b.language));
    const standard = shelf.bestFor(variants, '');
    send(response, visit, {
      path: helpPath(language, article.slug),
      title: fillFacts(article.title, search.facts, language),
      description: opening(article.body, search.facts, language),
      kind: 'article',
      index: true,
      alternates: [...menu, { language: 'x-default', path: helpPath(standard.language, standard.slug) }],
      menu,
      body: articleBody(visit, article, around),
      data: articleData(visit, article, around),
    });
  });

  return router;

  function find({ query, language, market }: Visit, listed: readonly ListedVariant[]) {
    const { results, answer } = search.search({ text: query, language, market: market ?? null, limit: 8 });
    const slugs = new Set(listed.map(({ slug }) => slug));
    const best = results[0]?.score ?? 0;
    const hits = results.filter(({ slug, score }) => slugs.has(slug) && score > 0 && score >= best / 2);
    return { hits: answer ? hits : hits.slice(0, 3), sure: answer };
  }

  // A visitor's country: chosen in the form, else said by the browser. It only matters where articles differ by country.
  async function visitOf(request: Request, language = String(request.params.language)): Promise<Visit | undefined> {
    if (!i18n.languages.includes(language)) return undefined;
    const { q, market } = request.query;
    const markets = await shelf.markets();
    const accepted = /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b/i.exec(request.headers['accept-language'] ?? '')?.[1];
    const country = (typeof market === 'string' ? market : (accepted ?? '')).toUpperCase();
    return {
      language,
      market: markets.length > 0 && /^[A-Z]{2}$/.test(country) ? country : undefined,
      markets,
      query: typeof q === 'string' ? q.trim().slice(0, 200) : '',
      origin,
      shopName,
      languages: i18n.languages,
      say: sayIn(i18n, language),
    };
  }

  function negotiated(request: Request): string {
    return request.acceptsLanguages([shopLanguage, ...i18n.languages]) || shopLanguage;
  }

  async function missing(request: Request, response: Response, language: string, variants: readonly ListedVariant[]) {
    const visit = await visitOf(request, language);
    if (!visit) return;
    const title = visit.say(variants.length > 0 ? 'missing' : 'notFound');
    response.status(404);
    send(response, visit, {
      path: helpPath(language),
      title,
      description: title,
      kind: 'website',
      index: false,
      alternates: [],
      menu: i18n.languages.map((tag) => ({ language: tag, path: helpPath(tag) })),
      body: missingBody(visit, variants, search.facts),
    });
  }
}

type HelpParts = {
  articles: Pick<Articles, 'published' | 'revision'>;
  search: Search;
  tokenise: Tokenise;
  i18n: I18n;
  config: Pick<Config, 'origin' | 'shopName' | 'shopLanguage' | 'shopTimeZone'>;
  linkHosts: readonly string[];
};

function send(response: Response, visit: Visit, page: HelpPage): void {
  response.type('html').vary('Accept-Language').setHeader('Content-Language', visit.language);
  cached(response, helpFrame(visit, page));
}

// A publish shows at once, and who has the page already is told so in a few bytes.
function cached(response: Response, body: string): void {
  response.setHeader('Cache-Control', 'public, no-cache');
  response.setHeader('ETag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`);
  response.send(body);
}

function siteData({ language, origin, shopName, say }: Visit): object {
  return {
    '@type': 'WebSite',
    name: say('title', { shop: shopName }),
    url: origin + helpPath(language),
    inLanguage: language,
    potentialAction: {
      '@type': 'SearchAction',
      target: `${origin}${helpPath(language)}?q={search_term_string}`,
      'query-input': 'required name=search_term_string',
    },
  };
}
