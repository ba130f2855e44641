import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { articleFigures } from '../../knowledge/articleFigures.ts';
import { createArticles } from '../../knowledge/articles.ts';
import { changeFacts, currentFacts, factVersions, unknownNames } from '../../knowledge/facts.ts';
import type { Content } from '../../knowledge/types.ts';
import { testDatabase } from '../support/database.ts';

let base: Awaited<ReturnType<typeof testDatabase>>;
let articles: ReturnType<typeof createArticles>;
beforeAll(async () => {
  base = await testDatabase();
  articles = createArticles(base.db);
});
afterAll(() => base.drop());
beforeEach(async () => {
  await base.pool.query('truncate article, shop_facts, contact cascade');
});

const text = (title: string, body = 'Text.'): Content => ({ title, body, questions: [], keywords: [] });
const versions = new Map<string, number>();

async function write(language: string, content: Content, publish = true, slug = 'a') {
  const key = `${slug}.${language}`;
  const { version } = await articles.saveDraft({
    slug,
    language,
    content,
    baseVersion: versions.get(key) ?? 0,
    author: 'x',
  });
  versions.set(key, version);
  return publish ? articles.publish({ slug, language, baseVersion: version, author: 'x' }) : undefined;
}

async function variant(language: string) {
  const found = (await articles.get('a')).variants.find((entry) => entry.language === language);
  if (!found) throw new Error('no variant');
  return found;
}

describe('translations', () => {
  beforeEach(async () => {
    versions.clear();
    await articles.create({ slug: 'a', category: null, intents: [] });
    await write('en', text('Gifts', 'We wrap gifts.'));
    await write('de', text('Geschenke', 'Wir packen Geschenke ein.'));
  });

  test('grow stale when the source is published changed, and show what changed', async () => {
    expect((await variant('de')).state).toBe('reviewed');
    await write('en', text('Gifts', 'We wrap gifts in linen.'), false);
    expect((await variant('de')).state).toBe('reviewed');
    await write('en', text('Gifts', 'We wrap gifts in linen.'));
    const stale = await variant('de');
    expect(stale.state).toBe('stale');
    expect(stale.translatedFrom).toMatchObject({
      language: 'en',
      behind: true,
      made: { body: 'We wrap gifts.' },
      now: { body: 'We wrap gifts in linen.' },
    });
    expect((await variant('en')).translatedFrom).toBeNull();
  });

  test('stay as they are when the source is published unchanged or only its search words change', async () => {
    await articles.publish({ slug: 'a', language: 'en', baseVersion: versions.get('a.en') ?? 0, author: 'x' });
    await write('en', { ...text('Gifts', 'We wrap gifts.'), keywords: ['present'] });
    expect((await variant('de')).state).toBe('reviewed');
  });

  test('are right again after a review, and after the source went back', async () => {
    await write('en', text('Gifts', 'Changed.'));
    await write('de', text('Geschenke', 'Neu.'));
    expect((await variant('de')).state).toBe('stale');
    await articles.markReviewed({ slug: 'a', language: 'de', baseVersion: versions.get('a.de') ?? 0, author: 'x' });
    expect(await variant('de')).toMatchObject({ state: 'reviewed', translatedFrom: { behind: false } });
    await write('en', text('Gifts', 'Changed again.'));
    expect((await variant('de')).state).toBe('stale');
    await write('en', text('Gifts', 'Changed.'));
    expect((await variant('de')).state).toBe('reviewed');
  });

  test('follow the article’s own source language', async () => {
    await articles.create({ slug: 'b', category: null, intents: [], sourceLanguage: 'ja' });
    await write('ja', text('贈り物'), true, 'b');
    await write('en', text('Gifts'), true, 'b');
    await write('ja', text('贈り物', '変更'), true, 'b');
    const { variants } = await articles.get('b');
    expect(variants.map(({ language, state }) => [language, state])).toEqual([
      ['en', 'stale'],
      ['ja', 'reviewed'],
    ]);
  });

  test('a machine draft stays one until somebody publishes it', async () => {
    await base.pool.query(
      `update article_variant set state = 'machine draft', published_number = null where language = 'de'`,
    );
    await write('de', text('Geschenke', 'Besser.'), false);
    expect((await variant('de')).state).toBe('machine draft');
    await articles.publish({ slug: 'a', language: 'de', baseVersion: versions.get('a.de') ?? 0, author: 'x' });
    expect((await variant('de')).state).toBe('reviewed');
  });
});

