import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEvents } from '../../core/events.ts';
import { loadConcepts } from '../../core/language/concepts.ts';
import { createTokeniser } from '../../core/language/tokenise.ts';
import { createLog } from '../../core/log.ts';
import { createArticles } from '../../knowledge/articles.ts';
import { touch } from '../../knowledge/articleVersions.ts';
import { createEmbedders } from '../../knowledge/embedders/embedders.ts';
import { createPineconeIndex } from '../../knowledge/index/pinecone.ts';
import { createSearch } from '../../knowledge/search.ts';
import { createFusedSearch } from '../../knowledge/searchFused.ts';
import { knowledgeDb } from '../../knowledge/tables.ts';
import { createVectors, type Vectors } from '../../knowledge/vectors.ts';
import { testDatabase } from '../support/database.ts';
import { type FakeEmbeddings, startFakeEmbeddings } from '../support/fakeEmbeddings.ts';
import { type FakePinecone, startFakePinecone } from '../support/fakePinecone.ts';

const log = createLog('silent');
const tokenise = createTokeniser(loadConcepts());
const meanings = [
  ['refund', 'reimbursed', 'erstattung'],
  ['parcel', 'box', 'paket'],
  ['lamp', 'lantern', 'leuchte'],
  ['store', 'boutique', 'laden'],
];
let base: Awaited<ReturnType<typeof testDatabase>>;
let server: FakeEmbeddings;
let pinecone: FakePinecone;
let stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.drop());
beforeEach(async () => {
  await base.pool.query(
    'truncate article, embedding, vector_copy cascade; update vector_state set serving = null, wanted = null, worker = null, copied = null',
  );
  server = await startFakeEmbeddings(meanings);
  pinecone = await startFakePinecone({ dimension: 16, lagMs: 50 });
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
  await server.stop();
  await pinecone.stop();
});

// A process of its own: its listener, its memory, its turn at the work.
async function open({ model = 'm-16', copied = false } = {}): Promise<Vectors> {
  const events = createEvents({ connection: base.connection, schema: base.schema, log });
  await events.start();
  const settings = { kind: 'remote', baseUrl: server.url, apiKey: 'key', name: model, floor: 0.5 } as const;
  const indexOf = (name: string) =>
    createPineconeIndex({
      settings: { apiKey: 'pc-key', index: undefined, host: pinecone.url },
      model: name,
      readMs: 300,
      backoffMs: 5,
    });
  const vectors = createVectors({
    db: base.db,
    events,
    embedders: createEmbedders(settings, '/tmp'),
    pinecone: copied ? { target: 'test', indexOf } : undefined,
    tokenise,
    log,
    pollMs: 100,
  });
  await vectors.begin();
  stops.push(
    () => events.stop(),
    () => vectors.stop(),
  );
  return vectors;
}

async function publish(slug: string, body: string, language = 'en'): Promise<void> {
  const articles = createArticles(base.db);
  await articles.create({ slug, category: null, intents: [] }).catch(() => undefined);
  const before = (await articles.get(slug)).variants.find((variant) => variant.language === language)?.version ?? 0;
  const content = { title: slug, body, questions: [], keywords: [] };
  const { version } = await articles.saveDraft({ slug, language, content, baseVersion: before, author: 'x' });
  await articles.publish({ slug, language, baseVersion: version, author: 'x' });
}

async function withdraw(slug: string): Promise<void> {
  await knowledgeDb(base.db)
    .transaction()
    .execute(async (tx) => {
      await tx.deleteFrom('article').where('slug', '=', slug).execute();
      await touch(tx);
    });
}

const find = async (vectors: Vectors, text: string, language = 'en') =>
  (await vectors.nearestArticles({ text, language })).map(({ variant, language: tag }) => `${variant.slug}.${tag}`);
const first =
  (vectors: Vectors, text: string, language = 'en') =>
  async () =>
    (await find(vectors, text, language))[0];
const stored = async () =>
  (await base.pool.query('select model, hash from embedding')).rows as { model: string; hash: string }[];
const state = async () => (await base.pool.query('select serving, copied from vector_state')).rows[0];
const asked = () => server.requests.filter(({ input }) => input.some((text) => text.includes('\n\n')));
const soon = { timeout: 8000, interval: 20 };

