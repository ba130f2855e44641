import { fromNodeHeaders } from 'better-auth/node';
import { type Request, type Response, Router } from 'express';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import { bodyOf, jsonBody } from '../http/body.ts';
import { maxPasswordLength, minPasswordLength } from './auth.ts';
import type { LoginLimit } from './loginLimit.ts';
import { changePerson, listPeople } from './people.ts';
import { emailOf, type Member, roles, type Staff } from './staff.ts';
import { staffDb } from './tables.ts';

/** Sign in and out, the own account, and the people page: everything below /staff/api that is about accounts. */
export function createStaffRoutes({
  db,
  staff,
  loginLimit,
}: {
  db: Kysely<CoreTables>;
  staff: Staff;
  loginLimit: LoginLimit;
}): Router {
  const router = Router();
  const json = jsonBody(16);
  const { auth } = staff;

  router.post('/sign-in', json, async (request, response) => {
    const { email, password } = bodyOf(signIn, request.body);
    await loginLimit.count(emailOf(email), request.ip ?? '');
    await signInAs(request, response, emailOf(email), password);
    await loginLimit.forget(emailOf(email));
  });

  router.post('/sign-out', json, async (request, response) => {
    const answer = await auth.api.signOut({ headers: fromNodeHeaders(request.headers), asResponse: true });
    passCookies(answer, response);
    response.json({});
  });

  router.post('/link', json, async (request, response) => {
    const { token, password, name } = bodyOf(useLink, request.body);
    await loginLimit.count('link', request.ip ?? '');
    const member = await staff.takeLink(token);
    if (name) await staffDb(db).updateTable('staff').set({ name }).where('id', '=', member.id).execute();
    await staff.setPassword(member.id, password);
    await signInAs(request, response, member.email, password);
  });

  router.get('/me', staff.requireStaff(), (_request, response) => {
    response.json(own(memberOf(response)));
  });

  router.patch('/me', staff.requireStaff(), json, async (request, response) => {
    const member = memberOf(response);
    const { name, language, password } = bodyOf(changeMe, request.body);
    if (name !== undefined || language !== undefined) {
      await staffDb(db)
        .updateTable('staff')
        .set({ ...(name === undefined ? {} : { name }), ...(language === undefined ? {} : { language }) })
        .where('id', '=', member.id)
        .execute();
    }
    if (password) {
      await loginLimit.count(member.email, request.ip ?? '');
      const context = await auth.$context;
      const account = (await context.internalAdapter.findAccounts(member.id)).find(
        (entry) => entry.providerId === 'credential',
      );
      const right = account?.password
        ? await context.password.verify({ hash: account.password, password: password.old })
        : false;
      if (!right) throw new AppError('invalid', 'the old password is wrong', { field: 'old' });
      await staff.setPassword(member.id, password.new);
      await loginLimit.forget(member.email);
      await signInAs(request, response, member.email, password.new);
      return;
    }
    response.json({});
  });

  router.get('/people', staff.requireStaff('admin'), async (_request, response) => {
    response.json({ people: await listPeople(db) });
  });

  router.post('/people', staff.requireStaff('admin'), json, async (request, response) => {
    const person = bodyOf(invite, request.body);
    const id = await staff.create(person);
    response.status(201).json({ id, link: await staff.link(id, memberOf(response).id) });
  });

  router.patch('/people/:id', staff.requireStaff('admin'), json, async (request, response) => {
    await changePerson(db, personId(request), bodyOf(changeOne, request.body));
    response.json({});
  });

  router.post('/people/:id/link', staff.requireStaff('admin'), json, async (request, response) => {
    bodyOf(z.strictObject({}), request.body);
    const id = personId(request);
    if (!(await staff.nameOf(id))) throw new AppError('not_found', 'no such person');
    response.status(201).json({ link: await staff.link(id, memberOf(response).id) });
  });

  return router;

  // Unknown account and wrong password take the same time (the library hashes in both cases) and give the same answer.
  async function signInAs(request: Request, response: Response, email: string, password: string) {
    const answer = await auth.api.signInEmail({
      body: { email, password },
      headers: fromNodeHeaders(request.headers),
      asResponse: true,
    });
    if (!answer.ok) throw new AppError('unauthenticated', 'e-mail address or password is wrong');
    const { user } = (await answer.json()) as { user: { id: string } };
    const row = await staffDb(db).selectFrom('staff').selectAll().where('id', '=', user.id).executeTakeFirst();
    if (!row?.active) {
      await staff.endSessions(user.id);
      throw new AppError('unauthenticated', 'e-mail address or password is wrong');
    }
    passCookies(answer, response);
    response.json({ id: row.id, name: row.name, email: row.email, mustChange: row.must_change });
  }
}

/** The member that requireStaff put there. */
export function memberOf(response: Response): Member {
  const { member } = response.locals;
  if (!member) throw new AppError('unauthenticated', 'sign in first');
  return member as Member;
}

const email = z.email().max(200);
const password = z.string().min(minPasswordLength).max(maxPasswordLength);
const name = z.string().trim().min(1).max(80);
const roleList = z.array(z.enum(roles)).min(1).max(roles.length);
const signIn = z.strictObject({ email: z.string().max(200), password: z.string().max(maxPasswordLength) });
const useLink = z.strictObject({ token: z.string().min(20).max(100), password, name: name.optional() });
const changeMe = z.strictObject({
  name: name.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
  password: z.strictObject({ old: z.string().max(maxPasswordLength), new: password }).optional(),
});
const invite = z.strictObject({ email, name, roles: roleList });
const changeOne = z.strictObject({ roles: roleList.optional(), active: z.boolean().optional() });

function own({ sessionId: _, ...member }: Member) {
  return member;
}

function personId(request: Request): string {
  const { id } = request.params;
  if (typeof id !== 'string' || id.length > 100) throw new AppError('not_found', 'no such person');
  return id;
}

function passCookies(answer: globalThis.Response, response: Response) {
  for (const cookie of answer.headers.getSetCookie()) response.append('Set-Cookie', cookie);
}