describe('versions', () => {
  beforeEach(async () => {
    versions.clear();
    await articles.create({ slug: 'a', category: null, intents: [] });
    await write('en', text('A', 'one'));
    await write('en', text('A', 'two'));
  });

  test('an old one is published again as the newest, and the draft follows', async () => {
    const revision = await articles.revision();
    const back = await articles.rollBack({ slug: 'a', language: 'en', number: 1, baseVersion: 2, author: 'kim' });
    expect(back).toEqual({ number: 3, draftKept: false });
    const now = await variant('en');
    expect(now).toMatchObject({ publishedNumber: 3, draft: { body: 'one' }, version: 3 });
    expect(now.versions.map(({ number, author, content }) => [number, author, content.body])).toEqual([
      [3, 'kim', 'one'],
      [2, 'x', 'two'],
      [1, 'x', 'one'],
    ]);
    expect(await articles.revision()).not.toBe(revision);
  });

  test('unpublished work survives a rollback', async () => {
    await write('en', text('A', 'unfinished'), false);
    const back = await articles.rollBack({ slug: 'a', language: 'en', number: 1, baseVersion: 3, author: 'kim' });
    expect(back.draftKept).toBe(true);
    expect((await variant('en')).draft.body).toBe('unfinished');
    expect((await articles.published())[0]?.body).toBe('one');
  });

  test('a rollback over a newer save, and to a version that never was, is refused', async () => {
    const request = { slug: 'a', language: 'en', number: 1, author: 'kim' };
    await expect(articles.rollBack({ ...request, baseVersion: 1 })).rejects.toMatchObject({ code: 'stale' });
    await expect(articles.rollBack({ ...request, number: 9, baseVersion: 2 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('what is taken back is not public, what is deleted is nowhere', async () => {
    await articles.unpublish({ slug: 'a', language: 'en', baseVersion: 2, author: 'x' });
    expect(await articles.published()).toEqual([]);
    expect((await variant('en')).versions).toHaveLength(2);
    await write('de', text('A', 'eins'));
    await articles.remove({ slug: 'a', language: 'de' });
    expect((await articles.get('a')).variants.map((entry) => entry.language)).toEqual(['en']);
    await articles.remove({ slug: 'a' });
    await expect(articles.get('a')).rejects.toMatchObject({ code: 'not_found' });
    const { rows } = await base.pool.query('select count(*)::int from article_version');
    expect(rows[0].count).toBe(0);
  });
});

test('two editors of the settings: the second sees what the first saved', async () => {
  await articles.create({ slug: 'a', category: null, intents: [] });
  const settings = {
    slug: 'a',
    category: 'returns',
    intents: ['return_policy'],
    markets: ['DE'],
    validFrom: '2026-01-01',
    validUntil: null,
    sourceLanguage: 'de',
  };
  const saves = await Promise.allSettled([1, 2].map(() => articles.saveSettings({ ...settings, baseVersion: 1 })));
  expect(saves.map((save) => save.status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(articles.saveSettings({ ...settings, baseVersion: 1 })).rejects.toMatchObject({
    code: 'stale',
    details: { version: 2, settings: { category: 'returns', markets: ['DE'] } },
  });
  expect(await articles.get('a')).toMatchObject({ version: 2, validFrom: '2026-01-01', source: 'de' });
});

describe('facts', () => {
  test('each change is a version, and the second of two at once is refused', async () => {
    await changeFacts(base.db, { facts: { returns: { window_days: 30 } }, baseVersion: 0, author: 'x' });
    const [first] = await factVersions(base.db);
    const version = first?.version ?? 0;
    const saves = await Promise.allSettled(
      [14, 60].map((days) =>
        changeFacts(base.db, { facts: { returns: { window_days: days } }, baseVersion: version, author: 'x' }),
      ),
    );
    expect(saves.map((save) => save.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await factVersions(base.db)).toHaveLength(2);
  });

  test('names that the facts do not have are told', async () => {
    await changeFacts(base.db, { facts: { a: { b: 1 }, list: [1] }, baseVersion: 0, author: 'x' });
    const facts = await currentFacts(base.db);
    expect(
      unknownNames('{{a.b}} {{ a.b }} {{a.c}} {{a}} {{nope}} {{nope}} {{constructor}} {{Größe x}}', facts),
    ).toEqual(['a.c', 'a', 'nope', 'constructor', 'Größe x']);
  });
});

test('figures count what was shown, said and handed over after it', async () => {
  const { rows } = await base.pool.query(
    `with c as (insert into contact (channel, external_id) values ('web', 'v') returning id)
     insert into conversation (contact_id, channel, language) select id, 'web', 'en' from c returning id`,
  );
  const id = rows[0].id;
  const say = (seq: number, slug: string, minutes: number) =>
    base.pool.query(
      `insert into message (conversation_id, seq, sender, language, body, text, channel, created_at)
       values ($1, $2, 'bot', 'en', $3, '', 'web', now() - $4 * interval '1 minute')`,
      [id, seq, JSON.stringify([{ type: 'articleCard', slug, language: 'en', title: slug }]), minutes],
    );
  await say(1, 'first', 30);
  await say(2, 'second', 20);
  await say(3, 'old', 60 * 24 * 40);
  await base.pool.query(
    `insert into desk_event (conversation_id, seq, kind, created_at) values ($1, 1, 'handoff', now() - interval '10 minutes')`,
    [id],
  );
  await base.pool.query(
    `insert into article_vote (conversation_id, seq, slug, language, helpful) values ($1, 1, 'first', 'en', true), ($1, 2, 'second', 'en', false)`,
    [id],
  );
  const figures = await articleFigures(base.db, 30);
  expect(figures.sort((a, b) => (a.slug < b.slug ? -1 : 1))).toMatchObject([
    { slug: 'first', shown: 1, handedOver: 0, helpful: 1, notHelpful: 0 },
    { slug: 'second', shown: 1, handedOver: 1, helpful: 0, notHelpful: 1 },
  ]);
});
