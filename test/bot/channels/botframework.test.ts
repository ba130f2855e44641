import { randomBytes } from 'node:crypto';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBotFramework } from '../../../bot/channels/botframework/botFramework.ts';
import { createBotFrameworkRoutes } from '../../../bot/channels/botframework/routes.ts';
import { readConfig } from '../../../core/config.ts';
import { errorHandler } from '../../../core/http/errors.ts';
import { listen } from '../../../core/http/server.ts';
import { createLog } from '../../../core/log.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type BotConnector, startConnector } from '../../support/botConnector.ts';
import { testDatabase } from '../../support/database.ts';

let app: TestApp;
let connector: BotConnector;
beforeAll(async () => {
  [app, connector] = await Promise.all([startApp(), startConnector()]);
});
afterAll(async () => {
  await app.stop();
  connector.stop();
});

const activity = (text: string, over: Record<string, unknown> = {}) => ({
  type: 'message',
  id: randomBytes(6).toString('hex'),
  channelId: 'emulator',
  serviceUrl: connector.url,
  conversation: { id: 'conv-1' },
  from: { id: 'user-1', name: 'Ann' },
  recipient: { id: 'bot' },
  text,
  ...over,
});

const post = (body: unknown, headers: Record<string, string> = {}, base = app.base) =>
  fetch(`${base}/api/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('on this machine, without a registered app', () => {
  test('a message is answered at the address that came with it, in order, with its buttons', async () => {
    expect((await post(activity('how long do I have to return something?'))).status).toBe(200);
    await expect
      .poll(() => connector.replies.map((reply) => reply.activity.text).join('\n'), { timeout: 10_000 })
      .toContain('within 30 days');
    const first = connector.replies.find((reply) => reply.activity.text);
    expect(first?.activity.text).toContain('automated assistant');
    for (const text of ['hmm', 'qwrt zxcv', 'asdf jklö']) await post(activity(text));
    await expect
      .poll(() => connector.replies.some((reply) => reply.activity.suggestedActions), { timeout: 10_000 })
      .toBe(true);
  });

  test('the same activity twice is one message', async () => {
    const twice = activity('hello there', { conversation: { id: 'conv-2' } });
    await Promise.all([post(twice), post(twice), post(twice)]);
    const { rows } = await app.pool.query(`select count(*)::int as n from message where text = 'hello there'`);
    expect(rows[0].n).toBe(1);
  });

  test('a reply that the channel refuses is sent again', async () => {
    connector.fail(1);
    await post(activity('thanks', { conversation: { id: 'conv-3' } }));
    await expect
      .poll(() => connector.replies.some((reply) => reply.conversation === 'conv-3'), { timeout: 15_000 })
      .toBe(true);
  }, 20_000);

  test('what is no activity is refused, and replies never go elsewhere', async () => {
    for (const body of [{ foo: 1 }, [], { ...activity('x'), conversation: {} }, { ...activity('x'), from: { id: 7 } }])
      expect((await post(body)).status).toBe(400);
    expect((await post('{')).status).toBe(400);
    for (const serviceUrl of [
      'http://169.254.169.254/',
      'https://evil.test/',
      'file:///etc/passwd',
      'http://127.0.0.1.evil.test/',
    ])
      expect((await post(activity('x', { serviceUrl }))).status, serviceUrl).toBeGreaterThanOrEqual(400);
    expect((await post(activity('x'), { 'X-Forwarded-For': '1.2.3.4' })).status).toBe(403);
  });
});

test('on a public address it is refused without a registered app, and half a registration is no start', async () => {
  const root = process.cwd();
  const config = readConfig(root, { PUBLIC_URL: 'https://support.shop.example', ANSHIN_DATA: '/tmp/none' });
  const base = await testDatabase();
  const server = express();
  const log = createLog('silent');
  const botFramework = createBotFramework({
    db: base.db,
    limits: config.limits,
    receiveOptions: {
      detect: () => ({ language: 'en', confidence: 1, known: true }),
      reopenDays: 7,
      defaultLanguage: 'en',
    },
    app: undefined,
    origin: config.origin,
    log,
    onMessage: () => undefined,
  });
  server.use('/api', createBotFrameworkRoutes({ botFramework, config }));
  server.use(errorHandler(log));
  const { port, close } = await listen(server, { host: '127.0.0.1', port: 0 });
  expect((await post(activity('x'), {}, `http://127.0.0.1:${port}`)).status).toBe(403);
  await close();
  await base.drop();
  expect(() => readConfig(root, { MICROSOFT_APP_ID: 'x' })).toThrow('go together');
});

