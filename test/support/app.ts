import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { readConfig } from '../../core/config.ts';
import type { ConversationView, MessageView } from '../../core/conversations/types.ts';
import { type Running, start } from '../../main.ts';
import { freePort } from './freePort.ts';

/** The whole application on the run's PostgreSQL, in a schema of its own, on a free port. */
export async function startApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const port = Number(environment.PORT ?? (await freePort()));
  const schema = environment.DATABASE_SCHEMA ?? `a_${randomBytes(6).toString('hex')}`;
  const base = inject('database');
  const config = readConfig(resolve(import.meta.dirname, '../..'), {
    PORT: String(port),
    ANSHIN_DATA: mkdtempSync(join(tmpdir(), 'anshin-app-')),
    DATABASE_URL: databaseUrl(base),
    DATABASE_SCHEMA: schema,
    LOG_LEVEL: 'error',
    LIMIT_TOKENS_PER_MINUTE: '1000',
    ...environment,
  });
  const running = await start(config);
  const pool = new pg.Pool({ connectionString: databaseUrl(base), options: `-c search_path=${schema}`, max: 3 });
  return {
    base: `http://127.0.0.1:${port}`,
    running,
    pool,
    schema,
    async stop(drop = true) {
      await running.stop();
      if (drop) await pool.query(`drop schema ${schema} cascade`);
      await pool.end();
    },
  };
}

export type TestApp = {
  base: string;
  running: Running;
  pool: pg.Pool;
  schema: string;
  stop(drop?: boolean): Promise<void>;
};

/** The run's server as a URL, as an installation would be given it. */
export function databaseUrl(base: Record<string, string | number>): string {
  if (base.connectionString) return String(base.connectionString);
  const { host = '', port = 5432, user = '', password = '', database = '' } = base;
  const socket = String(host).startsWith('/');
  return `postgres://${user}:${encodeURIComponent(String(password))}@${socket ? 'localhost' : host}:${port}/${database}${socket ? `?host=${encodeURIComponent(String(host))}` : ''}`;
}

