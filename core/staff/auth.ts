import { betterAuth } from 'better-auth';
import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { CoreTables } from '../database/tables.ts';

/**
 * Sessions and passwords. None of the library's own routes is mounted: our few routes call its functions, so that what is
 * reachable from outside is what core/staff/routes.ts lists.
 */
export function createAuth({ db, config, key }: { db: Kysely<CoreTables>; config: Config; key: Uint8Array }) {
  return betterAuth({
    database: { db, type: 'postgres' },
    baseURL: config.origin,
    basePath: '/staff/auth',
    secret: Buffer.from(key).toString('base64'),
    trustedOrigins: [config.origin],
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Tries are limited by our own counters, which also hold for an account that does not exist.
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength, maxPasswordLength, autoSignIn: false },
    user: {
      modelName: 'staff',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        roles: { type: 'string', required: true, input: false },
        language: { type: 'string', required: false, input: false },
        active: { type: 'boolean', required: true, defaultValue: true, input: false },
        mustChange: { type: 'boolean', required: true, defaultValue: false, input: false, fieldName: 'must_change' },
      },
    },
    session: {
      modelName: 'staff_session',
      fields: {
        userId: 'staff_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // The idle time; the absolute end is checked against the session's beginning.
      expiresIn: config.limits.STAFF_IDLE_HOURS * 3600,
      updateAge: 60,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'staff_account',
      fields: {
        userId: 'staff_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'staff_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'anshin',
      useSecureCookies: config.origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      disableOriginCheck: true,
    },
  });
}

/** Length limits of a password, in characters; the upper one keeps hashing cheap. */
export const minPasswordLength = 10;
export const maxPasswordLength = 128;

export type Auth = ReturnType<typeof createAuth>;