describe('ingest', () => {
  test('what is published is found by its meaning on every process within two seconds, in every language', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await publish('lamps', 'A lamp hangs.');
    await publish('money', 'The refund is on its way.');
    await expect.poll(first(one, 'lantern'), soon).toBe('lamps.en');
    const started = Date.now();
    await publish('shops', 'Der Laden ist offen.', 'de');
    for (const vectors of [one, other]) await expect.poll(first(vectors, 'boutique'), soon).toBe('shops.de');
    expect(Date.now() - started).toBeLessThan(2000);
    // Each passage was paid for once, though two processes wanted it.
    const texts = asked().flatMap(({ input }) => input);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('only what is new or changed is embedded, and nothing when nothing changed', async () => {
    const vectors = await open();
    await publish('a', '## One\n\nThe lamp.\n\n## Two\n\nThe box.');
    await expect.poll(async () => (await stored()).length, soon).toBe(2);
    server.requests.length = 0;
    await publish('a', '## One\n\nThe lamp.\n\n## Two\n\nThe refund.');
    await expect.poll(asked, soon).toMatchObject([{ input: ['a\n\n## Two\n\nThe refund.'] }]);
    await expect.poll(async () => (await stored()).length, soon).toBe(2);
    server.requests.length = 0;
    const again = await open();
    await expect.poll(first(again, 'reimbursed'), soon).toBe('a.en');
    expect(asked()).toEqual([]);
  });

  test('a run that was cut off goes on where it stopped', async () => {
    const sections = Array.from({ length: 250 }, (_, i) => `## S${i}\n\nText ${i}.`).join('\n\n');
    await publish('long', sections);
    // The first batch is answered, then the server is gone.
    server.down({ status: 500, headers: { 'retry-after-ms': '5' } });
    server.next('ok');
    const vectors = await open();
    await expect.poll(async () => (await stored()).length, soon).toBe(96);
    await vectors.stop();
    server.down(undefined);
    server.requests.length = 0;
    const next = await open();
    await expect.poll(async () => (await stored()).length, soon).toBe(250);
    expect(asked().reduce((sum, { input }) => sum + input.length, 0)).toBe(250 - 96);
    await expect.poll(first(next, 'Text 7'), soon).toBe('long.en');
  });

  test('a process that died at work is followed by another', async () => {
    await base.pool.query(`update vector_state set worker = 'dead', worker_until = now() + interval '1 second'`);
    const vectors = await open();
    await publish('a', 'The lamp.');
    await expect.poll(first(vectors, 'lantern'), soon).toBe('a.en');
  });

  test('a market or a time that is not meant hides an article', async () => {
    const vectors = await open();
    await publish('a', 'The lamp.');
    await publish('b', 'The lamp too.');
    await expect.poll(() => find(vectors, 'lantern'), soon).toHaveLength(2);
    await base.pool.query(
      `update article set markets = '["BR"]' where slug = 'a'; update article set valid_until = '2020-01-01' where slug = 'b'`,
    );
    await base.db.transaction().execute((tx) => touch(tx.withTables()));
    const inMarket = async (market: string) =>
      (await vectors.nearestArticles({ text: 'lamp', language: 'en', market })).map(({ variant }) => variant.slug);
    await expect.poll(() => inMarket('DE'), soon).toEqual([]);
    await expect.poll(() => inMarket('BR'), soon).toEqual(['a']);
  });

  test('the language of the question is shown where the article has it', async () => {
    const vectors = await open();
    await publish('a', 'The refund.');
    await publish('a', 'Die Erstattung.', 'de');
    await publish('b', 'Nothing of that.');
    await expect.poll(async () => (await find(vectors, 'reimbursed', 'de'))[0], soon).toBe('a.de');
    await expect.poll(() => find(vectors, 'reimbursed', 'ja'), soon).toHaveLength(2);
    // Far from the question by itself, yet it is the article's version for whoever asks in its language.
    await publish('a', 'Ganz anders gesagt.', 'fr');
    await expect.poll(async () => (await find(vectors, 'reimbursed', 'fr'))[0], soon).toBe('a.fr');
  });
});

describe('deletion', () => {
  test('takes an article out of every index and every table', async () => {
    const vectors = await open({ copied: true });
    await publish('a', 'The lamp.');
    await publish('b', 'The refund.');
    await expect.poll(() => pinecone.ids().length, soon).toBe(2);
    await withdraw('a');
    await expect.poll(() => find(vectors, 'lantern'), soon).toEqual(['b.en']);
    await expect.poll(() => pinecone.ids(), soon).toHaveLength(1);
    expect(pinecone.ids()[0]).toMatch(/^b\.en\./);
    await expect.poll(async () => (await stored()).length, soon).toBe(1);
    await expect.poll(async () => (await base.pool.query('select id from vector_copy')).rowCount, soon).toBe(1);
  });

  test('what Pinecone still shows is not found any more', async () => {
    const vectors = await open({ copied: true });
    await publish('a', 'The lamp.');
    await publish('b', 'The refund.');
    await expect.poll(() => pinecone.ids(), soon).toHaveLength(2);
    await expect.poll(() => find(vectors, 'lantern'), soon).toHaveLength(2);
    pinecone.down({ status: 500 });
    await withdraw('a');
    await expect.poll(() => find(vectors, 'lantern'), soon).toEqual(['b.en']);
    expect(pinecone.ids()).toHaveLength(2);
    pinecone.down(undefined);
    await expect.poll(() => pinecone.ids(), soon).toHaveLength(1);
  });
});

describe('another model', () => {
  test('the old vectors serve until the new ones are complete; then every process switches at once', async () => {
    const old = await open({ model: 'old-16' });
    for (let i = 0; i < 5; i += 1) await publish(`a${i}`, i === 3 ? 'The lamp.' : `Text ${i}.`);
    await expect.poll(first(old, 'lantern'), soon).toBe('a3.en');
    await expect.poll(async () => (await stored()).length, soon).toBe(5);
    const release = server.holdPassages();
    const young = await open({ model: 'new-24' });
    await expect.poll(() => asked().filter(({ model }) => model === 'new-24').length, soon).toBe(1);
    await expect.poll(first(young, 'lantern'), soon).toBe('a3.en');
    // Both are asked all the time, each time something new: no answer is empty or of the wrong vectors.
    let asking = true;
    const answers = [old, young].map(async (vectors, process) => {
      const firsts = new Set<string | undefined>();
      for (let i = 0; asking; i += 1) firsts.add((await find(vectors, `lantern ${process} ${i}`))[0]);
      return [...firsts];
    });
    expect((await state()).serving).toBe(`${server.url}#old-16`);
    expect(
      server.requests.filter(({ input }) => input[0]?.startsWith('lantern')).every(({ model }) => model === 'old-16'),
    ).toBe(true);
    release();
    const young24 = `${server.url}#new-24`;
    await expect.poll(async () => (await state()).serving, soon).toBe(young24);
    await expect.poll(async () => [...new Set((await stored()).map(({ model }) => model))], soon).toEqual([young24]);
    for (const process of [0, 1])
      await expect
        .poll(() => server.requests.findLast(({ input }) => input[0]?.startsWith(`lantern ${process}`))?.model, soon)
        .toBe('new-24');
    asking = false;
    expect(await Promise.all(answers)).toEqual([['a3.en'], ['a3.en']]);
    expect(await stored()).toHaveLength(5);
  });

  test('a process of older settings does not fight for its model', async () => {
    await open({ model: 'old-16' });
    await publish('a', 'The lamp.');
    await expect.poll(async () => (await state()).serving, soon).toBe(`${server.url}#old-16`);
    await open({ model: 'new-24' });
    await expect.poll(async () => (await state()).serving, soon).toBe(`${server.url}#new-24`);
    server.requests.length = 0;
    await publish('b', 'The box.');
    await expect.poll(async () => (await stored()).length, soon).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await state()).serving).toBe(`${server.url}#new-24`);
    expect(asked().every(({ model }) => model === 'new-24')).toBe(true);
  });

  test('Pinecone gets the new model’s vectors beside the old ones, which go afterwards', async () => {
    const one = await open({ model: 'one-16', copied: true });
    await publish('a', 'The lamp.');
    await expect.poll(async () => (await state()).copied, soon).not.toBeNull();
    const before = pinecone.namespaces();
    await open({ model: 'two-16', copied: true });
    await expect
      .poll(() => pinecone.namespaces().length === 1 && pinecone.namespaces()[0] !== before[0], soon)
      .toBe(true);
    await expect.poll(first(one, 'lantern again'), soon).toBe('a.en');
  });
});