describe('with a registered app', () => {
  const appId = '11111111-2222-3333-4444-555555555555';
  let base: Awaited<ReturnType<typeof testDatabase>>;
  let url: string;
  let close: () => Promise<void>;
  const heard: string[] = [];

  beforeAll(async () => {
    base = await testDatabase();
    const config = {
      ...readConfig(process.cwd(), { ANSHIN_DATA: '/tmp/none' }),
      botApp: { id: appId, password: 'x', tenant: undefined },
    };
    const log = createLog('silent');
    const botFramework = createBotFramework({
      db: base.db,
      limits: config.limits,
      receiveOptions: {
        detect: () => ({ language: 'en', confidence: 1, known: true }),
        reopenDays: 7,
        defaultLanguage: 'en',
      },
      app: {
        ...config.botApp,
        endpoints: {
          ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
          ToBotFromChannelOpenIdMetadataUrl: `${connector.url}/openid`,
          ToBotFromEmulatorOpenIdMetadataUrl: `${connector.url}/openid`,
          ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
          ToChannelFromBotOAuthScope: 'https://api.botframework.com',
          OAuthUrl: 'https://api.botframework.com',
          CallerId: 'urn:botframework:azure',
          ValidateAuthority: 'false',
        },
      },
      origin: config.origin,
      log,
      onMessage: (id) => heard.push(id),
    });
    const server = express();
    server.use('/api', createBotFrameworkRoutes({ botFramework, config }));
    server.use(errorHandler(log));
    const listening = await listen(server, { host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${listening.port}`;
    close = listening.close;
  });
  afterAll(async () => {
    await close();
    await base.drop();
  });

  const teams = () => activity('hello', { channelId: 'msteams' });
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

  test('the channel’s signed call is taken', async () => {
    expect((await post(teams(), bearer(await connector.sign({}, appId)), url)).status).toBe(200);
    expect(heard).toHaveLength(1);
  });

  test('no token, a foreign or expired one, another service address, an unendorsed channel: refused and nothing stored', async () => {
    const before = heard.length;
    const refused = async (body: unknown, headers: Record<string, string>) => (await post(body, headers, url)).status;
    expect(await refused(teams(), {})).toBe(401);
    expect(await refused(teams(), { Authorization: 'Basic eDp5' })).toBe(401);
    expect(await refused(teams(), bearer('junk.junk.junk'))).toBe(401);
    expect(await refused(teams(), bearer(await connector.sign({}, 'another-app')))).toBe(401);
    expect(await refused(teams(), bearer(await connector.sign({ exp: '-10m' }, appId)))).toBe(401);
    expect(await refused(teams(), bearer(await connector.sign({ serviceurl: 'https://evil.test' }, appId)))).toBe(401);
    expect(await refused(activity('x', { channelId: 'slack' }), bearer(await connector.sign({}, appId)))).toBe(401);
    expect(await refused(teams(), bearer(await connector.sign({ iss: 'https://evil.test' }, appId)))).toBe(401);
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: 'https://api.botframework.com', aud: appId, serviceurl: connector.url, exp: 4e9 })).toString('base64url')}.`;
    expect(await refused(teams(), bearer(none))).toBe(401);
    expect(heard).toHaveLength(before);
  });
});
