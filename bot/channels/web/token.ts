import { jwtVerify, SignJWT } from 'jose';
import { AppError } from '../../../core/errors.ts';

/** Signs a chat token for a contact: short-lived, refreshed with the visitor's secret. Returns it with the seconds that it is good for. */
export async function signChatToken(
  contactId: string,
  key: Uint8Array,
  minutes: number,
): Promise<{ token: string; expiresIn: number }> {
  const expires = new Date(Date.now() + minutes * 60_000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(contactId)
    .setAudience('anshin-web')
    .setIssuedAt()
    .setExpirationTime(Math.floor(expires.getTime() / 1000))
    .sign(key);
  return { token, expiresIn: minutes * 60 };
}

/** The contact of a request's `Authorization: Bearer` token; throws `unauthenticated` for anything else. */
export async function contactOfToken(header: string | undefined, key: Uint8Array): Promise<string> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header ?? '')?.[1];
  if (!token) throw new AppError('unauthenticated', 'a chat token is needed');
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience: 'anshin-web',
      requiredClaims: ['sub', 'exp'],
    });
    if (typeof payload.sub !== 'string') throw new Error('no subject');
    return payload.sub;
  } catch (error) {
    throw new AppError('unauthenticated', 'the chat token is not valid any more', undefined, error);
  }
}
