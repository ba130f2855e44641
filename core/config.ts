import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { isLoopback } from './http/loopback.ts';
import { type Limits, limitSettings } from './limits.ts';
import { linearPattern } from './linearPattern.ts';

/** Every setting of the process, read once; nothing else reads the environment. */
export type Config = {
  root: string;
  port: number;
  host: string;
  /** The origin that links, cookies and tokens are made for, without a trailing slash. */
  origin: string;
  /** True while only this machine can reach us: PUBLIC_URL is unset. */
  loopback: boolean;
  trustProxy: number;
  dataFolder: string;
  databaseUrl: string | undefined;
  databaseSchema: string;
  demo: boolean;
  shopName: string;
  shopTimeZone: string;
  shopLanguage: string;
  /** The shop's own form of order numbers, in running text. */
  orderNumber: RegExp | undefined;
  shopTokenSecret: string | undefined;
  directLineSecret: string | undefined;
  /** The app registered with the Bot Framework, if any. */
  botApp: { id: string; password: string; tenant: string | undefined } | undefined;
  /** The language model, where one is configured. */
  model: ModelConfig | undefined;
  /** What makes vectors of passages and questions, where that is configured. */
  embeddings: EmbeddingsConfig | undefined;
  /** The Pinecone index that holds the vectors too, if any. */
  pinecone: { apiKey: string; index: string | undefined; host: string | undefined } | undefined;
  /** The system that is told of every hand-over to a person, and what signs it. */
  handoffWebhook: { url: URL; secret: string } | undefined;
  allowedOrigins: string[];
  linkHosts: string[];
  adminEmail: string;
  logLevel: string;
  limits: Limits;
};

/** A language model behind an OpenAI-compatible address, and what it may cost. */
export type ModelConfig = {
  baseUrl: string;
  apiKey: string;
  name: string;
  outputTokens: number;
  dailyTokens: number;
  understandSeconds: number;
  answerSeconds: number;
};
/** An embeddings server or a local model; `floor` is the likeness from which a passage counts as an answer. */
export type EmbeddingsConfig = { floor: number } & (
  | { kind: 'remote'; baseUrl: string; apiKey: string; name: string }
  | { kind: 'local'; name: string }
);

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

const pattern = z.string().transform((value, context) => {
  try {
    return linearPattern(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a pattern' });
    return z.NEVER;
  }
});

/** The settings with their defaults as .env.example prints them; a test keeps both equal. */
export const settings = {
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.string().optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  ANSHIN_DATA: z.string().default('./data'),
  DATABASE_URL: z.string().optional(),
  DATABASE_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,39}$/, 'lower-case letters, digits and _, at most 40')
    .default('anshin'),
  DEMO: flag.default(true),
  SHOP_NAME: z.string().default('Havn & Hana'),
  SHOP_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'an IANA time zone such as Europe/Amsterdam')
    .default('Europe/Amsterdam'),
  SHOP_LANGUAGE: z.enum(['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko']).default('en'),
  ORDER_NUMBER_PATTERN: pattern.optional(),
  SHOP_TOKEN_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  DIRECTLINE_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  MICROSOFT_APP_ID: z.string().optional(),
  MICROSOFT_APP_PASSWORD: z.string().optional(),
  MICROSOFT_APP_TENANT_ID: z.string().optional(),
  MODEL_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  MODEL_API_KEY: z.string().optional(),
  MODEL_NAME: z.string().optional(),
  MODEL_DAILY_TOKENS: z.coerce.number().int().positive().default(2_000_000),
  MODEL_OUTPUT_TOKENS: z.coerce.number().int().min(100).default(1000),
  MODEL_UNDERSTAND_SECONDS: z.coerce.number().positive().default(4),
  MODEL_ANSWER_SECONDS: z.coerce.number().positive().default(15),
  EMBEDDINGS_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  EMBEDDINGS_API_KEY: z.string().optional(),
  EMBEDDINGS_MODEL: z.string().optional(),
  EMBEDDINGS_LOCAL: z.string().optional(),
  EMBEDDINGS_FLOOR: z.coerce.number().min(0).max(1).default(0.45),
  PINECONE_API_KEY: z.string().optional(),
  PINECONE_INDEX: z.string().optional(),
  PINECONE_HOST: z
    .string()
    .regex(/^(https?:\/\/)?[\w.-]+(:\d+)?$/, 'a host such as anshin-abc123.svc.eu-west-1.pinecone.io')
    .optional(),
  HANDOFF_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  HANDOFF_WEBHOOK_SECRET: z.string().min(32, 'at least 32 characters').optional(),
  ALLOWED_ORIGINS: list.default([]),
  LINK_HOSTS: list.default([]),
  ADMIN_EMAIL: z.email().default('admin@example.com'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ...limitSettings,
};

