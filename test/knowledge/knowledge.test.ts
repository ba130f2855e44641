import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEvents } from '../../core/events.ts';
import { loadConcepts } from '../../core/language/concepts.ts';
import { createTokeniser } from '../../core/language/tokenise.ts';
import { createLog } from '../../core/log.ts';
import { createArticles } from '../../knowledge/articles.ts';
import { exportArticles } from '../../knowledge/exportArticles.ts';
import { fillFacts } from '../../knowledge/facts.ts';
import { formatArticleFile, parseArticleFile } from '../../knowledge/files.ts';
import { importArticles } from '../../knowledge/importArticles.ts';
import { passagesOf } from '../../knowledge/ingest/passages.ts';
import { readArticlesAt } from '../../knowledge/readFolder.ts';
import { createSearch } from '../../knowledge/search.ts';
import { readCsv, readJson, writeCsv } from '../../knowledge/tableFiles.ts';
import { watchKnowledge } from '../../knowledge/watch.ts';
import { seedDemo } from '../../scripts/demo/seedDemo.ts';
import { testDatabase } from '../support/database.ts';

const root = resolve(import.meta.dirname, '../..');
const demo = join(root, 'scripts/demo/articles');
const count = readdirSync(demo).length;
const languages = ['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko'];
const log = createLog('silent');

let base: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.drop());
beforeEach(async () => {
  await base.pool.query(
    `truncate article, shop_facts cascade; delete from setting; truncate shop_order, shop_customer, shop_product`,
  );
});

const file = (name: string, text: string) => ({ name, read: () => parseArticleFile(name, text) });
const article = (title: string, body = 'Text.') => `---\ntitle: ${title}\n---\n\n${body}\n`;

describe('the demo articles', () => {
  const names = readdirSync(demo);
  test('forty, each in twelve languages', () => {
    expect(names.length).toBeGreaterThanOrEqual(40 * 12);
    for (const slug of new Set(names.map((name) => name.split('.')[0])))
      for (const language of languages) expect(names).toContain(`${slug}.${language}.md`);
  });

  test('name every policy number, so that text and rules cannot disagree', () => {
    const facts = JSON.parse(readFileSync(join(root, 'scripts/demo/facts.json'), 'utf8'));
    for (const name of names) {
      const { content } = parseArticleFile(name, readFileSync(join(demo, name), 'utf8'));
      expect(fillFacts(content.body, facts, 'en'), name).not.toContain('{{');
      const bare = content.body
        .replace(/\{\{[^}]*\}\}/g, '')
        .replace(/^\d+\. /gm, '')
        .replace(/HH-\d+/g, '');
      expect(bare.match(/\p{N}+/gu), name).toBeNull();
    }
  });
});

describe('editing', () => {
  test('an older save never overwrites a newer one', async () => {
    const articles = createArticles(base.db);
    await articles.create({ slug: 'a', category: null, intents: [] });
    const content = { title: 'A', body: 'one', questions: [], keywords: [] };
    const saves = await Promise.allSettled(
      [1, 2].map(() => articles.saveDraft({ slug: 'a', language: 'en', content, baseVersion: 0, author: 'x' })),
    );
    expect(saves.map((save) => save.status).sort()).toEqual(['fulfilled', 'rejected']);
    await articles.saveDraft({
      slug: 'a',
      language: 'en',
      content: { ...content, body: 'two' },
      baseVersion: 1,
      author: 'y',
    });
    await expect(
      articles.saveDraft({ slug: 'a', language: 'en', content, baseVersion: 1, author: 'x' }),
    ).rejects.toMatchObject({ code: 'stale', details: { version: 2, by: 'y', draft: { body: 'two' } } });
    await expect(articles.publish({ slug: 'a', language: 'en', baseVersion: 1, author: 'x' })).rejects.toMatchObject({
      code: 'stale',
    });
  });

  test('a published change is found by the index of another process at once', async () => {
    const articles = createArticles(base.db);
    await articles.create({ slug: 'gift-wrap', category: null, intents: [] });
    const { version } = await articles.saveDraft({
      slug: 'gift-wrap',
      language: 'en',
      content: {
        title: 'Gift wrapping',
        body: 'We wrap presents in linen.',
        questions: ['do you wrap gifts'],
        keywords: [],
      },
      baseVersion: 0,
      author: 'x',
    });
    const events = createEvents({ connection: base.connection, schema: base.schema, log });
    await events.start();
    const search = createSearch({ tokenise: createTokeniser(loadConcepts()) });
    const watch = watchKnowledge({ db: base.db, events, search, log, pollMs: 60_000 });
    await watch.ready;
    expect(search.search({ text: 'do you wrap gifts', language: 'en' }).answer).toBe(false);
    await articles.publish({ slug: 'gift-wrap', language: 'en', baseVersion: version, author: 'x' });
    const started = Date.now();
    while (!search.search({ text: 'do you wrap gifts', language: 'en' }).answer && Date.now() - started < 5000)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now() - started).toBeLessThan(2000);
    await watch.stop();
    await events.stop();
  });
});

