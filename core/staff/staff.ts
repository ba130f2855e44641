import { createHash, randomBytes } from 'node:crypto';
import { fromNodeHeaders } from 'better-auth/node';
import type { Request, RequestHandler } from 'express';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../config.ts';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import { publish } from '../events.ts';
import { type Auth, createAuth } from './auth.ts';
import { staffDb } from './tables.ts';

/** Staff accounts, their sessions and what they may do. */
export function createStaff({
  db: database,
  config,
  key,
}: {
  db: Kysely<CoreTables>;
  config: Config;
  key: Uint8Array;
}): Staff {
  const db = staffDb(database);
  const auth = createAuth({ db: database, config, key });

  const staff: Staff = {
    auth,

    async memberOf(request) {
      const found = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
      if (!found) return undefined;
      const { user, session } = found;
      const tooOld = Date.now() - new Date(session.createdAt).getTime() > config.limits.STAFF_SESSION_HOURS * 3600_000;
      if (tooOld || !user.active) return undefined;
      return {
        id: user.id,
        name: user.name,
        email: user.email,
        roles: rolesOf(user.roles),
        language: user.language ?? null,
        mustChange: user.mustChange,
        sessionId: session.id,
      };
    },

    requireStaff(...roles) {
      return async (request, response, next) => {
        const member = await staff.memberOf(request);
        if (!member) throw new AppError('unauthenticated', 'sign in first');
        // Until the first password is replaced, only the account itself can be reached.
        if (member.mustChange && roles.length > 0)
          throw new AppError('forbidden', 'set a password first', { mustChange: true });
        if (roles.length > 0 && !member.roles.includes('admin') && !roles.some((role) => member.roles.includes(role))) {
          throw new AppError('forbidden', 'your role does not allow this');
        }
        response.locals.member = member;
        next();
      };
    },

    async nameOf(id) {
      return (await db.selectFrom('staff').select('name').where('id', '=', id).executeTakeFirst())?.name;
    },

    async create({ email, name, roles, mustChange = false }) {
      const context = await auth.$context;
      const taken = await db.selectFrom('staff').select('id').where('email', '=', emailOf(email)).executeTakeFirst();
      if (taken) throw new AppError('conflict', 'this e-mail address has an account already');
      const user = await context.internalAdapter.createUser(
        { email: emailOf(email), name, emailVerified: false, roles: roles.join(','), active: true, mustChange },
        { method: 'email-password' },
      );
      return user.id;
    },

    async setPassword(id, password) {
      const context = await auth.$context;
      const hash = await context.password.hash(password);
      const accounts = await context.internalAdapter.findAccounts(id);
      if (accounts.some((account) => account.providerId === 'credential'))
        await context.internalAdapter.updatePassword(id, hash);
      else
        await context.internalAdapter.linkAccount({
          userId: id,
          accountId: id,
          providerId: 'credential',
          password: hash,
        });
      await db.updateTable('staff').set({ must_change: false }).where('id', '=', id).execute();
      await staff.endSessions(id);
    },

    async endSessions(id) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('staff_session').where('staff_id', '=', id).execute();
        await publish(tx, { t: 'revoked', staffId: id });
      });
    },

    async link(id, createdBy) {
      const token = randomBytes(32).toString('base64url');
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('staff_link').where('staff_id', '=', id).execute();
        await tx
          .insertInto('staff_link')
          .values({
            token_hash: hashOf(token),
            staff_id: id,
            created_by: createdBy ?? null,
            expires_at: sql<Date>`now() + ${linkHours} * interval '1 hour'`,
          })
          .execute();
      });
      // In the fragment, which no server and no log ever sees.
      return `${config.origin}/staff/link#${token}`;
    },

    async takeLink(token) {
      const row = await db
        .deleteFrom('staff_link')
        .where('token_hash', '=', hashOf(token))
        .where('expires_at', '>', sql<Date>`now()`)
        .returning('staff_id')
        .executeTakeFirst();
      const member =
        row &&
        (await db
          .selectFrom('staff')
          .select(['id', 'email'])
          .where('id', '=', row.staff_id)
          .where('active', '=', true)
          .executeTakeFirst());
      if (!member) throw new AppError('gone', 'this link was used or is too old');
      return member;
    },

    async firstAdmin() {
      const some = await db.selectFrom('staff').select('id').limit(1).executeTakeFirst();
      if (some) return undefined;
      const password = randomBytes(9).toString('base64url');
      const id = await staff.create({ email: config.adminEmail, name: 'Admin', roles: ['admin'] });
      await staff.setPassword(id, password);
      await db.updateTable('staff').set({ must_change: true }).where('id', '=', id).execute();
      return { email: emailOf(config.adminEmail), password };
    },
  };
  return staff;
}

export const roles = ['agent', 'editor', 'supervisor', 'admin'] as const;

/** What a staff member may do; admin may do everything. */
export type Role = (typeof roles)[number];

/** The signed-in staff member of a request. */
export type Member = {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  language: string | null;
  mustChange: boolean;
  sessionId: string;
};

/** Accounts and sessions, as routes and commands use them. */
export type Staff = {
  auth: Auth;
  memberOf(request: Request): Promise<Member | undefined>;
  /** Lets through who has one of the roles (or is admin) and puts the member at `response.locals.member`. */
  requireStaff(...roles: Role[]): RequestHandler;
  nameOf(id: string): Promise<string | undefined>;
  create(person: { email: string; name: string; roles: Role[]; mustChange?: boolean }): Promise<string>;
  /** Ends all sessions of the account as well. */
  setPassword(id: string, password: string): Promise<void>;
  /** Signs the account out everywhere; open streams of all processes close. */
  endSessions(id: string): Promise<void>;
  /** A link that sets a password once within 72 hours; a new one makes older ones void. */
  link(id: string, createdBy?: string): Promise<string>;
  takeLink(token: string): Promise<{ id: string; email: string }>;
  /** Creates the first admin with a password to be replaced; undefined when somebody exists. */
  firstAdmin(): Promise<{ email: string; password: string } | undefined>;
};

/** Reads the comma-separated roles of the database. */
export function rolesOf(text: string): Role[] {
  return roles.filter((role) => text.split(',').includes(role));
}

/** Addresses are compared in one form, so that look-alike spellings are one account. */
export function emailOf(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

const linkHours = 72;

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
