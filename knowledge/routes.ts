import { type Request, Router } from 'express';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { bodyOf, jsonBody } from '../core/http/body.ts';
import { parseBlocks } from '../core/markdown.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import type { Articles } from './articles.ts';
import { fillFacts } from './facts.ts';
import { floorOf, type Search } from './search.ts';
import type { FusedSearch } from './searchFused.ts';

/** The editor's HTTP below /staff/api/knowledge. */
export function createKnowledgeRoutes({
  articles,
  search,
  findArticles,
  intentsOf,
  staff,
  linkHosts,
  languages,
}: KnowledgeRouteParts): Router {
  const router = Router();
  const json = jsonBody(512);
  const read = staff.requireStaff('agent', 'editor', 'supervisor');
  const write = staff.requireStaff('editor');

  router.get('/', read, async (_request, response) => {
    response.json({ articles: await articles.list(), languages });
  });

  router.post('/', write, json, async (request, response) => {
    const article = bodyOf(createBody, request.body);
    await articles.create({ slug: article.slug, category: article.category ?? null, intents: article.intents ?? [] });
    response.status(201).json({ slug: article.slug });
  });

  router.post('/preview', write, json, (request, response) => {
    const { body, language } = bodyOf(previewBody, request.body);
    response.json({ blocks: parseBlocks(fillFacts(body, search.facts, language), linkHosts) });
  });

  router.post('/try', read, json, async (request, response) => {
    const { text, language } = bodyOf(tryBody, request.body);
    const understood = intentsOf(text, language);
    const spoken = language ?? understood.language;
    const { results, answer } = await findArticles({ text, language: spoken, intents: understood.intents, limit: 5 });
    response.json({
      language: spoken,
      intents: understood.intents,
      floor: floorOf(spoken),
      answer,
      results: results.map((hit) => ({ ...hit, blocks: parseBlocks(hit.passage, linkHosts) })),
    });
  });

  router.get('/:slug', read, async (request, response) => {
    response.json(await articles.get(slugOf(request)));
  });

  router.put('/:slug/:language', write, json, async (request, response) => {
    const { baseVersion, ...content } = bodyOf(saveBody, request.body);
    const { id } = memberOf(response);
    response.json(
      await articles.saveDraft({
        slug: slugOf(request),
        language: languageOf(request),
        content,
        baseVersion,
        author: id,
      }),
    );
  });

  router.post('/:slug/:language/publish', write, json, async (request, response) => {
    const { baseVersion } = bodyOf(publishBody, request.body);
    response.json(
      await articles.publish({
        slug: slugOf(request),
        language: languageOf(request),
        baseVersion,
        author: memberOf(response).id,
      }),
    );
  });

  return router;

  function languageOf(request: Request): string {
    const { language } = request.params;
    if (typeof language !== 'string' || !languages.includes(language))
      throw new AppError('invalid', `this shop has the languages ${languages.join(', ')}`);
    return language;
  }

  function slugOf(request: Request): string {
    const { slug } = request.params;
    if (typeof slug !== 'string' || !slugForm.test(slug)) throw new AppError('not_found', 'no such article');
    return slug;
  }
}

type KnowledgeRouteParts = {
  articles: Articles;
  search: Search;
  /** As the bot finds them: by words and, where configured, by meaning. */
  findArticles: FusedSearch;
  /** The understanding of a text, as the bot would have it. */
  intentsOf(text: string, language?: string): { language: string; intents: { name: string; confidence: number }[] };
  staff: Staff;
  linkHosts: readonly string[];
  languages: readonly string[];
};

const slugForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine((text) => !text.includes('\u0000'));
const body = z
  .string()
  .max(100_000)
  .refine((text) => !text.includes('\u0000'));
const createBody = z.strictObject({
  slug: z.string().regex(slugForm).max(80),
  category: line.optional(),
  intents: z.array(z.string().max(40)).max(10).optional(),
});
const saveBody = z.strictObject({
  title: line,
  body,
  questions: z.array(line).max(50),
  keywords: z.array(line).max(50),
  baseVersion: z.int().min(0),
});
const publishBody = z.strictObject({ baseVersion: z.int().min(1) });
const previewBody = z.strictObject({ body, language: z.string().max(10) });
const tryBody = z.strictObject({ text: z.string().trim().min(1).max(4000), language: z.string().max(10).optional() });
