import { languageName } from '../core/format.ts';
import type { I18n } from '../core/i18n.ts';
import { parseBlocks } from '../core/markdown.ts';
import { type Facts, fillFacts } from './facts.ts';
import { helpPath, type Visit } from './helpFrame.ts';
import { blocksHtml, type Html, html } from './helpHtml.ts';
import { markedPassage } from './helpText.ts';
import type { ListedVariant, SearchHit, Tokenise } from './types.ts';

/** The first page: the return policy where nobody misses it, then all articles by category. */
export function homeBody(visit: Visit, i18n: I18n, articles: readonly ListedVariant[], facts: Facts): Html {
  const { language, say } = visit;
  const policy = policyOf(articles, language);
  const groups = [...Map.groupBy(articles, ({ category }) => category?.trim() || '')]
    .map(([category, entries]) => ({ name: categoryName(i18n, language, category), last: category === '', entries }))
    .sort(
      (a, b) =>
        Number(a.last) - Number(b.last) ||
        b.entries.length - a.entries.length ||
        a.name.localeCompare(b.name, language),
    );
  return html`<h1>${say('title', { shop: visit.shopName })}</h1>${
    policy &&
    html`<section class="policy" aria-labelledby="policy"${foreign(policy, language)}><h2 id="policy">${fillFacts(policy.title, facts, policy.language)}</h2>${note(visit, policy.language)}${blocksHtml(parseBlocks(fillFacts(policy.body, facts, policy.language), []).slice(0, 2))}<p><a href="${helpPath(policy.language, policy.slug, visit.market)}" lang="${language}" aria-describedby="policy">${say('readOn')}</a></p></section>`
  }${
    articles.length === 0
      ? html`<p>${say('empty')}</p>`
      : html`<div class="topics">${groups.map(({ name, entries }, i) => html`<section aria-labelledby="c${i}"><h2 id="c${i}">${name}</h2>${articleLinks(visit, entries, facts)}</section>`)}</div>`
  }`;
}

/** What was found, with the words that were searched marked; when nothing was, who can help. */
export function resultsBody(
  visit: Visit,
  found: { hits: readonly SearchHit[]; sure: boolean },
  tokenise: Tokenise,
): Html {
  const { say, query, language } = visit;
  const { hits, sure } = found;
  const items = hits.map(
    (hit) =>
      html`<li${foreign(hit, language)}><a href="${helpPath(hit.language, hit.slug, visit.market)}">${hit.title}</a>${note(visit, hit.language)}<p>${markedPassage(hit.passage, query, hit.language, tokenise)}</p></li>`,
  );
  const line = hits.length === 0 ? 'nothing' : sure ? '' : 'unsure';
  return html`<h1>${say('results', { query })}</h1>${line && html`<p>${say(line)}</p>`}${items.length > 0 && html`<ol class="results">${items}</ol>`}<p><a href="${helpPath(language)}">${say('back')}</a></p>`;
}

/** A list of links to articles; one that exists only in another language says so. */
export function articleLinks(visit: Visit, articles: readonly ListedVariant[], facts: Facts): Html {
  const items = articles.map(
    (article) =>
      html`<li${foreign(article, visit.language)}><a href="${helpPath(article.language, article.slug, visit.market)}">${fillFacts(article.title, facts, article.language)}</a>${note(visit, article.language)}</li>`,
  );
  return html`<ul class="articles">${items}</ul>`;
}

/** A category in the customer's language; the editors' own word where it is one of their own. */
export function categoryName(i18n: I18n, language: string, category: string | null): string {
  if (!category) return i18n.t(language, 'knowledge:help.otherTopics');
  const key = `knowledge:help.categories.${category}`;
  if (/^[a-z]+$/.test(category) && i18n.has(key, language)) return i18n.t(language, key);
  const words = category.replace(/[-_]+/g, ' ');
  return words.slice(0, 1).toLocaleUpperCase(language) + words.slice(1);
}

// The article about returns in general is the one linked to this intent; in the visitor's language if there is one.
function policyOf(articles: readonly ListedVariant[], language: string): ListedVariant | undefined {
  return articles
    .filter(({ intents }) => intents.includes('return_policy'))
    .sort(
      (a, b) =>
        Number(b.language === language) - Number(a.language === language) ||
        b.markets.length - a.markets.length ||
        a.intents.indexOf('return_policy') - b.intents.indexOf('return_policy') ||
        a.intents.length - b.intents.length ||
        Number(b.slug === 'return-policy') - Number(a.slug === 'return-policy'),
    )[0];
}

function foreign(article: { language: string }, language: string): Html | false {
  return article.language !== language && html` lang="${article.language}" dir="auto"`;
}

function note({ language, say }: Visit, other: string): Html | false {
  return (
    other !== language &&
    html` <small lang="${language}">${say('onlyIn', { language: languageName(other, language) })}</small>`
  );
}