const schema = z.object(settings);

/** Reads .env of `root` and the environment (which wins); throws one Error that names every wrong setting. */
export function readConfig(root: string, environment: NodeJS.ProcessEnv = process.env): Config {
  const file = resolve(root, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  // An empty value means unset, so that `PORT= npm start` and a blank line of .env behave alike.
  const filled = (values: NodeJS.Dict<string>) =>
    Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const given = Object.fromEntries([...filled(fromFile), ...filled(environment)]);
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Settings are wrong. ${problems.join('; ')}`);
  }
  const env = parsed.data;
  return {
    root,
    port: env.PORT,
    host: env.HOST,
    origin: originOf(env.PUBLIC_URL, env.HOST, env.PORT),
    loopback: env.PUBLIC_URL === undefined,
    trustProxy: env.TRUST_PROXY,
    dataFolder: resolve(root, env.ANSHIN_DATA),
    databaseUrl: env.DATABASE_URL,
    databaseSchema: env.DATABASE_SCHEMA,
    demo: env.DEMO,
    shopName: env.SHOP_NAME,
    shopTimeZone: env.SHOP_TIME_ZONE,
    shopLanguage: env.SHOP_LANGUAGE,
    orderNumber: env.ORDER_NUMBER_PATTERN,
    shopTokenSecret: env.SHOP_TOKEN_SECRET,
    directLineSecret: env.DIRECTLINE_SECRET,
    botApp: botAppOf(env),
    model: modelOf(env),
    embeddings: embeddingsOf(env),
    pinecone: pineconeOf(env),
    handoffWebhook: handoffWebhookOf(env),
    allowedOrigins: env.ALLOWED_ORIGINS.map((origin) => bareOrigin(origin, 'ALLOWED_ORIGINS')),
    linkHosts: env.LINK_HOSTS,
    adminEmail: env.ADMIN_EMAIL,
    logLevel: env.LOG_LEVEL,
    limits: limitsOf(env),
  };
}

function botAppOf(env: z.infer<typeof schema>): Config['botApp'] {
  const { MICROSOFT_APP_ID: id, MICROSOFT_APP_PASSWORD: password, MICROSOFT_APP_TENANT_ID: tenant } = env;
  if (id === undefined && password === undefined) return undefined;
  if (!id || !password) throw new Error('Settings are wrong. MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD go together');
  return { id, password, tenant };
}

// A server of one's own needs no key, OpenAI's needs no address; without a name there is no model.
function modelOf(env: z.infer<typeof schema>): Config['model'] {
  const { MODEL_NAME: name, MODEL_BASE_URL: baseUrl, MODEL_API_KEY: apiKey } = env;
  if (!name && !baseUrl && !apiKey) return undefined;
  if (!name) throw new Error('Settings are wrong. MODEL_NAME is missing beside MODEL_BASE_URL or MODEL_API_KEY');
  if (!baseUrl && !apiKey)
    throw new Error('Settings are wrong. MODEL_NAME needs MODEL_BASE_URL, MODEL_API_KEY or both');
  return {
    baseUrl: baseUrl ?? 'https://api.openai.com/v1',
    apiKey: apiKey ?? 'none',
    name,
    outputTokens: env.MODEL_OUTPUT_TOKENS,
    dailyTokens: env.MODEL_DAILY_TOKENS,
    understandSeconds: env.MODEL_UNDERSTAND_SECONDS,
    answerSeconds: env.MODEL_ANSWER_SECONDS,
  };
}

function embeddingsOf(env: z.infer<typeof schema>): Config['embeddings'] {
  const {
    EMBEDDINGS_MODEL: name,
    EMBEDDINGS_LOCAL: local,
    EMBEDDINGS_BASE_URL: baseUrl,
    EMBEDDINGS_API_KEY: apiKey,
  } = env;
  const remote = name ?? baseUrl ?? apiKey;
  if (local && remote) throw new Error('Settings are wrong. EMBEDDINGS_LOCAL and EMBEDDINGS_MODEL exclude each other');
  const floor = env.EMBEDDINGS_FLOOR;
  if (local) return { kind: 'local', name: local, floor };
  if (!remote) return undefined;
  if (!name) throw new Error('Settings are wrong. EMBEDDINGS_MODEL is missing beside the server or its key');
  if (!baseUrl && !apiKey)
    throw new Error('Settings are wrong. EMBEDDINGS_MODEL needs EMBEDDINGS_BASE_URL, EMBEDDINGS_API_KEY or both');
  const url = (baseUrl ?? 'https://api.openai.com/v1').replace(/\/+$/, '');
  return { kind: 'remote', baseUrl: url, apiKey: apiKey ?? 'none', name, floor };
}

function pineconeOf(env: z.infer<typeof schema>): Config['pinecone'] {
  const { PINECONE_API_KEY: apiKey, PINECONE_INDEX: index, PINECONE_HOST: host } = env;
  if (!apiKey && !index && !host) return undefined;
  if (!apiKey || (!index && !host))
    throw new Error('Settings are wrong. Pinecone needs PINECONE_API_KEY and PINECONE_INDEX or PINECONE_HOST');
  if (!embeddingsOf(env)) throw new Error('Settings are wrong. Pinecone needs EMBEDDINGS_MODEL or EMBEDDINGS_LOCAL');
  return { apiKey, index, host };
}

function handoffWebhookOf(env: z.infer<typeof schema>): Config['handoffWebhook'] {
  const { HANDOFF_WEBHOOK_URL: target, HANDOFF_WEBHOOK_SECRET: secret } = env;
  if (target === undefined && secret === undefined) return undefined;
  if (!target || !secret)
    throw new Error('Settings are wrong. HANDOFF_WEBHOOK_URL and HANDOFF_WEBHOOK_SECRET go together');
  const url = new URL(target);
  // Card and transcript are personal data: in the clear they go to this machine only, and only while it serves nobody else.
  if (url.protocol !== 'https:' && !(env.PUBLIC_URL === undefined && isLoopback(url.hostname)))
    throw new Error('Settings are wrong. HANDOFF_WEBHOOK_URL: must be https');
  return { url, secret };
}

function limitsOf(env: z.infer<typeof schema>): Limits {
  return Object.fromEntries(Object.keys(limitSettings).map((key) => [key, env[key as keyof Limits]])) as Limits;
}

function originOf(publicUrl: string | undefined, host: string, port: number): string {
  const local = ['127.0.0.1', 'localhost', '::1'];
  if (publicUrl === undefined) {
    if (!local.includes(host))
      throw new Error(
        `Settings are wrong. HOST=${host} is reachable from outside: set PUBLIC_URL to the address that customers use`,
      );
    return `http://127.0.0.1:${port}`;
  }
  const origin = bareOrigin(publicUrl, 'PUBLIC_URL');
  const url = new URL(origin);
  if (url.protocol !== 'https:' && !local.includes(url.hostname.replace(/[[\]]/g, ''))) {
    throw new Error('Settings are wrong. PUBLIC_URL: must be https');
  }
  return origin;
}

function bareOrigin(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error(`Settings are wrong. ${name}: "${value}" is not an origin such as https://support.shop.example`);
  }
  return url.origin;
}

function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
