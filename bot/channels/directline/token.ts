import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '../../../core/errors.ts';

/**
 * Tokens of Direct Line 3.0: one conversation each, 1,800 s, refreshed while they live; the secret opens any conversation.
 * Clients read the claim `user`, so its name is the protocol's.
 */
export function createDirectLineTokens({ key, secret }: { key: Uint8Array; secret: string | undefined }) {
  const digest = (text: string) => createHash('sha256').update(text).digest();

  async function sign(claims: TokenClaims, audience: string, seconds: number): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(key);
  }

  async function verify(token: string, audience: string): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience,
        requiredClaims: ['conv', 'exp'],
      });
      const { conv, user, origins } = payload as Partial<TokenClaims>;
      if (typeof conv !== 'string') throw new Error('no conversation');
      return { conv, ...(user ? { user } : {}), ...(origins ? { origins } : {}) };
    } catch (error) {
      const name = error instanceof errors.JWTExpired ? 'TokenExpired' : 'BadArgument';
      // 403 makes clients fetch a new token; 401 is for a missing header only.
      throw new AppError('forbidden', 'the token is not valid any more', { name }, error);
    }
  }

  return {
    seconds: tokenSeconds,
    sign: (claims: TokenClaims) => sign(claims, 'anshin-directline', tokenSeconds),
    /** For the address of a WebSocket, which carries no header: good for one connection within a minute. */
    signStream: (claims: TokenClaims) => sign(claims, 'anshin-directline-stream', streamSeconds),
    verifyStream: (token: string) => verify(token, 'anshin-directline-stream'),
    /** Who calls: the secret's holder, or a token's conversation. Throws `unauthenticated` without a usable header. */
    async caller(header: string | undefined): Promise<Caller> {
      const token = /^Bearer (\S{10,4000})$/.exec(header ?? '')?.[1];
      if (!token) throw new AppError('unauthenticated', 'a secret or token is needed');
      if (secret !== undefined && timingSafeEqual(digest(token), digest(secret))) return { secret: true };
      return { secret: false, ...(await verify(token, 'anshin-directline')) };
    },
  };
}

export type DirectLineTokens = ReturnType<typeof createDirectLineTokens>;
/** What a token says: its conversation, the user it speaks for, the pages that may use it. */
export type TokenClaims = { conv: string; user?: string; origins?: string[] };
export type Caller = { secret: true } | ({ secret: false } & TokenClaims);

const tokenSeconds = 1800;
const streamSeconds = 60;