/** A visitor of the web chat over HTTP. */
export async function visitor(
  app: Pick<TestApp, 'base'>,
  options: { language?: string; secret?: string } = {},
): Promise<Visitor> {
  const json = { 'Content-Type': 'application/json' };
  const entered = await fetch(`${app.base}/channels/web/token`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(options),
  });
  if (!entered.ok) throw new Error(`token: ${entered.status} ${await entered.text()}`);
  const { token, secret, conversationId } = (await entered.json()) as {
    token: string;
    secret: string;
    conversationId: string;
  };
  const headers = { ...json, Authorization: `Bearer ${token}` };
  let after = 0;
  let last: MessageView[] = [];

  async function post(path: string, body: unknown): Promise<Response> {
    return fetch(`${app.base}/channels/web${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function replies(): Promise<MessageView[]> {
    const got: MessageView[] = [];
    for (let i = 0; i < 40; i += 1) {
      const response = await fetch(`${app.base}/channels/web/messages?after=${after}&wait=2`, { headers });
      const answer = (await response.json()) as { messages: MessageView[]; state: { typing: boolean; state: string } };
      got.push(...answer.messages.filter((message) => message.from !== 'customer'));
      after = answer.messages.at(-1)?.seq ?? after;
      if (!answer.state.typing && (got.length > 0 || answer.state.state !== 'bot')) break;
    }
    last = got;
    return got;
  }

  const self: Visitor = {
    token,
    secret,
    conversationId,
    headers,
    post,
    replies,
    async say(text, payload) {
      const response = await post('/messages', {
        clientId: randomBytes(8).toString('hex'),
        text,
        ...(payload ? { payload } : {}),
      });
      if (!response.ok) throw new Error(`message: ${response.status} ${await response.text()}`);
      const { seq } = (await response.json()) as { seq: number };
      after = Math.max(after, seq);
      return textOf(await replies());
    },
    async press(payload) {
      const choice = last
        .flatMap((message) => message.body)
        .flatMap((block) => (block.type === 'choices' ? block.choices : []))
        .find((entry) => entry.payload.startsWith(payload));
      if (!choice) throw new Error(`there is no button ${payload}`);
      return self.say(choice.label, choice.payload);
    },
    buttons: () =>
      last.flatMap((message) => message.body).flatMap((block) => (block.type === 'choices' ? block.choices : [])),
    blocks: () => last.flatMap((message) => message.body),
    async identify(shopToken) {
      return post('/identify', { token: shopToken });
    },
  };
  return self;
}

export type Visitor = {
  token: string;
  secret: string;
  conversationId: string;
  headers: Record<string, string>;
  post(path: string, body: unknown): Promise<Response>;
  replies(): Promise<MessageView[]>;
  /** Says something and gives back what came in return, as one text. */
  say(text: string, payload?: string): Promise<string>;
  press(payload: string): Promise<string>;
  buttons(): { label: string; payload: string }[];
  blocks(): MessageView['body'];
  identify(shopToken: string): Promise<Response>;
};

/** The text of messages, a line a block. */
export function textOf(messages: MessageView[]): string {
  return messages
    .flatMap((message) => message.body)
    .map((block) => {
      if (block.type === 'text') return block.spans.map((span) => span.text).join('');
      if (block.type === 'list') return block.items.map((item) => item.map((span) => span.text).join('')).join('\n');
      if (block.type === 'choices') return block.choices.map((choice) => `[${choice.label}]`).join(' ');
      if (block.type === 'articleCard') return `(${block.slug})`;
      if (block.type === 'image') return `<${block.name}>`;
      if (block.type === 'status') return `<${block.state} ${block.agent ?? ''}>`;
      return `{${block.number} ${block.status}: ${block.parcels.map((parcel) => parcel.status).join(', ')}}`;
    })
    .join('\n');
}

/** A signed-in staff member over HTTP. */
export async function staffMember(app: TestApp, roles: string[] = ['agent'], name = 'Mei'): Promise<StaffMember> {
  const admin = await adminOf(app);
  const email = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}@example.com`;
  const invited = await admin.call('POST', '/people', { email, name, roles });
  const { link, id } = (await invited.json()) as { link: string; id: string };
  const member = caller(app, '');
  const response = await member.call('POST', '/link', { token: link.split('#')[1], password: 'a good password', name });
  if (!response.ok) throw new Error(`link: ${response.status} ${await response.text()}`);
  return { ...caller(app, cookieOf(response)), id, email, name };
}

const admins = new Map<string, Promise<StaffMember>>();

/** The first admin, signed in once per application. */
export function adminOf(app: TestApp): Promise<StaffMember> {
  // One sign-in for all who ask at once: the first password works only once.
  const known = admins.get(app.schema) ?? firstAdmin(app);
  admins.set(app.schema, known);
  return known;
}

async function firstAdmin(app: TestApp): Promise<StaffMember> {
  const { admin } = app.running;
  if (!admin) throw new Error('there was no first admin');
  const guest = caller(app, '');
  const first = await guest.call('POST', '/sign-in', { email: admin.email, password: admin.password });
  const changed = await caller(app, cookieOf(first)).call('PATCH', '/me', {
    password: { old: admin.password, new: 'another good one' },
  });
  if (!changed.ok) throw new Error(`password: ${changed.status} ${await changed.text()}`);
  return { ...caller(app, cookieOf(changed)), id: '', email: admin.email, name: 'Admin' };
}

export type StaffMember = {
  id: string;
  email: string;
  name: string;
  cookie: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  conversation(id: string): Promise<{
    conversation: ConversationView;
    messages: MessageView[];
    events: { kind: string }[];
    card: Record<string, unknown>;
  }>;
};

export function caller(
  app: Pick<TestApp, 'base'>,
  cookie: string,
): Pick<StaffMember, 'cookie' | 'call' | 'conversation'> {
  const call: StaffMember['call'] = (method, path, body, headers = {}) =>
    fetch(`${app.base}/staff/api${path}`, {
      method,
      headers: {
        Cookie: cookie,
        Origin: app.base,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    cookie,
    call,
    async conversation(id) {
      const response = await call('GET', `/desk/conversations/${id}`);
      if (!response.ok) throw new Error(`conversation: ${response.status} ${await response.text()}`);
      return response.json() as ReturnType<StaffMember['conversation']>;
    },
  };
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
