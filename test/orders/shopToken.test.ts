import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { verifyShopToken } from '../../orders/shopToken.ts';

const secret = 'the secret of the shop, long enough for it';
const key = new TextEncoder().encode(secret);
const claims = { email: 'ann@example.com', email_verified: true, name: 'Ann' };
const good = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, header: Record<string, unknown> = {}) =>
  change(
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', ...header })
      .setSubject('c-1')
      .setAudience('anshin')
      .setIssuedAt()
      .setExpirationTime('10m'),
  ).sign(key);

test('the shop’s own token names its customer', async () => {
  expect(await verifyShopToken(await good(), secret)).toEqual({ id: 'c-1', email: 'ann@example.com', name: 'Ann' });
});

test('an address that the shop has not verified is none', async () => {
  const token = await new SignJWT({ ...claims, email_verified: false })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('c-1')
    .setAudience('anshin')
    .setExpirationTime('10m')
    .sign(key);
  expect(await verifyShopToken(token, secret)).toEqual({ id: 'c-1', name: 'Ann' });
});

const payload = { ...claims, sub: 'c-1', aud: 'anshin', exp: Math.floor(Date.now() / 1000) + 600 };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const bad: Record<string, () => Promise<string> | string> = {
  'alg none': () => new UnsecuredJWT(claims).setSubject('c-1').setAudience('anshin').setExpirationTime('10m').encode(),
  'another secret': () => new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
  'another algorithm of the same secret': () =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS512' }).sign(new TextEncoder().encode(secret.repeat(2))),
  'a public-key signature': () => new SignJWT(payload).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
  expired: () => good((jwt) => jwt.setExpirationTime(Math.floor(Date.now() / 1000) - 60)),
  'alive for longer than 15 minutes': () => good((jwt) => jwt.setExpirationTime('20m')),
  'not yet valid': () => good((jwt) => jwt.setNotBefore('5m')),
  'for somebody else': () => good((jwt) => jwt.setAudience('another')),
  'without a customer': () => good((jwt) => jwt.setSubject('')),
  'a longer name of a customer than exists': () => good((jwt) => jwt.setSubject('x'.repeat(300))),
  truncated: async () => (await good()).slice(0, -1),
  'without its signature': async () => (await good()).replace(/[^.]+$/, ''),
  'a signature in capitals': async () => (await good()).replace(/[^.]+$/, (sum) => sum.toUpperCase()),
  'a signature of other claims': async () => {
    const [head, , sum] = (await good()).split('.');
    return [head, Buffer.from(JSON.stringify({ ...payload, sub: 'c-2' })).toString('base64url'), sum].join('.');
  },
  empty: () => '',
  'no token at all': () => 'null',
};

test.each(Object.entries(bad))('%s is refused', async (_what, make) => {
  expect(await verifyShopToken(await make(), secret)).toBeUndefined();
});

test('a key that the token itself names is not looked at', async () => {
  const token = await good((jwt) => jwt, { kid: '../../dev/null', jku: 'https://evil.test/keys' });
  // Signed with the shop's secret, so it is good; the names lead nowhere.
  expect(await verifyShopToken(token, secret)).toMatchObject({ id: 'c-1' });
  expect(await verifyShopToken(token, 'x'.repeat(40))).toBeUndefined();
});
