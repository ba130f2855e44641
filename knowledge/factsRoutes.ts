import { Router } from 'express';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CoreTables } from '../core/database/tables.ts';
import { bodyOf, jsonBody } from '../core/http/body.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import { changeFacts, type Facts, type FactValue, factVersions } from './facts.ts';

/** The shop's facts over HTTP: their versions, and a new one. */
export function createFactsRoutes({ db, staff }: FactsParts): Router {
  const router = Router();
  const write = staff.requireStaff('editor');

  router.get('/-/facts', staff.requireStaff('agent', 'editor', 'supervisor'), async (_request, response) => {
    const versions = await factVersions(db);
    const named = versions.map(async (version) => ({
      ...version,
      author: version.author ? ((await staff.nameOf(version.author)) ?? null) : null,
    }));
    response.json({ versions: await Promise.all(named) });
  });

  router.put('/-/facts', write, jsonBody(256), async (request, response) => {
    const { facts, baseVersion } = bodyOf(factsBody, request.body);
    await changeFacts(db, { facts: facts as Facts, baseVersion, author: memberOf(response).id });
    response.json({});
  });

  return router;
}

export type FactsParts = { db: Kysely<CoreTables>; staff: Staff };

const name = z.string().regex(/^\w{1,60}$/);
const value: z.ZodType<FactValue> = z.lazy(() =>
  z.union([
    z.number(),
    z.string().max(500),
    z.boolean(),
    z.strictObject({ amount: z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/), currency: z.string().regex(/^[A-Z]{3}$/) }),
    z.array(value).max(500),
    z.record(name, value),
  ]),
);
const factsBody = z.strictObject({ facts: z.record(name, value), baseVersion: z.int().min(0) });
