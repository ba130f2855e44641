import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp, visitor } from '../support/app.ts';
import { type FakeEmbeddings, startFakeEmbeddings } from '../support/fakeEmbeddings.ts';
import { type FakePinecone, startFakePinecone } from '../support/fakePinecone.ts';

let app: TestApp;
let server: FakeEmbeddings;
let pinecone: FakePinecone;
beforeAll(async () => {
  server = await startFakeEmbeddings([['wombats', 'marsupials', 'beuteltiere']]);
  pinecone = await startFakePinecone({ dimension: 16 });
  app = await startApp({
    EMBEDDINGS_BASE_URL: server.url,
    EMBEDDINGS_MODEL: 'm-16',
    EMBEDDINGS_FLOOR: '0.9',
    PINECONE_API_KEY: 'pc-key',
    PINECONE_HOST: pinecone.url,
  });
});
afterAll(async () => {
  await app.stop();
  await server.stop();
  await pinecone.stop();
});

test('the bot answers by meaning, in another language too, from Pinecone and without it', async () => {
  const admin = await adminOf(app);
  const question = 'Any marsupials lately?';
  expect(await (await visitor(app)).say(question)).not.toContain('(wombats)');
  const content = { title: 'Wombats', body: 'Wombats travel by post.', questions: [], keywords: [] };
  expect((await admin.call('POST', '/knowledge', { slug: 'wombats' })).status).toBe(201);
  await admin.call('PUT', '/knowledge/wombats/en', { ...content, baseVersion: 0 });
  await admin.call('POST', '/knowledge/wombats/en/publish', { baseVersion: 1 });
  const stored = 'select copied from vector_state where copied is not null';
  await expect.poll(async () => (await app.pool.query(stored)).rowCount, { timeout: 20_000 }).toBe(1);
  await expect
    .poll(async () => (await visitor(app)).say(question), { timeout: 10_000 })
    .toContain('Wombats travel by post.');
  expect(pinecone.requests.some(({ path }) => path === '/query')).toBe(true);
  const german = await (await visitor(app, { language: 'de' })).say('Beuteltiere dabei?');
  expect(german).toContain('(wombats)');

  const tried = await admin.call('POST', '/knowledge/try', { text: question, language: 'en' });
  const { answer, results } = (await tried.json()) as { answer: boolean; results: { slug: string }[] };
  expect({ answer, first: results[0]?.slug }).toEqual({ answer: true, first: 'wombats' });

  pinecone.down({ status: 503 });
  expect(await (await visitor(app)).say('Any marsupials, lately?')).toContain('(wombats)');
  server.down({ status: 500 });
  expect(await (await visitor(app)).say('How much is shipping to Germany?')).toContain('(shipping-costs)');
});
