import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { isPublic, postOut } from '../../core/http/postOut.ts';
import { startApp, type TestApp, visitor } from '../support/app.ts';

type Got = { at: number; signature: string; raw: string; status: number };
const secret = 'a-secret-of-the-webhook-that-is-long-enough';
const got: Got[] = [];
let failing = 0;
let target: Server;
let app: TestApp;
beforeAll(async () => {
  target = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = failing-- > 0 ? 503 : 204;
      got.push({
        at: Date.now(),
        signature: String(request.headers['anshin-signature']),
        raw: Buffer.concat(chunks).toString(),
        status,
      });
      response.statusCode = status;
      response.end();
    });
  });
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  app = await startApp({
    HANDOFF_WEBHOOK_URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`,
    HANDOFF_WEBHOOK_SECRET: secret,
    SWEEP_SECONDS: '1',
  });
});
afterAll(async () => {
  await app?.stop();
  target?.close();
});

test('a hand-over goes to the webhook once it answers: signed, the same id in every try, card and transcript up to it', async () => {
  failing = 1;
  const customer = await visitor(app, { language: 'en' });
  await customer.say('How long does delivery take?');
  await customer.say('I want to talk to a person');
  await expect.poll(() => got.filter(({ status }) => status === 204).length, { timeout: 15_000 }).toBe(1);
  expect(got.map(({ status }) => status)).toEqual([503, 204]);
  const [first, second] = got.map(({ raw }) => JSON.parse(raw));
  expect(second.id).toBe(first.id);
  expect(second).toMatchObject({
    type: 'handoff.initiated',
    conversation_id: customer.conversationId,
    data: { card: { reason: 'person_wanted', sentence: 'I want to talk to a person' } },
  });
  const said = second.data.transcript.map(({ from }: { from: string }) => from);
  expect(said[0]).toBe('customer');
  expect(said).toContain('bot');
  const { signature, raw } = got[1] as Got;
  const [, seconds = '', sum = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  expect(sum).toBe(createHmac('sha256', secret).update(`${seconds}.${raw}`).digest('hex'));
  expect(Math.abs(Date.now() / 1000 - Number(seconds))).toBeLessThan(60);
});

test('neither card nor event of it reaches the customer’s client', async () => {
  const customer = await visitor(app, { language: 'en' });
  await customer.say('I want to talk to a person');
  const response = await fetch(`${app.base}/channels/web/messages?after=0`, { headers: customer.headers });
  expect(await response.text()).not.toMatch(/handoff\.initiat|person_wanted/);
});

test('two processes tell it once', async () => {
  const before = got.length;
  const second = await startApp({
    DATABASE_SCHEMA: app.schema,
    HANDOFF_WEBHOOK_URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`,
    HANDOFF_WEBHOOK_SECRET: secret,
    SWEEP_SECONDS: '1',
  });
  await Promise.all(
    Array.from({ length: 5 }, async () => (await visitor(app, { language: 'en' })).say('I want to talk to a person')),
  );
  await expect.poll(() => got.length - before, { timeout: 15_000 }).toBeGreaterThanOrEqual(5);
  await new Promise((done) => setTimeout(done, 2500));
  const ids = got.slice(before).map(({ raw }) => JSON.parse(raw).id);
  expect(new Set(ids).size).toBe(ids.length);
  await second.stop(false);
});

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '::',
  '::1',
  'fd00:ec2::254',
  'fe80::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
])('%s is not public', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each([
  'http://example.com/',
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://127。0。0。1/',
  'https://[::ffff:169.254.169.254]/',
  'https://localhost/',
  'https://localhost./',
])('nothing is sent to %s', async (url) => {
  await expect(postOut(new URL(url), { headers: {}, body: '{}', local: false })).rejects.toThrow(
    /not a public|ENOTFOUND/,
  );
});

test('a target that is not https, or one without a secret, stops the start in a line', () => {
  const root = resolve(import.meta.dirname, '../..');
  const read = (url: string, key = secret) =>
    readConfig(root, { HANDOFF_WEBHOOK_URL: url, ...(key ? { HANDOFF_WEBHOOK_SECRET: key } : {}) });
  expect(() => read('http://hub.example/hook')).toThrow(/HANDOFF_WEBHOOK_URL: must be https/);
  expect(() => read('https://hub.example/hook', '')).toThrow(/go together/);
  expect(read('https://hub.example/hook').handoffWebhook?.url.host).toBe('hub.example');
});
