import { join, resolve } from 'node:path';
import { setImmediate as nextTask } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUnderstanding } from '../../bot/understanding/understanding.ts';
import { loadConcepts } from '../../core/language/concepts.ts';
import { createArticles } from '../../knowledge/articles.ts';
import { importArticles } from '../../knowledge/importArticles.ts';
import { readArticlesAt } from '../../knowledge/readFolder.ts';
import { createReplay } from '../../knowledge/replay.ts';
import { testDatabase } from '../support/database.ts';

const demo = join(resolve(import.meta.dirname, '../..'), 'scripts/demo/articles');
const languages = ['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko'];
const understand = createUnderstanding({ lexicon: loadConcepts() });
const intentsOf = (text: string, language: string) => understand(text, { language }).intents;

let base: Awaited<ReturnType<typeof testDatabase>>;
let replay: ReturnType<typeof createReplay>;
beforeAll(async () => {
  base = await testDatabase();
  await importArticles(base.db, readArticlesAt(demo), { languages });
  replay = createReplay({ db: base.db, articles: createArticles(base.db), gistOf: understand.gist });
});
afterAll(() => base.drop());

async function asked(...questions: [string, string][]): Promise<void> {
  await base.pool.query('truncate contact cascade');
  const { rows } = await base.pool.query(
    `with c as (insert into contact (channel) values ('web') returning id)
     insert into conversation (contact_id, channel, language) select id, 'web', 'en' from c returning id`,
  );
  for (const [i, [language, text]] of questions.entries())
    await base.pool.query(
      `insert into gap_question (conversation_id, seq, kinds, language, text, intents, asked_at) values ($1, $2, '{refused}', $3, $4, $5, now())`,
      [rows[0].id, i, language, text, JSON.stringify(intentsOf(text, language).slice(0, 3))],
    );
}

const bell = {
  slug: 'bicycle-bells',
  language: 'en',
  title: 'Bicycle bells by engravers',
  body: 'We engrave bicycle bells with up to ten letters.',
  questions: ['can you engrave a bicycle bell'],
  keywords: ['engrave', 'bicycle', 'bell'],
};

test('says which past questions a draft would answer', async () => {
  await asked(['en', 'Can you engrave my bicycle bell?'], ['en', 'What does shipping cost?'], ['en', 'zzz qqq xxx']);
  expect(await replay(bell)).toEqual({
    asked: 3,
    answers: [{ text: 'Can you engrave my bicycle bell?', language: 'en' }],
    changes: [],
  });
});

test('says which answered questions it would take over, and which it would spoil', async () => {
  await asked(['en', 'How much is shipping for a heavy sofa to Norway?'], ['en', 'Can you engrave my bicycle bell?']);
  const greedy = {
    ...bell,
    slug: 'greedy',
    questions: ['How much is shipping for a heavy sofa to Norway?', 'what does it cost to ship a heavy sofa to Norway'],
    keywords: ['heavy', 'sofa', 'Norway', 'shipping'],
  };
  expect((await replay({ ...greedy, title: 'How much is shipping for a heavy sofa to Norway?' })).changes).toEqual([
    { text: 'How much is shipping for a heavy sofa to Norway?', language: 'en', from: 'shipping-costs', to: 'greedy' },
  ]);
  const articles = createArticles(base.db);
  await articles.create({ slug: bell.slug, category: null, intents: ['product_question'] });
  const { slug, language, ...content } = bell;
  await articles.saveDraft({ slug, language, content, baseVersion: 0, author: 'x' });
  await articles.publish({ slug, language, baseVersion: 1, author: 'x' });
  const emptied = { ...bell, title: 'Bells', body: 'Later.', questions: [], keywords: [] };
  expect((await replay(emptied)).changes).toEqual([
    { text: 'Can you engrave my bicycle bell?', language: 'en', from: 'bicycle-bells', to: null },
  ]);
  expect((await replay(bell)).changes).toEqual([]);
});

test('500 questions leave the event loop free', async () => {
  await asked(...Array.from({ length: 600 }, (_, i): [string, string] => ['en', `question ${i} about engraved bells`]));
  let longest = 0;
  let over = false;
  const done = replay(bell).finally(() => {
    over = true;
  });
  for (let last = performance.now(); !over; ) {
    await nextTask();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  expect((await done).asked).toBe(500);
  process.stderr.write(`  replay held the event loop for at most ${Math.round(longest)} ms\n`);
  expect(longest).toBeLessThan(500);
});