describe('vendors that fail', () => {
  test('Pinecone answers when it holds all; down, this process does, and the gap is filled afterwards', async () => {
    const vectors = await open({ copied: true });
    await publish('a', 'The lamp.');
    const queries = () => pinecone.requests.filter(({ path }) => path === '/query').length;
    await expect.poll(async () => (await find(vectors, 'lantern'))[0] === 'a.en' && queries() > 0, soon).toBe(true);
    pinecone.down({ status: 503 });
    await publish('b', 'The refund.');
    await expect.poll(first(vectors, 'reimbursed'), soon).toBe('b.en');
    expect(pinecone.ids()).toHaveLength(1);
    pinecone.down(undefined);
    await expect.poll(() => pinecone.ids().length, soon).toBe(2);
    const before = queries();
    await expect
      .poll(async () => (await find(vectors, 'reimbursed'))[0] === 'b.en' && queries() > before, soon)
      .toBe(true);
  });

  test('an index that somebody emptied is filled again by the next process; until then this one answers', async () => {
    const vectors = await open({ copied: true });
    await publish('a', 'The lamp.');
    const queries = () => pinecone.requests.filter(({ path }) => path === '/query').length;
    await expect.poll(async () => (await find(vectors, 'lantern'))[0] === 'a.en' && queries() > 0, soon).toBe(true);
    pinecone.clear();
    expect(await find(vectors, 'lantern')).toEqual(['a.en']);
    await open({ copied: true });
    await expect.poll(() => pinecone.ids().length, soon).toBe(1);
  });

  test('stopping does not wait for a vendor', async () => {
    const lagging = await startFakePinecone({ dimension: 16, lagMs: 60_000 });
    const own = pinecone;
    pinecone = lagging;
    const vectors = await open({ copied: true });
    await publish('a', 'The lamp.');
    await expect.poll(() => lagging.ids().length, soon).toBe(1);
    const started = performance.now();
    await vectors.stop();
    expect(performance.now() - started).toBeLessThan(1500);
    expect((await base.pool.query('select worker from vector_state')).rows[0].worker).toBeNull();
    await own.stop();
  });

  test.each(['hang', 'garbage', 'nan', { status: 429 }, { status: 500 }] as const)(
    'with the embedder %j the search by words answers',
    async (fault) => {
      const vectors = await open();
      await publish('lamps', 'A lamp hangs.');
      await expect.poll(first(vectors, 'lantern'), soon).toBe('lamps.en');
      const search = createSearch({ tokenise });
      search.replace(await createArticles(base.db).published(), {});
      const fused = createFusedSearch({ search: search.search, nearestArticles: vectors.nearestArticles, floor: 0.5 });
      expect((await fused({ text: 'lantern', language: 'en' })).answer).toBe(true);
      server.down(fault);
      const started = performance.now();
      expect((await fused({ text: 'lamp hangs', language: 'en' })).results[0]?.slug).toBe('lamps');
      expect(performance.now() - started).toBeLessThan(4000);
      for (let i = 0; i < 4 && fault !== 'hang'; i += 1) await fused({ text: `lamp ${i}`, language: 'en' });
      if (fault === 'hang') return;
      // By now it is left alone: no more waiting.
      const count = server.requests.length;
      await fused({ text: 'lamp and lamp', language: 'en' });
      expect(server.requests.length).toBe(count);
    },
  );

  test('vectors are broken in no answer: a model that gives other dimensions than before is refused', async () => {
    const vectors = await open();
    await publish('a', 'The lamp.');
    await expect.poll(first(vectors, 'lantern'), soon).toBe('a.en');
    server.next('nan');
    expect(await find(vectors, 'what')).toEqual([]);
    expect(await find(vectors, 'lantern')).toEqual(['a.en']);
  });
});
