import { randomBytes } from 'node:crypto';
import type { Activity } from 'botframework-directlinejs';
import { ConnectionStatus, DirectLine } from 'botframework-directlinejs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { staffMember, startApp, type TestApp } from '../../support/app.ts';
import { fetchAjax } from '../../support/directLineClient.ts';

let app: TestApp;
const secret = randomBytes(24).toString('hex');
const page = 'http://shop.test';

beforeAll(async () => {
  app = await startApp({
    DIRECTLINE_SECRET: secret,
    ALLOWED_ORIGINS: page,
    LIMIT_MESSAGES_AT_ONCE: '1000',
    LIMIT_MESSAGES_PER_MINUTE: '6000',
  });
});
afterAll(() => app.stop());

type Answer = Record<string, unknown> & {
  conversationId: string;
  token: string;
  streamUrl: string;
  activities: Activity[];
  watermark: string;
  error?: { code: string };
};

async function call(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${app.base}/v3/directline${path}`, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Answer };
}

async function photo(width = 40, height = 30): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#a33' } })
    .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
    .jpeg()
    .toBuffer();
}

/** Collects what the real client receives. */
function client(options: { token: string; webSocket: boolean; conversationId?: string; watermark?: string }) {
  const sockets: WebSocket[] = [];
  class Watched extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const dl = new DirectLine({
    ...options,
    domain: `${app.base}/v3/directline`,
    pollingInterval: 200,
    timeout: 2000,
    // Read by the client's services, not part of its public type.
    ...({ ajax: fetchAjax(), random: () => 0, WebSocket: Watched } as object),
  });
  const got: Activity[] = [];
  const states: ConnectionStatus[] = [];
  const failures: unknown[] = [];
  dl.connectionStatus$.subscribe((state) => states.push(state));
  dl.activity$.subscribe(
    (activity) => got.push(activity),
    (error) => failures.push(error),
  );
  return {
    dl,
    sockets,
    got,
    states,
    failures,
    texts: () => got.flatMap((activity) => (activity.type === 'message' ? [activity.text ?? ''] : [])),
    post: (activity: object) =>
      new Promise<string>((resolve, reject) => {
        dl.postActivity({ from: { id: 'me' }, ...activity } as Activity).subscribe(resolve, reject);
      }),
  };
}

async function until<T>(look: () => T | undefined | false, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each([
  ['polling', false],
  ['WebSocket', true],
])('the real client, %s', (_name, webSocket) => {
  test('asks and is answered, with its own message echoed under its id', async () => {
    const { body } = await call('POST', '/tokens/generate', secret, { user: { id: 'dl_ann', name: 'Ann' } });
    const chat = client({ token: body.token, webSocket });
    await until(() => chat.states.includes(ConnectionStatus.Online));
    const id = await chat.post({
      type: 'message',
      text: 'how long does delivery to Germany take?',
      locale: 'en-US',
      channelData: { clientActivityID: 'client-1' },
    });
    expect(id).toMatch(/\|\d{7}$/);
    await until(() => chat.texts().some((text) => /days/.test(text)));
    const echo = chat.got.find((activity) => activity.id === id);
    expect(echo).toMatchObject({
      type: 'message',
      text: 'how long does delivery to Germany take?',
      from: { id: 'dl_ann', role: 'user' },
      channelData: { clientActivityID: 'client-1' },
    });
    // The first line says what this is.
    expect(chat.texts()[0]).toMatch(/automated assistant/);
    const ids = chat.got.filter((activity) => activity.type !== 'typing').map((activity) => activity.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    chat.dl.end();
  });

  test('a button of the bot is pressed, a person comes and speaks, and the client hears who', async () => {
    const { body } = await call('POST', '/tokens/generate', secret);
    const chat = client({ token: body.token, webSocket });
    await chat.post({ type: 'message', text: 'I want to talk to a person', channelData: { clientActivityID: 'p-1' } });
    await until(() => chat.texts().some((text) => /colleague/.test(text)));
    const agent = await staffMember(app, ['agent'], 'Mei');
    const { rows } = await app.pool.query(
      `select conversation.id, owner_version from conversation join contact on contact.id = contact_id where external_id = $1`,
      [body.conversationId],
    );
    const [row] = rows;
    expect(
      (await agent.call('POST', `/desk/conversations/${row.id}/claim`, { ownerVersion: row.owner_version })).status,
    ).toBe(200);
    const status = await until(() =>
      chat.got.find((activity) => (activity as { name?: string }).name === 'handoff.status'),
    );
    expect(status).toMatchObject({ type: 'event', value: { state: 'accepted' } });
    const seen = await agent.conversation(row.id);
    await agent.call('POST', `/desk/conversations/${row.id}/reply`, {
      text: 'Hello, this is *Mei*.',
      clientId: 'reply-123',
      ownerVersion: seen.conversation.ownerVersion,
    });
    const said = await until(() =>
      chat.got.find((activity) => activity.from.id === 'agent:Mei' && activity.type === 'message'),
    );
    // What a person typed is text: its stars do not become emphasis.
    expect(said).toMatchObject({ text: 'Hello, this is \\*Mei\\*.', from: { name: 'Mei', role: 'bot' } });
    chat.dl.end();
  });

  test('a photo goes up, comes back without its metadata, and is a download', async () => {
    const { body } = await call('POST', '/tokens/generate', secret);
    const chat = client({ token: body.token, webSocket });
    const bytes = await photo();
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }));
    const id = await chat.post({
      type: 'message',
      text: 'this is how it arrived',
      attachments: [{ contentType: 'image/jpeg', contentUrl: url, name: '../../etc/\u202egpj.jpg' }],
    });
    const echo = (await until(() => chat.got.find((activity) => activity.id === id))) as Activity & {
      attachments: { contentUrl: string; name: string }[];
    };
    const [attached] = echo.attachments;
    expect(attached?.name).toBe('gpj.jpg');
    const stored = await fetch(attached?.contentUrl ?? '');
    expect(stored.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(stored.headers.get('x-content-type-options')).toBe('nosniff');
    expect(stored.headers.get('content-security-policy')).toContain('sandbox');
    const back = Buffer.from(await stored.arrayBuffer());
    expect(back.includes('SecretCamera')).toBe(false);
    expect((await sharp(back).metadata()).exif).toBeUndefined();
    chat.dl.end();
  });
});

test('a lost socket comes back by itself and nothing is missing or doubled', async () => {
  const { body } = await call('POST', '/tokens/generate', secret);
  const chat = client({ token: body.token, webSocket: true });
  await until(() => chat.states.includes(ConnectionStatus.Online));
  await chat.post({ type: 'message', text: 'hello', channelData: { clientActivityID: 'a-1' } });
  await until(() => chat.texts().length >= 3);
  expect(chat.sockets).toHaveLength(1);
  chat.sockets[0]?.close();
  await chat.post({ type: 'message', text: 'what does shipping cost?', channelData: { clientActivityID: 'a-2' } });
  await until(() => chat.texts().includes('what does shipping cost?'), 20_000);
  await until(() => chat.texts().length >= 5, 20_000);
  expect(chat.sockets.length).toBeGreaterThan(1);
  const ids = chat.got.filter((activity) => activity.type !== 'typing').map((activity) => activity.id);
  expect(new Set(ids).size).toBe(ids.length);
  chat.dl.end();
}, 60_000);

describe('tokens', () => {
  test('only the secret makes them; a token opens its own conversation and no other', async () => {
    expect((await call('POST', '/tokens/generate')).status).toBe(401);
    expect((await call('POST', '/tokens/generate', 'x'.repeat(48))).status).toBe(403);
    const mine = (await call('POST', '/tokens/generate', secret)).body;
    const other = (await call('POST', '/tokens/generate', secret)).body;
    expect((await call('POST', '/tokens/generate', mine.token)).status).toBe(403);
    expect((await call('POST', '/conversations', mine.token, {})).status).toBe(201);
    expect((await call('POST', '/conversations', mine.token, {})).status).toBe(200);
    await call('POST', '/conversations', other.token, {});
    for (const [method, path] of [
      ['GET', `/conversations/${other.conversationId}`],
      ['GET', `/conversations/${other.conversationId}/activities`],
      ['POST', `/conversations/${other.conversationId}/activities`],
      ['POST', `/conversations/${other.conversationId}/upload`],
    ] as const)
      expect(
        (await call(method, path, mine.token, method === 'POST' ? { type: 'message', text: 'x' } : undefined)).status,
      ).toBe(403);
    expect((await call('GET', '/conversations/no-such/activities', secret)).status).toBe(404);
  });

  test('a refreshed one works, a forged or expired one is told as 403 with a name', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret)).body;
    const fresh = await call('POST', '/tokens/refresh', token);
    expect(fresh.body).toMatchObject({ conversationId, expires_in: 1800 });
    expect((await call('POST', '/conversations', fresh.body.token, {})).status).toBe(201);
    const forged = `${token.slice(0, -4)}AAAA`;
    const refused = await call('GET', `/conversations/${conversationId}/activities`, forged);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({ code: 'forbidden' });
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    expect((await call('GET', `/conversations/${conversationId}/activities`, none)).status).toBe(403);
  });

  test('pages of the shop get theirs without a secret, other pages do not', async () => {
    const site = await call('POST', '/tokens/site', undefined, {}, { Origin: page });
    expect(site.status).toBe(200);
    expect(site.headers.get('access-control-allow-origin')).toBe(page);
    expect((await call('POST', '/tokens/site', undefined, {}, { Origin: 'http://evil.test' })).status).toBe(403);
    expect((await call('POST', '/tokens/site', undefined, {}, { Origin: 'null' })).status).toBe(403);
    expect((await call('POST', '/tokens/site', undefined, {})).status).toBe(403);
    // The token is for that page: another allowed one could not use it.
    const { token, conversationId } = site.body;
    expect((await call('GET', `/conversations/${conversationId}`, token, undefined, { Origin: app.base })).status).toBe(
      403,
    );
  });

  test('a user id of a token cannot be claimed, and the token’s wins', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret, { user: { id: 'dl_x' } })).body;
    await call('POST', '/conversations', token, {});
    await call('POST', `/conversations/${conversationId}/activities`, token, {
      type: 'message',
      text: 'hi',
      from: { id: 'admin' },
    });
    const { activities } = (await call('GET', `/conversations/${conversationId}/activities`, token)).body;
    expect(activities.filter((activity) => activity.from.role === 'user').map((activity) => activity.from.id)).toEqual([
      'dl_x',
    ]);
    const started = (await call('POST', '/conversations', secret, {})).body;
    const refused = await call('POST', `/conversations/${started.conversationId}/activities`, secret, {
      type: 'message',
      text: 'x',
      from: { id: 'dl_x' },
    });
    expect(refused.status).toBe(403);
  });
});

describe('watermarks', () => {
  test('each set continues where the last one ended; empty and missing mean the beginning', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret)).body;
    await call('POST', '/conversations', token, {});
    const post = (text: string, id: string) =>
      call('POST', `/conversations/${conversationId}/activities`, token, {
        type: 'message',
        text,
        channelData: { clientActivityID: id },
      });
    await post('hello', 'one-1');
    const again = await post('hello', 'one-1');
    expect(again.status).toBe(200);
    const read = (watermark: string) =>
      call('GET', `/conversations/${conversationId}/activities?watermark=${watermark}`, token).then(({ body }) => body);
    // The answer is there, so that nothing new comes between two reads.
    await expect
      .poll(
        async () =>
          (
            await app.pool.query(
              `select turn_due_at from conversation join contact on contact.id = contact_id where external_id = $1`,
              [conversationId],
            )
          ).rows[0].turn_due_at,
      )
      .toBeNull();
    const all = await read('');
    expect(all.activities.filter((activity) => activity.from.role === 'user')).toHaveLength(1);
    const next = await read(all.watermark);
    const last = await read(next.watermark);
    expect((await call('GET', `/conversations/${conversationId}/activities?watermark=x1`, token)).status).toBe(400);
    expect(last.activities).toEqual([]);
  });

  test('a conversation that ended says so once and takes no more', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret)).body;
    await call('POST', '/conversations', token, {});
    await app.pool.query(
      `update conversation set state = 'closed', closed_at = now() - interval '8 days', closed_from = 'bot', turn_due_at = null
       from contact where contact.id = contact_id and external_id = $1`,
      [conversationId],
    );
    const set = (await call('GET', `/conversations/${conversationId}/activities`, token)).body;
    expect(set.activities.at(-1)?.type).toBe('endOfConversation');
    const after = (await call('GET', `/conversations/${conversationId}/activities?watermark=${set.watermark}`, token))
      .body;
    expect(after.activities).toEqual([]);
    const refused = await call('POST', `/conversations/${conversationId}/activities`, token, {
      type: 'message',
      text: 'still there?',
    });
    expect(refused.status).toBe(403);
  });
});

describe('bad input', () => {
  test('what is no activity, no photo or no form is refused and nothing is stored', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret)).body;
    await call('POST', '/conversations', token, {});
    const path = `/conversations/${conversationId}/activities`;
    for (const body of [
      { foo: 1 },
      { type: 7 },
      { type: 'message' },
      { type: 'message', text: ['x'] },
      { type: 'message', text: ' \u0000 ' },
    ])
      expect((await call('POST', path, token, body)).status).toBe(400);
    expect((await call('POST', path, token, { type: 'message', text: 'a'.repeat(5000) })).status).toBe(413);
    expect(
      (
        await call('POST', path, token, {
          type: 'message',
          text: 'x',
          attachments: [{ contentUrl: 'http://169.254.169.254/' }],
        })
      ).status,
    ).toBe(400);
    const upload = (body: Buffer | string, type: string) =>
      fetch(`${app.base}/v3/directline/conversations/${conversationId}/upload`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': type },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      }).then((response) => response.status);
    expect(
      await upload('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image/svg+xml'),
    ).toBe(415);
    expect(await upload('GIF89a'.padEnd(100, 'x'), 'image/jpeg')).toBe(415);
    expect(await upload('not a form', 'multipart/form-data; boundary=x')).toBe(400);
    expect(await upload((await photo()).subarray(0, 300), 'image/jpeg')).toBe(415);
    expect(await upload(Buffer.alloc(13_000_000), 'image/jpeg')).toBe(413);
    const { activities } = (await call('GET', path, token)).body;
    expect(activities.filter((activity) => activity.from.role === 'user')).toEqual([]);
  });

  test('typing and unknown events are acknowledged and not kept', async () => {
    const { token, conversationId } = (await call('POST', '/tokens/generate', secret)).body;
    await call('POST', '/conversations', token, {});
    for (const activity of [{ type: 'typing' }, { type: 'event', name: 'webchat/join', value: {} }])
      expect((await call('POST', `/conversations/${conversationId}/activities`, token, activity)).status).toBe(200);
    const { activities } = (await call('GET', `/conversations/${conversationId}/activities`, token)).body;
    expect(activities).toHaveLength(1);
  });

  test('a stream opens with its own short-lived token only, and not for foreign pages', async () => {
    const mine = (await call('POST', '/conversations', secret, {})).body;
    const other = (await call('POST', '/conversations', secret, {})).body;
    const open = (url: string, origin?: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, origin ? ({ headers: { Origin: origin } } as unknown as string) : undefined);
        socket.onopen = () => {
          socket.close();
          resolve('open');
        };
        socket.onerror = () => resolve('refused');
      });
    const t = new URL(mine.streamUrl).searchParams.get('t') ?? '';
    const foreign = new URL(other.streamUrl);
    foreign.searchParams.set('t', t);
    expect(await open(foreign.href)).toBe('refused');
    const withToken = new URL(mine.streamUrl);
    withToken.searchParams.set('t', mine.token);
    expect(await open(withToken.href)).toBe('refused');
    expect(await open(mine.streamUrl, 'http://evil.test')).toBe('refused');
    expect(await open(mine.streamUrl)).toBe('open');
  });
});
