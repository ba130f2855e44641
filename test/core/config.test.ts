import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../core/config.ts';

const empty = mkdtempSync(join(tmpdir(), 'anshin-config-'));

test('without settings it serves this machine only', () => {
  expect(readConfig(empty, {})).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    origin: 'http://127.0.0.1:3000',
    loopback: true,
    demo: true,
    databaseUrl: undefined,
  });
});

test('an empty value means unset; the environment wins over .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anshin-config-'));
  writeFileSync(join(folder, '.env'), 'PORT=4000\nSHOP_NAME="Tea & Co"\n');
  expect(readConfig(folder, { PORT: '' })).toMatchObject({ port: 4000, shopName: 'Tea & Co' });
  expect(readConfig(folder, { PORT: '5000' }).port).toBe(5000);
});

test.each([
  [{ PORT: 'http' }, /PORT/],
  [{ HOST: '0.0.0.0' }, /PUBLIC_URL/],
  [{ PUBLIC_URL: 'http://shop.example' }, /https/],
  [{ PUBLIC_URL: 'https://shop.example/help' }, /PUBLIC_URL/],
  [{ PUBLIC_URL: 'shop.example' }, /PUBLIC_URL/],
  [{ SHOP_TOKEN_SECRET: 'short' }, /SHOP_TOKEN_SECRET.*32/],
  [{ SHOP_TIME_ZONE: 'Moon/Crater' }, /SHOP_TIME_ZONE/],
  [{ DATABASE_SCHEMA: 'a; drop' }, /DATABASE_SCHEMA/],
  [{ ALLOWED_ORIGINS: 'https://a.example,b' }, /ALLOWED_ORIGINS/],
  [{ DEMO: 'maybe' }, /DEMO/],
  [{ LIMIT_MESSAGES_PER_MINUTE: '-1' }, /LIMIT_MESSAGES_PER_MINUTE/],
  [{ MODEL_API_KEY: 'k' }, /MODEL_NAME/],
  [{ MODEL_NAME: 'm' }, /MODEL_BASE_URL/],
  [{ MODEL_NAME: 'm', MODEL_BASE_URL: 'ftp://model.example' }, /MODEL_BASE_URL/],
  [{ EMBEDDINGS_API_KEY: 'k' }, /EMBEDDINGS_MODEL/],
  [{ EMBEDDINGS_MODEL: 'm' }, /EMBEDDINGS_BASE_URL/],
  [{ EMBEDDINGS_MODEL: 'm', EMBEDDINGS_LOCAL: './m' }, /exclude/],
  [{ EMBEDDINGS_BASE_URL: 'ftp://x', EMBEDDINGS_MODEL: 'm' }, /EMBEDDINGS_BASE_URL/],
  [{ PINECONE_API_KEY: 'k', EMBEDDINGS_LOCAL: './m' }, /PINECONE_INDEX/],
  [{ PINECONE_API_KEY: 'k', PINECONE_INDEX: 'i' }, /EMBEDDINGS_MODEL/],
  [{ PINECONE_API_KEY: 'k', PINECONE_HOST: 'a b', EMBEDDINGS_LOCAL: './m' }, /PINECONE_HOST/],
  [{ PORT: 'x', DEMO: 'y' }, /PORT.*DEMO/],
])('%j is refused by name', (environment, reason) => {
  expect(() => readConfig(empty, environment as Record<string, string>)).toThrow(reason);
});

test('a model needs a name, and an address or a key', () => {
  expect(readConfig(empty, {}).model).toBeUndefined();
  expect(readConfig(empty, { MODEL_NAME: 'm', MODEL_API_KEY: 'k' }).model).toMatchObject({
    baseUrl: 'https://api.openai.com/v1',
    apiKey: 'k',
    understandSeconds: 4,
  });
  expect(readConfig(empty, { MODEL_NAME: 'm', MODEL_BASE_URL: 'http://127.0.0.1:11434/v1' }).model?.apiKey).toBe(
    'none',
  );
});

test('behind a proxy the origin is the public one', () => {
  expect(readConfig(empty, { PUBLIC_URL: 'https://support.shop.example', HOST: '0.0.0.0' })).toMatchObject({
    origin: 'https://support.shop.example',
    loopback: false,
  });
});

test('embeddings come from a server or from this machine, Pinecone by name or address', () => {
  expect(readConfig(empty, { EMBEDDINGS_MODEL: 'm', EMBEDDINGS_API_KEY: 'k' })).toMatchObject({
    embeddings: { kind: 'remote', baseUrl: 'https://api.openai.com/v1', apiKey: 'k', name: 'm', floor: 0.45 },
    pinecone: undefined,
  });
  expect(
    readConfig(empty, { EMBEDDINGS_LOCAL: './m', EMBEDDINGS_FLOOR: '0.8', PINECONE_API_KEY: 'k', PINECONE_INDEX: 'i' }),
  ).toMatchObject({
    embeddings: { kind: 'local', name: './m', floor: 0.8 },
    pinecone: { apiKey: 'k', index: 'i', host: undefined },
  });
  expect(readConfig(empty, {}).embeddings).toBeUndefined();
});
