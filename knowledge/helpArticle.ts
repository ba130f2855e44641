import { plainText } from '../core/blocks.ts';
import { countryName, formatDate, formatList, languageName } from '../core/format.ts';
import type { I18n } from '../core/i18n.ts';
import { type Facts, fillFacts } from './facts.ts';
import { helpPath, type Visit } from './helpFrame.ts';
import { blocksHtml, type Html, html } from './helpHtml.ts';
import { articleLinks, categoryName } from './helpLists.ts';
import { sectionsOf } from './helpText.ts';
import type { ListedVariant } from './types.ts';

/** One article: where it stands, its text with a table of contents when it is long, when it changed, and what is near it. */
export function articleBody(visit: Visit, article: ListedVariant, around: Around): Html {
  const { language, say } = visit;
  const { i18n, facts, linkHosts, articles } = around;
  const title = fillFacts(article.title, facts, language);
  const sections = sectionsOf(fillFacts(article.body, facts, language), linkHosts);
  const headed = sections.filter(({ heading }) => heading);
  const top = Math.min(...headed.map(({ level }) => level));
  const related = relatedTo(article, articles);
  return html`<nav class="crumbs" aria-label="${say('where')}"><ol><li><a href="${helpPath(language, '', visit.market)}">${say('back')}</a></li>${
    article.category && html`<li>${categoryName(i18n, language, article.category)}</li>`
  }</ol></nav><article><h1>${title}</h1>${
    article.markets.length > 0 &&
    html`<p class="soft">${say('appliesIn', {
      countries: formatList(
        language,
        article.markets.map((code) => countryName(language, code)),
      ),
    })}</p>`
  }${
    headed.length > 2 &&
    html`<nav class="contents" aria-label="${say('contents')}"><h2>${say('contents')}</h2><ol>${headed.map(({ heading }, i) => html`<li><a href="#s${i + 1}">${heading}</a></li>`)}</ol></nav>`
  }${sections.map(({ heading, level, blocks }) => {
    const id = `s${headed.findIndex((entry) => entry.heading === heading) + 1}`;
    const head =
      heading && (level === top ? html`<h2 id="${id}">${heading}</h2>` : html`<h3 id="${id}">${heading}</h3>`);
    return html`${head}${blocksHtml(blocks)}`;
  })}<p class="soft">${say('updated', { date: '\u0000' })
    .split('\u0000')
    .map(
      (part, i) =>
        html`${i > 0 && html`<time datetime="${dayOf(article)}">${formatDate(language, article.publishedAt, around.timeZone, 'full')}</time>`}${part}`,
    )}</p></article>${
    related.length > 0 &&
    html`<section class="related" aria-labelledby="related"><h2 id="related">${say('related')}</h2>${articleLinks(visit, related, facts)}</section>`
  }`;
}

/** What search engines learn of an article: the article, its question with the answer, and where it stands. */
export function articleData(visit: Visit, article: ListedVariant, around: Around): object[] {
  const { language, origin, shopName } = visit;
  const title = fillFacts(article.title, around.facts, language);
  const url = origin + helpPath(language, article.slug);
  const sections = sectionsOf(fillFacts(article.body, around.facts, language), []);
  const text = sections
    .map(({ heading, blocks }) => [heading, plainText(blocks)].filter(Boolean).join('\n'))
    .join('\n');
  return [
    {
      '@type': 'Article',
      headline: title,
      inLanguage: language,
      dateModified: article.publishedAt.toISOString(),
      mainEntityOfPage: url,
      publisher: { '@type': 'Organization', name: shopName, url: origin },
    },
    {
      '@type': 'FAQPage',
      inLanguage: language,
      mainEntity: [
        {
          '@type': 'Question',
          name: article.questions[0] ?? title,
          acceptedAnswer: { '@type': 'Answer', text, url },
        },
      ],
    },
    {
      '@type': 'BreadcrumbList',
      itemListElement: [
        { name: visit.say('title', { shop: shopName }), item: origin + helpPath(language) },
        { name: title, item: url },
      ].map((item, i) => ({ '@type': 'ListItem', position: i + 1, ...item })),
    },
  ];
}

/** What stands at an address that has no article in this language: the languages that have it, or the search. */
export function missingBody({ language, say }: Visit, variants: readonly ListedVariant[], facts: Facts): Html {
  const others = variants.map(
    (variant) =>
      html`<li><a href="${helpPath(variant.language, variant.slug)}" lang="${variant.language}" hreflang="${variant.language}" dir="auto">${fillFacts(variant.title, facts, variant.language)}</a> <small>${languageName(variant.language, language)}</small></li>`,
  );
  return others.length > 0
    ? html`<h1>${say('missing')}</h1><p>${say('missingText')}</p><ul class="articles">${others}</ul>`
    : html`<h1>${say('notFound')}</h1><p>${say('notFoundText')}</p><p><a href="${helpPath(language)}">${say('back')}</a></p>`;
}

/** What an article's page needs beside the article. */
export type Around = {
  i18n: I18n;
  facts: Facts;
  linkHosts: readonly string[];
  timeZone: string;
  articles: readonly ListedVariant[];
};

function relatedTo(article: ListedVariant, articles: readonly ListedVariant[]): ListedVariant[] {
  const nearness = (other: ListedVariant) =>
    other.intents.filter((intent) => article.intents.includes(intent)).length * 2 +
    Number(article.category !== null && other.category === article.category);
  return articles
    .filter((other) => other.slug !== article.slug && nearness(other) > 0)
    .sort((a, b) => nearness(b) - nearness(a))
    .slice(0, 5);
}

function dayOf({ publishedAt }: ListedVariant): string {
  return publishedAt.toISOString().slice(0, 10);
}
