import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { bodyOf, jsonBody } from '../core/http/body.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import type { Articles } from './articles.ts';
import { bodyField, languageOf, lineField, slugForm, slugOf } from './routeFields.ts';

/** One article over HTTP: read, settings, drafts, publishing, versions, deletion. Authors go out by name. */
export function createArticleRoutes({
  articles,
  staff,
  languages,
}: {
  articles: Articles;
  staff: Staff;
  languages: readonly string[];
}): Router {
  const router = Router();
  const json = jsonBody(1024);
  const read = staff.requireStaff('agent', 'editor', 'supervisor');
  const write = staff.requireStaff('editor');
  const language = z.string().refine((tag) => languages.includes(tag));

  router.post('/', write, json, async (request, response) => {
    const { slug, category, intents, sourceLanguage } = bodyOf(
      createBody.extend({ sourceLanguage: language.nullish() }),
      request.body,
    );
    await articles.create({
      slug,
      category: category ?? null,
      intents: intents ?? [],
      sourceLanguage: sourceLanguage ?? null,
    });
    response.status(201).json({ slug });
  });

  router.get('/:slug', read, async (request, response) => {
    const article = await articles.get(slugOf(request));
    const names = await namesOf(
      article.variants.flatMap(({ changedBy, versions }) => [changedBy, ...versions.map(({ author }) => author)]),
    );
    response.json({
      ...article,
      variants: article.variants.map((variant) => ({
        ...variant,
        changedBy: names.get(variant.changedBy ?? '') ?? null,
        versions: variant.versions.map((version) => ({ ...version, author: names.get(version.author ?? '') ?? null })),
      })),
    });
  });

  router.put('/:slug', write, json, async (request, response) => {
    const settings = bodyOf(settingsBody.extend({ sourceLanguage: language.nullable() }), request.body);
    response.json(await articles.saveSettings({ slug: slugOf(request), ...settings }));
  });

  router.delete('/:slug', write, async (request, response) => {
    await articles.remove({ slug: slugOf(request) });
    response.json({});
  });

  router.put('/:slug/:language', write, json, async (request, response) => {
    const { baseVersion, ...content } = bodyOf(saveBody, request.body);
    response.json(await named(articles.saveDraft({ ...placeOf(request, response), content, baseVersion })));
  });

  router.delete('/:slug/:language', write, async (request, response) => {
    await articles.remove({ slug: slugOf(request), language: languageOf(request, languages) });
    response.json({});
  });

  router.post('/:slug/:language/publish', write, json, async (request, response) => {
    response.json(await named(articles.publish({ ...placeOf(request, response), ...bodyOf(basedBody, request.body) })));
  });

  router.post('/:slug/:language/rollback', write, json, async (request, response) => {
    const wanted = bodyOf(basedBody.extend({ number: z.int().min(1) }), request.body);
    response.json(await named(articles.rollBack({ ...placeOf(request, response), ...wanted })));
  });

  router.post('/:slug/:language/reviewed', write, json, async (request, response) => {
    await named(articles.markReviewed({ ...placeOf(request, response), ...bodyOf(basedBody, request.body) }));
    response.json({});
  });

  router.post('/:slug/:language/unpublish', write, json, async (request, response) => {
    await named(articles.unpublish({ ...placeOf(request, response), ...bodyOf(basedBody, request.body) }));
    response.json({});
  });

  return router;

  function placeOf(request: Request, response: Response) {
    return { slug: slugOf(request), language: languageOf(request, languages), author: memberOf(response).id };
  }

  async function namesOf(ids: readonly (string | null)[]): Promise<Map<string, string | undefined>> {
    const unique = [...new Set(ids.filter((id) => id !== null))];
    return new Map(await Promise.all(unique.map(async (id) => [id, await staff.nameOf(id)] as const)));
  }

  // Whose newer save it is, an editor must read as a name.
  async function named<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'stale' || typeof error.details?.by !== 'string') throw error;
      throw new AppError('stale', error.message, {
        ...error.details,
        by: (await staff.nameOf(error.details.by)) ?? null,
      });
    }
  }
}

const names = z.array(z.string().max(40)).max(20);
const day = z.iso.date().nullable();
const createBody = z.strictObject({
  slug: z.string().regex(slugForm).max(80),
  category: lineField.optional(),
  intents: names.optional(),
});
const settingsBody = z.strictObject({
  category: lineField.nullable(),
  intents: names,
  markets: z.array(z.string().regex(/^[A-Z]{2}$/)).max(250),
  validFrom: day,
  validUntil: day,
  baseVersion: z.int().min(1),
});
const saveBody = z.strictObject({
  title: lineField.max(300),
  body: bodyField,
  questions: z.array(lineField).max(200),
  keywords: z.array(lineField).max(200),
  baseVersion: z.int().min(0),
});
const basedBody = z.strictObject({ baseVersion: z.int().min(1) });
