import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A Bot Framework channel over HTTP: takes replies, publishes signing keys, and signs tokens as the channel would. */
export async function startConnector(): Promise<BotConnector> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig', alg: 'RS256', endorsements: ['msteams'] };
  const replies: BotConnector['replies'] = [];
  let failing = 0;
  const server = createServer((request, response) => {
    const json = (body: unknown, status = 200) => {
      response.statusCode = status;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    };
    if (request.url === '/openid')
      return json({
        issuer: 'https://api.botframework.com',
        jwks_uri: `${url()}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (request.url === '/keys') return json({ keys: [key] });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (failing > 0) {
        failing -= 1;
        return json({ error: { code: 'ServiceError', message: 'busy' } }, 500);
      }
      const conversation = decodeURIComponent(/conversations\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '');
      replies.push({
        conversation,
        authorization: request.headers.authorization,
        activity: JSON.parse(Buffer.concat(chunks).toString()),
      });
      json({ id: `reply-${replies.length}` });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url(),
    replies,
    fail(times) {
      failing = times;
    },
    sign: (claims, audience) =>
      new SignJWT({ serviceurl: url(), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(String(claims.iss ?? 'https://api.botframework.com'))
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime((claims.exp as string | undefined) ?? '5m')
        .sign(privateKey),
    stop: () => void server.close(),
  };
}

export type BotConnector = {
  url: string;
  replies: {
    conversation: string;
    authorization: string | undefined;
    activity: { type: string; text?: string; suggestedActions?: { actions: { title: string; value: unknown }[] } };
  }[];
  /** The next replies get a server error. */
  fail(times: number): void;
  sign(claims: Record<string, unknown>, audience: string): Promise<string>;
  stop(): void;
};