describe('files', () => {
  test('a folder goes in and comes out the same', async () => {
    const report = await importArticles(base.db, readArticlesAt(demo), { languages });
    expect(report.refused).toEqual([]);
    expect(report.created).toHaveLength(count);
    expect((await importArticles(base.db, readArticlesAt(demo), { languages })).unchanged).toHaveLength(count);
    const out = mkdtempSync(join(tmpdir(), 'anshin-export-'));
    for (const entry of await exportArticles(base.db))
      writeFileSync(join(out, `${entry.slug}.${entry.language}.md`), formatArticleFile(entry));
    expect((await importArticles(base.db, readArticlesAt(out), { languages })).unchanged).toHaveLength(count);
  });

  test('what a file holds beyond our fields comes back', () => {
    const text =
      '---\ntitle: A\nquestions:\n  - one | two\nowner: kim\nstate: stale\nvalid_from: 2026-01-01\n---\n\nBody\n';
    const read = parseArticleFile('a-b.de.md', text);
    expect(parseArticleFile('a-b.de.md', formatArticleFile(read))).toEqual(read);
    expect(read.extra).toEqual({ owner: 'kim' });
  });

  test('CSV and JSON carry the same', async () => {
    await importArticles(
      base.db,
      [file('a.en.md', '---\ntitle: "=SUM(A1)"\nquestions: [a|b, "c, d"]\n---\n\n- list "quoted"\n')],
      { languages },
    );
    const exported = await exportArticles(base.db);
    const csv = writeCsv(exported);
    expect(csv).toContain("'=SUM(A1)");
    expect(readCsv(csv).map((row) => row.read())).toEqual(exported);
    expect((await importArticles(base.db, readCsv(csv), { languages })).unchanged).toEqual(['a.en']);
  });

  test('each bad file is refused with a reason and the rest is taken', async () => {
    const report = await importArticles(
      base.db,
      [
        file('good.en.md', article('Good')),
        file('good.en.md', article('Twice')),
        file('No.en.md', article('Upper case')),
        file('no-language.md', article('x')),
        file('a.xx.md', article('French')),
        file('b.en.md', 'no front matter'),
        file('c.en.md', '---\ntitle: [\n---\n'),
        file('d.en.md', '---\nauthor: x\n---\nno title'),
        file('e.en.md', '---\ntitle: x\nvalid_from: soon\n---\n'),
        file('../../etc/passwd.en.md', article('x')),
        file('f.en.md', '---\na: &a [x, x]\nb: [*a, *a]\ntitle: bomb\n---\n'),
      ],
      { languages },
    );
    expect(report.created).toEqual(['good.en']);
    expect(report.refused).toHaveLength(10);
    expect(report.refused.map(({ reason }) => reason.code)).toEqual([
      'twice',
      'fileName',
      'fileName',
      'languageUnknown',
      'noFrontMatter',
      'frontMatterBroken',
      'noTitle',
      'date',
      'fileName',
      'frontMatterBroken',
    ]);
  });

  test.each([
    ['[1, 2]', 2],
    ['[{"slug":"a","language":"en","title":"A","body":"x"}]', 0],
  ])('JSON %s', (text, bad) => {
    const failed = readJson(text).filter((entry) => {
      try {
        entry.read();
        return false;
      } catch {
        return true;
      }
    });
    expect(failed).toHaveLength(bad);
  });

  test('a dry run changes nothing', async () => {
    const report = await importArticles(base.db, [file('a.en.md', article('A'))], { languages, dryRun: true });
    expect(report.created).toEqual(['a.en']);
    expect(await exportArticles(base.db)).toEqual([]);
  });

  test('the first article of the shop removes demo articles that nobody edited', async () => {
    await seedDemo(base.db, languages, new Date());
    const articles = createArticles(base.db);
    const { variants } = await articles.get('cancel-order');
    const english = variants.find((variant) => variant.language === 'en');
    if (!english) throw new Error('no variant');
    await articles.saveDraft({
      slug: 'cancel-order',
      language: 'en',
      content: english.draft,
      baseVersion: english.version,
      author: 'kim',
    });
    await importArticles(base.db, [file('own.en.md', article('Own'))], { languages });
    expect((await articles.list()).map((entry) => entry.slug)).toEqual(['cancel-order', 'own']);
  });
});

describe('search', () => {
  test('the command finds, across languages too, and says when nothing fits', () => {
    const questions = [
      { id: 1, text: 'wie lange darf ich etwas zurückgeben', slug: 'return-policy' },
      { id: 2, text: '关税要我付吗', slug: 'customs-duties' },
      { id: 3, text: 'my box vanished somewhere', slug: 'parcel-lost' },
      { id: 4, text: 'what is the airspeed of a swallow' },
    ];
    const input = [...questions.map((question) => JSON.stringify(question)), 'x'].join('\n');
    const output = execFileSync(join(root, 'node_modules/.bin/node'), ['scripts/search.ts', '--articles', demo], {
      cwd: root,
      input,
      encoding: 'utf8',
    });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const [i, question] of questions.entries()) {
      expect(lines[i].answer, question.text).toBe(question.slug !== undefined);
      if (question.slug) expect(lines[i].results[0].slug).toBe(question.slug);
      expect(new Set(lines[i].results.map((hit: { slug: string }) => hit.slug)).size).toBe(lines[i].results.length);
    }
    expect(lines[4]).toMatchObject({ line: 5 });
  });

  test('a market that the article is not for does not see it', () => {
    const search = createSearch({ tokenise: createTokeniser(loadConcepts()) });
    search.replace(
      [
        {
          slug: 'pix',
          language: 'en',
          title: 'Paying with Pix',
          body: 'Pix works.',
          questions: ['can I pay with Pix'],
          keywords: [],
          intents: [],
          markets: ['BR'],
          validFrom: null,
          validUntil: null,
        },
      ],
      {},
    );
    expect(search.search({ text: 'can I pay with Pix', language: 'en', market: 'BR' }).answer).toBe(true);
    expect(search.search({ text: 'can I pay with Pix', language: 'en', market: 'DE' }).results).toEqual([]);
  });

  test('a list stays whole in its passage', () => {
    const list = Array.from({ length: 30 }, (_, i) => `- point ${i} with some words to make it long`).join('\n');
    const passages = passagesOf(`First.\n\n${list}\n\nLast.`);
    expect(passages.filter((passage) => passage.includes('point'))).toHaveLength(1);
  });
});
