import { Router } from 'express';
import { z } from 'zod';
import type { Block } from '../core/blocks.ts';
import { bodyOf, countOf, jsonBody } from '../core/http/body.ts';
import type { I18n } from '../core/i18n.ts';
import { parseBlocks } from '../core/markdown.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import type { ArticleFigures } from './articleFigures.ts';
import { createArticleRoutes } from './articleRoutes.ts';
import type { Articles } from './articles.ts';
import { fillFacts } from './facts.ts';
import { createFactsRoutes, type FactsParts } from './factsRoutes.ts';
import { bodyField, languageField } from './routeFields.ts';
import { floorOf, type Search } from './search.ts';
import type { FusedSearch } from './searchFused.ts';
import { createTransferRoutes, type TransferParts } from './transferRoutes.ts';

/** The editor's HTTP below /staff/api/knowledge. What is no article stands below `/-/`, which no slug can be. */
export function createKnowledgeRoutes(parts: KnowledgeRouteParts): Router {
  const { articles, search, findArticles, intentsOf, asAnswer, figures, staff, linkHosts, i18n } = parts;
  const { languages } = i18n;
  const router = Router();
  const json = jsonBody(512);
  const read = staff.requireStaff('agent', 'editor', 'supervisor');
  const write = staff.requireStaff('editor');

  router.get('/', read, async (_request, response) => {
    const own = memberOf(response).language ?? 'en';
    response.json({ articles: await articles.list(), languages, intents: parts.intents(own) });
  });

  router.get('/-/figures', read, async (request, response) => {
    response.json({ figures: await figures(countOf(request.query.days, 30, 365)) });
  });

  router.post('/preview', write, json, async (request, response) => {
    const { title, body, language } = bodyOf(previewBody, request.body);
    const passage = fillFacts(body, search.facts, language);
    const shown = fillFacts(title, search.facts, language);
    response.json({
      title: shown,
      blocks: parseBlocks(passage, linkHosts),
      chat: await asAnswer({ slug: 'preview', language, title: shown, passage }, language),
    });
  });

  router.post('/try', read, json, async (request, response) => {
    const { text, language, market } = bodyOf(tryBody, request.body);
    const understood = intentsOf(text, language);
    const spoken = language ?? understood.language;
    const { results, answer } = await findArticles({
      text,
      language: spoken,
      market: market ?? null,
      intents: understood.intents,
      limit: 5,
    });
    const [best] = results;
    response.json({
      language: spoken,
      intents: understood.intents.slice(0, 5),
      floor: floorOf(spoken),
      answer,
      results: results.map((hit) => ({ ...hit, blocks: parseBlocks(hit.passage, linkHosts) })),
      chat: best && answer ? await asAnswer(best, spoken) : [],
    });
  });

  router.use(createFactsRoutes(parts));
  router.use(createTransferRoutes(parts));
  router.use(createArticleRoutes({ articles, staff, languages }));
  return router;
}

/** What the editor's routes need of the other parts. */
export type KnowledgeRouteParts = FactsParts &
  TransferParts & {
    articles: Articles;
    search: Search;
    /** Search by words and, where configured, by meaning: what the bot asks. */
    findArticles: FusedSearch;
    /** The understanding of a text, as the bot would have it. */
    intentsOf(text: string, language?: string): { language: string; intents: { name: string; confidence: number }[] };
    /** The intents that an article can be linked to, with their names in a language. */
    intents(language: string): { name: string; label: string }[];
    /** What the bot makes of a passage in the chat. */
    asAnswer(
      hit: { slug: string; language: string; title: string; passage: string },
      language: string,
    ): Promise<{ language: string; body: Block[] }[]>;
    figures(days: number): Promise<ArticleFigures[]>;
    staff: Staff;
    linkHosts: readonly string[];
    i18n: I18n;
  };

const previewBody = z.strictObject({
  title: z.string().max(500).default(''),
  body: bodyField,
  language: languageField,
});
const tryBody = z.strictObject({
  text: z.string().trim().min(1).max(4000),
  language: languageField.optional(),
  market: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
});
