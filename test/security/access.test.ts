import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adminOf,
  caller,
  type StaffMember,
  staffMember,
  startApp,
  type TestApp,
  type Visitor,
  visitor,
} from '../support/app.ts';

// Every route × every identity × ids of somebody else: what comes back never holds the other one's words, and a route that has
// no row here fails.
const root = resolve(import.meta.dirname, '../..');
const canary = `canary-${randomBytes(6).toString('hex')}`;
const secret = randomBytes(24).toString('hex');
let app: TestApp;
let victim: Visitor;
let stranger: Visitor;
let victimSeq = 0;
let photoId = '';
let thread: { conversationId: string; token: string };
let otherThread: { conversationId: string; token: string };
let staff: Record<'agent' | 'editor' | 'supervisor' | 'admin', Pick<StaffMember, 'call' | 'cookie'>>;
let gone: Pick<StaffMember, 'call' | 'cookie'>;

beforeAll(async () => {
  app = await startApp({
    DIRECTLINE_SECRET: secret,
    ALLOWED_ORIGINS: 'http://shop.test',
    LIMIT_LOGINS_15_MINUTES: '1000',
  });
  [victim, stranger] = await Promise.all([visitor(app), visitor(app)]);
  await victim.say(`my secret is ${canary}`);
  victimSeq = 1;
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    .jpeg()
    .toBuffer();
  const uploaded = await fetch(`${app.base}/channels/web/photos?name=${canary}.jpg`, {
    method: 'POST',
    headers: { Authorization: victim.headers.Authorization ?? '' },
    body: new Uint8Array(jpeg),
  });
  photoId = ((await uploaded.json()) as { id: string }).id;
  const open = async () => {
    const generated = await line('POST', '/tokens/generate', secret);
    await line('POST', '/conversations', generated.body.token, {});
    return generated.body as { conversationId: string; token: string };
  };
  [thread, otherThread] = [await open(), await open()];
  await line('POST', `/conversations/${thread.conversationId}/activities`, thread.token, {
    type: 'message',
    text: canary,
  });
  const [agent, editor, supervisor] = await Promise.all(
    (['agent', 'editor', 'supervisor'] as const).map((role) => staffMember(app, [role], role)),
  );
  if (!agent || !editor || !supervisor) throw new Error('no staff');
  staff = { agent, editor, supervisor, admin: await adminOf(app) };
  const left = await staffMember(app, ['admin'], 'Left');
  await staff.admin.call('PATCH', `/people/${left.id}`, { active: false });
  gone = left;
});
afterAll(() => app.stop());

