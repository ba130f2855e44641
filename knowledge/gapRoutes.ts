import { type Request, Router } from 'express';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { bodyOf, idOf, jsonBody } from '../core/http/body.ts';
import type { Gist } from '../core/language/gist.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import type { Articles } from './articles.ts';
import { draftFromGap, slugFrom } from './gapArticle.ts';
import { createGaps, type GapFilter } from './gaps.ts';
import { createReplay } from './replay.ts';

/** The HTTP of gaps and replay below /staff/api/gaps. */
export function createGapRoutes({ db, articles, gistOf, staff, languages }: GapRouteParts): Router {
  const router = Router();
  const gaps = createGaps(db);
  const replay = createReplay({ db, articles, gistOf });
  const json = jsonBody(512);
  const read = staff.requireStaff('agent', 'editor', 'supervisor');
  const write = staff.requireStaff('editor');

  router.get('/', read, async (request, response) => {
    const filter = filterQuery.parse({
      language: request.query.language,
      market: request.query.market,
      kind: request.query.kind,
      state: request.query.state ?? 'open',
    });
    response.json(await gaps.list(filter as GapFilter, languageOf(request, memberOf(response).language)));
  });

  router.post('/replay', write, json, async (request, response) => {
    const draft = bodyOf(replayBody, request.body);
    if (!languages.includes(draft.language)) throw new AppError('invalid', 'this shop does not have that language');
    response.json(await replay(draft));
  });

  router.get('/:id', read, async (request, response) => {
    const gap = await gaps.get(idOf(request.params.id), languageOf(request, memberOf(response).language));
    const latin = [...gap.examples].sort((a, b) => Number(b.language === 'en') - Number(a.language === 'en'));
    response.json({ ...gap, suggestedSlug: slugFrom(latin.map(({ text }) => text)) });
  });

  router.post('/:id/draft', write, json, async (request, response) => {
    const { slug, change } = bodyOf(draftBody, request.body);
    const member = memberOf(response);
    response.json(
      await draftFromGap({
        db,
        articles,
        languages,
        id: idOf(request.params.id),
        slug,
        change,
        language: languageOf(request, member.language),
        author: member.id,
      }),
    );
  });

  router.post('/:id/close', write, json, async (request, response) => {
    const closing = bodyOf(closeBody, request.body);
    if (closing.reason === 'fixed') await articles.get(closing.slug);
    await gaps.close(idOf(request.params.id), memberOf(response).id, closing);
    response.json({});
  });

  router.post('/:id/reopen', write, json, async (request, response) => {
    await gaps.reopen(idOf(request.params.id));
    response.json({});
  });

  return router;
}

type GapRouteParts = {
  db: Kysely<CoreTables>;
  articles: Articles;
  gistOf(text: string, language: string): Gist;
  staff: Staff;
  languages: readonly string[];
};

const slug = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  .max(80);
const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes('\u0000'));
const filterQuery = z.strictObject({
  language: z.string().max(10).optional(),
  market: z.string().max(10).optional(),
  kind: z.enum(['refused', 'off_topic', 'handoff', 'unhelpful', 'agent']).optional(),
  state: z.enum(['open', 'closed']),
});
const draftBody = z.strictObject({ slug, change: z.boolean() });
const closeBody = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.literal('fixed'), slug }),
  z.strictObject({ reason: z.literal('not_for_us') }),
  z.strictObject({ reason: z.literal('duplicate'), into: z.uuid() }),
]);
const replayBody = z.strictObject({
  slug,
  language: z.string().max(10),
  title: text(300),
  body: text(100_000),
  questions: z.array(text(300)).max(50),
  keywords: z.array(text(300)).max(50),
});

function languageOf(request: Request, own: string | null): string {
  const asked = request.query.own;
  return typeof asked === 'string' && /^[a-z]{2}$/.test(asked) ? asked : (own ?? 'en');
}
