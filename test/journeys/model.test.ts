import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
import { chatOn, openBrowser, openPage, picture } from '../support/browser.ts';
import { type Answer, type FakeModel, startFakeModel } from '../support/fakeModel.ts';

let app: TestApp;
let browser: Browser;
let fake: FakeModel;
let composed: Answer = 'NONE';
beforeAll(async () => {
  fake = await startFakeModel();
  fake.always((request) => {
    if (request.task === 'answer') return composed;
    return request.task === 'understand'
      ? JSON.stringify({
          intents: ['return_policy'],
          emotion: 'calm',
          commands: [{ type: 'ask', intent: 'return_policy' }],
        })
      : '{"order":[1]}';
  });
  [app, browser] = await Promise.all([startApp({ MODEL_NAME: 'small', MODEL_BASE_URL: fake.url }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await fake?.stop();
});

const first = 'You can send anything back within 30 days of delivery. [1]\n';
const second = 'It should be unused and complete. [1]\n';

function held(pieces: string[], end: { reset?: true } = {}) {
  let release = () => undefined as void;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  composed = { pieces, hold: () => until, ...end };
  return () => release();
}

test('a forming answer stands as a draft, sentence by sentence, and the stored one replaces it', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  const release = held([first, second]);
  await chat.say('how long can I return something?');
  const draft = page.locator('anshin-chat .draft');
  await draft.getByText('You can send anything back within 30 days of delivery.').waitFor();
  expect(await draft.textContent()).not.toMatch(/unused|\[1\]/);
  await picture(page, 'model-draft');
  release();
  await chat.see('It should be unused and complete.');
  await page.locator('anshin-chat .article').waitFor();
  expect(await draft.count()).toBe(0);
  await picture(page, 'model-answer');
  expect(problems).toEqual([]);
  await close();
});

test('when the connection breaks in the middle, the passage itself replaces the draft', async () => {
  const { page, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  const release = held([first, 'It should be'], { reset: true });
  await chat.say('how long can I return something?');
  await page.locator('anshin-chat .draft').waitFor();
  release();
  await chat.see('sale items too');
  expect(await page.locator('anshin-chat .draft').count()).toBe(0);
  await close();
});

test('a takeover in mid-stream takes the draft back, and nothing of it is stored', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  const release = held([first, second]);
  await chat.say('how long can I return something?');
  const draft = page.locator('anshin-chat .draft');
  await draft.getByText('within 30 days').waitFor();
  const id = await page.evaluate(() => localStorage.getItem('anshin.conversation') ?? '');
  const admin = await adminOf(app);
  const { conversation } = await admin.conversation(id);
  const taken = await admin.call('POST', `/desk/conversations/${id}/takeover`, {
    ownerVersion: conversation.ownerVersion,
  });
  expect(taken.status).toBe(200);
  await draft.waitFor({ state: 'detached' });
  release();
  await page.waitForTimeout(1500);
  expect(await draft.count()).toBe(0);
  const { rows } = await app.pool.query(
    `select count(*)::int as n from message where conversation_id = $1 and sender = 'bot'`,
    [id],
  );
  expect(rows[0].n).toBe(0);
  await picture(page, 'model-takeover');
  expect(problems).toEqual([]);
  await close();
});

test('from right to left too: a translated article is marked', async () => {
  await app.pool.query(
    `delete from article_version where language = 'ar' and article_id in (select id from article where slug = 'return-policy')`,
  );
  await app.pool.query(
    `delete from article_variant where language = 'ar' and article_id in (select id from article where slug = 'return-policy')`,
  );
  await app.pool.query(`update knowledge_revision set revision = revision + 1`);
  const { page, problems, close } = await openPage(browser, { locale: 'ar-AE', viewport: { width: 390, height: 800 } });
  await page.waitForTimeout(4000);
  await page.goto(`${app.base}/?lang=ar`);
  composed = 'يمكنكم إرجاع أي شيء خلال 30 يومًا من التسليم. [1]\n';
  const chat = chatOn(page);
  await chat.open();
  await chat.say('ما هي سياسة الإرجاع؟');
  await chat.see(/ترجمة آلية/);
  await chat.see(/خلال 30 يومًا/);
  await picture(page, 'model-translated-ar');
  expect(problems).toEqual([]);
  await close();
});