async function line(method: string, path: string, token?: string, body?: unknown) {
  const response = await fetch(`${app.base}/v3/directline${path}`, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

type Row = {
  who: 'public' | 'visitor' | 'thread' | 'secret' | 'staff';
  roles?: string[];
  body?: () => unknown;
  foreign?: () => string;
};

const conversation = () => victim.conversationId;
const move = () => ({ ownerVersion: 0 });
const everyone = ['agent', 'editor', 'supervisor', 'admin'];
const desk = ['agent', 'supervisor', 'admin'];
const editors = ['editor', 'admin'];

const rows: Record<string, Row> = {
  'POST /channels/web/token': { who: 'public', body: () => ({}) },
  'POST /channels/web/messages': {
    who: 'visitor',
    body: () => ({ clientId: randomBytes(8).toString('hex'), text: 'x', attachments: [photoId] }),
  },
  'GET /channels/web/messages': { who: 'visitor' },
  'GET /channels/web/earlier': { who: 'visitor', foreign: () => `?conversation=${conversation()}&before=100` },
  'POST /channels/web/votes': {
    who: 'visitor',
    body: () => ({ conversation: conversation(), seq: victimSeq, helpful: true }),
  },
  'GET /channels/web/stream': { who: 'visitor', foreign: () => `?after=0&conversation=${conversation()}` },
  'POST /channels/web/photos': { who: 'visitor', body: () => ({}) },
  'POST /channels/web/seen': { who: 'visitor', body: () => ({ seq: 1 }) },
  'POST /channels/web/language': { who: 'visitor', body: () => ({ language: 'de' }) },
  'POST /channels/web/identify': { who: 'visitor', body: () => ({ token: 'not.a.token' }) },
  'POST /channels/web/back': { who: 'visitor', body: () => ({}) },
  'POST /v3/directline/tokens/generate': { who: 'secret', body: () => ({}) },
  'POST /v3/directline/tokens/site': { who: 'public', body: () => ({}) },
  'POST /v3/directline/tokens/refresh': { who: 'thread' },
  'POST /v3/directline/conversations': { who: 'thread', body: () => ({}) },
  'GET /v3/directline/conversations/:id': { who: 'thread' },
  'GET /v3/directline/conversations/:id/activities': { who: 'thread' },
  'POST /v3/directline/conversations/:id/activities': { who: 'thread', body: () => ({ type: 'message', text: 'x' }) },
  'POST /v3/directline/conversations/:id/upload': { who: 'thread', body: () => ({}) },
  'GET /v3/directline/session/getsessionid': { who: 'thread' },
  'POST /api/messages': { who: 'public', body: () => ({}) },
  'GET /files/:key': { who: 'public' },
  'GET /v3/directline/attachments/:key': { who: 'public' },
  'POST /staff/api/sign-in': { who: 'public', body: () => ({ email: 'a@b.example', password: 'wrong wrong' }) },
  'POST /staff/api/sign-out': { who: 'public', body: () => ({}) },
  'POST /staff/api/link': { who: 'public', body: () => ({ token: 'x'.repeat(43), password: 'a good password' }) },
  'GET /staff/api/me': { who: 'staff', roles: everyone },
  'PATCH /staff/api/me': { who: 'staff', roles: everyone, body: () => ({}) },
  'GET /staff/api/people': { who: 'staff', roles: ['admin'] },
  'POST /staff/api/people': {
    who: 'staff',
    roles: ['admin'],
    body: () => ({ email: `${randomUUID()}@x.example`, name: 'X', roles: ['agent'] }),
  },
  'PATCH /staff/api/people/:id': { who: 'staff', roles: ['admin'], body: () => ({}) },
  'POST /staff/api/people/:id/link': { who: 'staff', roles: ['admin'], body: () => ({}) },
  'GET /staff/api/desk/stream': { who: 'staff', roles: desk },
  'GET /staff/api/desk/conversations/:id': { who: 'staff', roles: desk },
  'GET /staff/api/desk/conversations/:id/stream': { who: 'staff', roles: desk },
  'POST /staff/api/desk/conversations/:id/claim': { who: 'staff', roles: desk, body: move },
  'POST /staff/api/desk/conversations/:id/takeover': { who: 'staff', roles: desk, body: () => ({ ownerVersion: 999 }) },
  'POST /staff/api/desk/conversations/:id/transfer': { who: 'staff', roles: desk, body: move },
  'POST /staff/api/desk/conversations/:id/close': { who: 'staff', roles: desk, body: move },
  'POST /staff/api/desk/conversations/:id/return': { who: 'staff', roles: desk, body: move },
  'POST /staff/api/desk/conversations/:id/reply': {
    who: 'staff',
    roles: desk,
    body: () => ({ text: 'x', clientId: randomBytes(8).toString('hex'), ownerVersion: 0 }),
  },
  'POST /staff/api/desk/conversations/:id/note': {
    who: 'staff',
    roles: desk,
    body: () => ({ text: 'x', clientId: randomBytes(8).toString('hex') }),
  },
  'GET /staff/api/knowledge/': { who: 'staff', roles: everyone },
  'POST /staff/api/knowledge/': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/knowledge/preview': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/knowledge/try': { who: 'staff', roles: everyone, body: () => ({}) },
  'GET /staff/api/knowledge/-/figures': { who: 'staff', roles: everyone },
  'GET /staff/api/knowledge/-/facts': { who: 'staff', roles: everyone },
  'PUT /staff/api/knowledge/-/facts': { who: 'staff', roles: editors, body: () => ({}) },
  'POST /staff/api/knowledge/-/import': { who: 'staff', roles: editors, body: () => ({}) },
  'GET /staff/api/knowledge/-/export': { who: 'staff', roles: editors },
  'GET /staff/api/knowledge/:slug': { who: 'staff', roles: everyone },
  'PUT /staff/api/knowledge/:slug': { who: 'staff', roles: editors, body: () => ({}) },
  'DELETE /staff/api/knowledge/:slug': { who: 'staff', roles: editors },
  'DELETE /staff/api/knowledge/:slug/:language': { who: 'staff', roles: editors },
  'POST /staff/api/knowledge/:slug/:language/rollback': { who: 'staff', roles: editors, body: () => ({}) },
  'POST /staff/api/knowledge/:slug/:language/reviewed': { who: 'staff', roles: editors, body: () => ({}) },
  'POST /staff/api/knowledge/:slug/:language/unpublish': { who: 'staff', roles: editors, body: () => ({}) },
  'PUT /staff/api/knowledge/:slug/:language': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/knowledge/:slug/:language/publish': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'GET /staff/api/gaps/': { who: 'staff', roles: everyone },
  'GET /staff/api/gaps/:id': { who: 'staff', roles: everyone },
  'POST /staff/api/gaps/replay': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/gaps/:id/draft': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/gaps/:id/close': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'POST /staff/api/gaps/:id/reopen': { who: 'staff', roles: ['editor', 'admin'], body: () => ({}) },
  'GET /help': { who: 'public' },
  'GET /help/:language': { who: 'public' },
  'GET /help/:language/:slug': { who: 'public' },
  'GET /sitemap.xml': { who: 'public' },
  'GET /robots.txt': { who: 'public' },
  'GET /widget.js': { who: 'public' },
  'GET /staff': { who: 'public' },
  'GET /': { who: 'public' },
  'GET /demo.css': { who: 'public' },
  'GET /demo.js': { who: 'public' },
  'GET /demo/token': { who: 'public' },
  'GET /products/:id': { who: 'public' },
  'GET /orders/:number': { who: 'public' },
  'GET /healthz': { who: 'public' },
  'GET /readyz': { who: 'public' },
  'POST /csp-report': { who: 'public', body: () => ({}) },
  'GET /help.css': { who: 'public' },
  'GET /favicon.ico': { who: 'public' },
};

// Where each file of routes is mounted (app.ts).
const mounts: Record<string, string[]> = {
  'bot/channels/web/routes.ts': ['/channels/web'],
  'bot/channels/directline/routes.ts': ['/v3/directline'],
  'bot/channels/botframework/routes.ts': ['/api'],
  'core/attachments/routes.ts': ['/files', '/v3/directline/attachments'],
  'core/http/browserParts.ts': [''],
  'core/staff/routes.ts': ['/staff/api'],
  'handoff/routes.ts': ['/staff/api/desk'],
  'knowledge/routes.ts': ['/staff/api/knowledge'],
  'knowledge/gapRoutes.ts': ['/staff/api/gaps'],
  'knowledge/articleRoutes.ts': ['/staff/api/knowledge'],
  'knowledge/factsRoutes.ts': ['/staff/api/knowledge'],
  'knowledge/transferRoutes.ts': ['/staff/api/knowledge'],
  'knowledge/helpPages.ts': [''],
  'scripts/demo/site/pages.ts': [''],
  'app.ts': [''],
};

test('every route of the source has a row here, and every row a route', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file && !/^(test|scripts\/(?!demo))/.test(file));
  const found = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const pattern = /\b(?:router|api|app)\.(get|post|put|patch|delete)\(\s*(?:\[\s*)?['`]([^'`]+)['`]/g;
    for (const [, method = '', path = ''] of text.matchAll(pattern)) {
      expect(mounts[file], `${file} is mounted somewhere`).toBeDefined();
      const acts = path.includes('${act}') ? ['claim', 'takeover', 'transfer', 'close', 'return'] : [''];
      for (const mount of mounts[file] ?? [])
        for (const act of acts) found.add(`${method.toUpperCase()} ${mount}${path.replace('${act}', act)}`);
    }
  }
  expect([...found].sort()).toEqual(Object.keys(rows).sort());
});

async function send(route: string, headers: Record<string, string>, row: Row) {
  const [method = 'GET', path = ''] = route.split(' ');
  const filled = path
    .replace(
      ':id',
      path.includes('directline') ? thread.conversationId : path.includes('people') ? randomUUID() : conversation(),
    )
    .replace(':slug', 'return-policy')
    .replace(':language', 'en')
    .replace(':key', 'a'.repeat(32))
    .replace(':number', 'HH-24803');
  const stop = AbortSignal.timeout(3000);
  const response = await fetch(app.base + filled + (row.foreign?.() ?? ''), {
    method,
    headers: { ...(row.body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    ...(row.body ? { body: JSON.stringify(row.body()) } : {}),
    signal: stop,
    redirect: 'manual',
  });
  // A stream says what it has at once.
  const reader = response.body?.getReader();
  let text = '';
  for (let i = 0; reader && i < 4; i += 1) {
    const chunk = await Promise.race([reader.read(), new Promise<undefined>((done) => setTimeout(done, 300))]).catch(
      () => undefined,
    );
    if (!chunk || chunk.done) break;
    text += Buffer.from(chunk.value).toString();
  }
  await reader?.cancel().catch(() => undefined);
  return { status: response.status, text, opened: response.headers.get('access-control-allow-origin') };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const expired =
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMDAwIiwiYXVkIjoiYW5zaGluLXdlYiIsImV4cCI6MTYwMDAwMDAwMH0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

describe.each(Object.entries(rows))('%s', (route, row) => {
  test('nobody, strangers and other roles get nothing of it, and nothing of anybody else', async () => {
    const same = { Origin: app.base };
    const identities: [string, Record<string, string>][] = [
      ['nobody', {}],
      ['a stranger', { Authorization: stranger.headers.Authorization ?? '' }],
      ['an expired token', bearer(expired)],
      ['another thread', bearer(otherThread.token)],
      ['a thread’s token on the web', bearer(thread.token)],
      ['a former admin', { Cookie: gone.cookie, ...same }],
      ['the agent', { Cookie: staff.agent.cookie, ...same }],
      ['the editor', { Cookie: staff.editor.cookie, ...same }],
      ['the supervisor', { Cookie: staff.supervisor.cookie, ...same }],
      ['the admin', { Cookie: staff.admin.cookie, ...same }],
      ['the admin from a foreign page', { Cookie: staff.admin.cookie, Origin: 'https://evil.test' }],
      ['the admin from nowhere', { Cookie: staff.admin.cookie }],
    ];
    for (const [name, headers] of identities) {
      // Signing others out would spoil the rows after it.
      if (route.includes('sign-out') && headers.Cookie) continue;
      const { status, text, opened } = await send(route, headers, row);
      const label = `${route} as ${name}: ${status}`;
      expect(status, label).toBeLessThan(500);
      const role = /^the (agent|editor|supervisor|admin)$/.exec(name)?.[1];
      const reading = route.startsWith('GET ');
      // A page elsewhere may send a read with the cookie, but no browser shows it the answer.
      const elsewhere = name.startsWith('the admin from');
      if (elsewhere && row.who !== 'public') expect(opened, label).toBeNull();
      const mayRead =
        row.who === 'staff' && ((role !== undefined && row.roles?.includes(role)) || (elsewhere && reading));
      const ownThread = name === 'a thread’s token on the web';
      if (!mayRead && !ownThread) expect(text, label).not.toContain(canary);
      if (row.who === 'visitor' && name !== 'a stranger') expect([401, 403], label).toContain(status);
      if (row.who === 'visitor' && name === 'a stranger') expect(status, label).not.toBe(401);
      if (row.who === 'thread' && name === 'another thread' && route.includes(':id')) expect(status, label).toBe(403);
      if (row.who === 'thread' && name !== 'another thread' && !ownThread) expect([401, 403], label).toContain(status);
      if (row.who === 'secret') expect([401, 403], label).toContain(status);
      if (row.who === 'staff' && !mayRead) expect([401, 403], label).toContain(status);
      if (row.who === 'staff' && mayRead) expect([401, 403], label).not.toContain(status);
    }
  });
});

test('what is not yours and what is not there read the same', async () => {
  const ask = async (id: string) => {
    const response = await fetch(`${app.base}/channels/web/earlier?conversation=${id}&before=9`, {
      headers: stranger.headers,
    });
    return { status: response.status, text: await response.text() };
  };
  expect(await ask(conversation())).toEqual(await ask(randomUUID()));
});

test('another one’s upload cannot be sent, and one’s own only once', async () => {
  const post = (who: Visitor) =>
    who.post('/messages', { clientId: randomBytes(8).toString('hex'), text: 'x', attachments: [photoId] });
  expect((await post(stranger)).status).toBe(404);
  expect((await post(victim)).status).toBe(202);
  expect((await post(victim)).status).toBe(404);
});

test('internal notes never reach the customer', async () => {
  const note = `note-${canary}`;
  await staff.agent.call('POST', `/desk/conversations/${conversation()}/note`, {
    text: note,
    clientId: 'note-to-colleagues',
  });
  for (const path of ['/messages?after=0', `/earlier?conversation=${conversation()}&before=100`])
    expect(await (await fetch(`${app.base}/channels/web${path}`, { headers: victim.headers })).text()).not.toContain(
      note,
    );
  const { text } = await send(
    'GET /channels/web/stream',
    { Authorization: victim.headers.Authorization ?? '' },
    { who: 'visitor' },
  );
  expect(text).not.toContain(note);
});

test('a member who is shut out loses the open stream', async () => {
  const member = await staffMember(app, ['agent'], 'Short');
  const response = await fetch(`${app.base}/staff/api/desk/stream`, { headers: { Cookie: member.cookie } });
  const reader = response.body?.getReader();
  await staff.admin.call('PATCH', `/people/${member.id}`, { active: false });
  const ended = (async () => {
    for (;;) if ((await reader?.read())?.done) return true;
  })();
  expect(await Promise.race([ended, new Promise((done) => setTimeout(() => done(false), 5000))])).toBe(true);
  expect((await caller(app, member.cookie).call('GET', '/me')).status).toBe(401);
});
