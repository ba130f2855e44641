import { errors, jwtVerify, SignJWT } from 'jose';

/**
 * The customer that the shop vouches for, or undefined when the token is not one of the shop's: HS256, audience "anshin",
 * alive, and made to live 15 minutes at most.
 */
export async function verifyShopToken(token: string, secret: string): Promise<ShopCustomer | undefined> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      audience: 'anshin',
      requiredClaims: ['sub', 'exp'],
      clockTolerance: clockToleranceSeconds,
    });
    const { sub, exp, email, email_verified: verified, name } = payload;
    if (typeof sub !== 'string' || sub === '' || sub.length > 200 || typeof exp !== 'number') return undefined;
    if (exp > Date.now() / 1000 + maxLifeSeconds + clockToleranceSeconds) return undefined;
    return {
      id: sub,
      ...(typeof name === 'string' ? { name: name.slice(0, 200) } : {}),
      ...(typeof email === 'string' && verified === true ? { email } : {}),
    };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Signs what a shop's own server would sign: for the demo shop. */
export async function signShopToken(
  customer: { id: string; name: string; email: string },
  secret: string,
): Promise<string> {
  return new SignJWT({ email: customer.email, email_verified: true, name: customer.name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(customer.id)
    .setAudience('anshin')
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
}

export type ShopCustomer = { id: string; name?: string; email?: string };

const maxLifeSeconds = 15 * 60;
const clockToleranceSeconds = 30;
