import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, visitor } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe('headers', () => {
  test('every page has a policy without exceptions for inline code', async () => {
    for (const path of ['/', '/help/en', '/staff', '/channels/web/messages', '/nothing']) {
      const response = await fetch(app.base + path);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toMatch(/unsafe-inline|unsafe-eval/);
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  test('a stranger’s Host is refused, localhost is sent to 127.0.0.1', async () => {
    expect((await raw('/', 'evil.example')).status).toBe(400);
    const { port } = new URL(app.base);
    const local = await raw('/help/en', `localhost:${port}`);
    expect(local.status).toBe(307);
    expect(local.headers.location).toBe(`${app.base}/help/en`);
  });

  test('other origins get no token', async () => {
    const response = await fetch(`${app.base}/channels/web/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('bodies', () => {
  test.each([
    ['{"clientId":', 400],
    ['[]', 400],
    ['{"clientId":"abcdefgh12","text":"x","__proto__":{"a":1}}', 400],
    ['{"clientId":"abcdefgh12","text":"x","systemPrompt":"y"}', 400],
    ['{"clientId":"abcdefgh12","text":["x"]}', 400],
    ['{"clientId":"../../etc","text":"x"}', 400],
    ['{"clientId":"abcdefgh12","text":"   "}', 400],
    [JSON.stringify({ clientId: 'abcdefgh12', text: 'a'.repeat(4001) }), 413],
    [`{"clientId":"abcdefgh12","text":"${'a'.repeat(300_000)}"}`, 413],
    ['['.repeat(5000), 400],
  ])('%#: is refused with its reason', async (body, status) => {
    const customer = await visitor(app);
    const response = await fetch(`${app.base}/channels/web/messages`, {
      method: 'POST',
      headers: customer.headers,
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  test('invalid UTF-8 is refused', async () => {
    const customer = await visitor(app);
    const body = Buffer.concat([
      Buffer.from('{"clientId":"abcdefgh12","text":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(`${app.base}/channels/web/messages`, {
      method: 'POST',
      headers: customer.headers,
      body,
    });
    expect(response.status).toBe(400);
  });

  test('text that is no form of JSON is refused by its type', async () => {
    const customer = await visitor(app);
    const response = await fetch(`${app.base}/channels/web/messages`, {
      method: 'POST',
      headers: { ...customer.headers, 'Content-Type': 'text/plain' },
      body: '{}',
    });
    expect(response.status).toBe(415);
  });
});

describe('the chat’s own rules', () => {
  test('without a token, with a forged one or a foreign one nothing is read', async () => {
    for (const token of ['', 'Bearer x.y.z', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.', 'Basic abc']) {
      const response = await fetch(`${app.base}/channels/web/messages?after=0`, {
        headers: token ? { Authorization: token } : {},
      });
      expect(response.status, token).toBe(401);
    }
  });

  test('two visitors never see each other', async () => {
    const [one, other] = [await visitor(app, { language: 'en' }), await visitor(app, { language: 'en' })];
    await one.say('my secret is 4711');
    const response = await fetch(`${app.base}/channels/web/messages?after=0`, { headers: other.headers });
    expect(await response.text()).not.toContain('4711');
  });

  test('the secret brings the conversation back, another one does not', async () => {
    const customer = await visitor(app, { language: 'en' });
    await customer.say('hello');
    expect((await visitor(app, { secret: customer.secret })).conversationId).toBe(customer.conversationId);
    expect((await visitor(app, { secret: `${customer.secret.slice(0, -2)}xx` })).conversationId).not.toBe(
      customer.conversationId,
    );
  });

  test('more than ten at once wait, with the seconds', async () => {
    const customer = await visitor(app);
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        customer.post('/messages', { clientId: `burst-${i}-0000`, text: `message ${i}` }),
      ),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(Number(refused[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  test('a token of the shop that is not the shop’s is refused', async () => {
    const customer = await visitor(app);
    for (const token of [
      'x'.repeat(20),
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjLTQwIiwiYXVkIjoiYW5zaGluIiwiZXhwIjo5OTk5OTk5OTk5fQ.',
      customer.token,
    ]) {
      expect((await customer.identify(token)).status).toBe(403);
    }
  });

  test('a stream goes on after a number without a gap or a double', async () => {
    const customer = await visitor(app, { language: 'en' });
    await customer.say('hello');
    await customer.say('thanks');
    const stop = new AbortController();
    const response = await fetch(`${app.base}/channels/web/stream?after=2`, {
      headers: customer.headers,
      signal: stop.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (reader && !text.includes('event: state')) text += (await reader.read()).value ?? '';
    stop.abort();
    expect([...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))).toEqual([3, 4, 5]);
  });
});

function raw(
  path: string,
  host: string,
): Promise<{ status: number; headers: Record<string, string | string[] | undefined> }> {
  const { port } = new URL(app.base);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { Host: host } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
}
