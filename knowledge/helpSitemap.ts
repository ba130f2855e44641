import { helpPath } from './helpFrame.ts';
import { escapeHtml } from './helpHtml.ts';
import type { HelpShelf } from './helpShelf.ts';
import type { ListedVariant } from './types.ts';

/** The map of the help for search engines: every page with its other languages and the day it last changed. */
export async function helpSitemap(shelf: HelpShelf, origin: string): Promise<string> {
  const articles = await shelf.all();
  const languages = Map.groupBy(articles.flat(), ({ language }) => language);
  const homes = [...languages].map(([language, variants]) => ({
    path: helpPath(language),
    language,
    changed: newest(variants),
  }));
  const pages = [
    ...homes.map((home) => entry(home, homes, '/help')),
    ...articles.flatMap((variants) => {
      const all = variants.map(({ language, slug, publishedAt }) => ({
        path: helpPath(language, slug),
        language,
        changed: publishedAt,
      }));
      const { language, slug } = shelf.bestFor(variants, '');
      return all.map((page) => entry(page, all, helpPath(language, slug)));
    }),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${pages.join('\n')}\n</urlset>\n`;

  function entry(page: MapPage, alternates: readonly MapPage[], standard: string): string {
    const links = [...alternates, { language: 'x-default', path: standard }].map(
      ({ language, path }) =>
        `<xhtml:link rel="alternate" hreflang="${language}" href="${escapeHtml(origin + path)}"/>`,
    );
    return `<url><loc>${escapeHtml(origin + page.path)}</loc><lastmod>${page.changed.toISOString().slice(0, 10)}</lastmod>${links.join('')}</url>`;
  }
}

type MapPage = { path: string; language: string; changed: Date };

function newest(variants: readonly ListedVariant[]): Date {
  return new Date(Math.max(...variants.map(({ publishedAt }) => publishedAt.getTime())));
}
