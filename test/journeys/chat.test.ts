import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellDraft, withdrawDraft } from '../../core/conversations/drafts.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { chatOn, openBrowser, openPage, picture } from '../support/browser.ts';
import { connect } from '../support/database.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function conversationOf(page: import('playwright-core').Page): Promise<string> {
  return page.evaluate(() => localStorage.getItem('anshin.conversation') ?? '');
}

test('a photo is shown, refused files are named with the reason, the agent’s copy has no metadata', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  const folder = mkdtempSync(join(tmpdir(), 'anshin-photos-'));
  const good = join(folder, 'vase.jpg');
  const bad = join(folder, 'vase.svg');
  writeFileSync(
    good,
    await sharp({ create: { width: 900, height: 600, channels: 3, background: '#a63' } })
      .withExif({ IFD0: { Make: 'SecretCamera' } })
      .jpeg()
      .toBuffer(),
  );
  writeFileSync(bad, '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"/>');
  await page.locator('anshin-chat input[type=file]').setInputFiles([good, bad]);
  await page.locator('anshin-chat .photos .refused').getByText('only JPEG, PNG, WebP and HEIC').waitFor();
  await page.locator('anshin-chat .photos img').waitFor();
  await picture(page, 'chat-photo-box');
  await chat.say('my vase arrived broken');
  const photo = page.locator('anshin-chat .customer .photo img');
  await photo.waitFor();
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(900);
  await chat.see(/sorry|replacement/i);
  await picture(page, 'chat-photo');
  const { rows } = await app.pool.query('select bytes from attachment where conversation_id is not null');
  expect(rows).toHaveLength(1);
  expect(rows[0].bytes.includes('SecretCamera')).toBe(false);
  expect(problems).toEqual([]);
  await close();
});

test('an answer is judged, and a no offers a person', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('how long do I have to return something?');
  await chat.see('within 30 days');
  await page.locator('anshin-chat .vote').getByRole('button', { name: 'No' }).click();
  await page.locator('anshin-chat .vote').getByText('A person can help you now').waitFor();
  await expect
    .poll(async () => (await app.pool.query(`select slug, helpful from article_vote`)).rows)
    .toEqual([{ slug: 'return-policy', helpful: false }]);
  // It is remembered, also after a reload.
  await page.reload();
  await page.locator('anshin-chat button[data-anshin=launcher]').click();
  await page.locator('anshin-chat .vote').getByText('A person can help you now').waitFor();
  await page.locator('anshin-chat .vote').getByRole('button', { name: 'Talk to a person' }).click();
  await chat.see('A colleague will take over');
  expect(problems).toEqual([]);
  await close();
});

test('a forming reply stands as a draft until the stored one replaces it or it is taken back', async () => {
  const { page, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('hello');
  await chat.see('How can I help');
  const conversationId = await conversationOf(page);
  const base = await connect(app);
  const draft = page.locator('anshin-chat .draft');
  expect(await tellDraft(base.db, { conversationId, ownerVersion: 0, n: 0, text: 'Delivery takes' })).toBe(true);
  expect(await tellDraft(base.db, { conversationId, ownerVersion: 0, n: 1, text: 'three <b>days</b>.' })).toBe(true);
  await draft.getByText('Delivery takes three <b>days</b>.').waitFor();
  await withdrawDraft(base.db, conversationId);
  await draft.waitFor({ state: 'detached' });
  await tellDraft(base.db, { conversationId, ownerVersion: 0, n: 0, text: 'It takes' });
  await draft.getByText('It takes').waitFor();
  await chat.say('thanks');
  await chat.see("You're welcome");
  expect(await draft.count()).toBe(0);
  // Somebody else owns it by now: nothing is shown any more.
  expect(await tellDraft(base.db, { conversationId, ownerVersion: 7, n: 0, text: 'late' })).toBe(false);
  await base.close();
  await close();
});

test('of ten thousand messages the last ones are there at once, the older ones a page at a time, those of earlier conversations too', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('hello');
  await chat.see('How can I help');
  const old = await conversationOf(page);
  // The conversation of long ago has closed; a new one with 10,000 messages followed it.
  await app.pool.query(
    `update conversation set state = 'closed', closed_at = now() - interval '9 days', closed_from = 'bot' where id = $1`,
    [old],
  );
  await chat.say('and now something new');
  await expect.poll(() => conversationOf(page)).not.toBe(old);
  // What was said before stands above.
  await page.locator('anshin-chat .list').getByText('How can I help').first().waitFor();
  const id = await conversationOf(page);
  await expect
    .poll(
      async () =>
        (await app.pool.query('select turn_due_at from conversation where id = $1', [id])).rows[0].turn_due_at,
    )
    .toBeNull();
  const { rows } = await app.pool.query('select message_seq from conversation where id = $1', [id]);
  const from = rows[0].message_seq as number;
  await app.pool.query(
    `insert into message (conversation_id, seq, sender, language, body, text, channel)
     select $1, n, 'system', 'en', jsonb_build_array(jsonb_build_object('type','text','spans',jsonb_build_array(jsonb_build_object('text','line ' || n)))), 'line', 'web'
     from generate_series($2::int + 1, 10000) n`,
    [id, from],
  );
  await app.pool.query('update conversation set message_seq = 10000 where id = $1', [id]);
  await page.reload();
  const started = Date.now();
  await page.locator('anshin-chat button[data-anshin=launcher]').click();
  await page.locator('anshin-chat .list').getByText('line 10000', { exact: true }).waitFor();
  expect(Date.now() - started).toBeLessThan(5000);
  const count = () => page.locator('anshin-chat .row').count();
  expect(await count()).toBeLessThanOrEqual(60);
  await chat.button('Earlier messages').click();
  await page.locator('anshin-chat .list').getByText('line 9901', { exact: true }).waitFor();
  expect(await count()).toBe(100);
  // Near the beginning the pages go over into the conversation before.
  await app.pool.query('delete from message where conversation_id = $1 and seq < 9951 and seq > $2', [id, from]);
  await page.reload();
  await page.locator('anshin-chat button[data-anshin=launcher]').click();
  await page.locator('anshin-chat .list').getByText('line 10000', { exact: true }).waitFor();
  for (
    let i = 0;
    i < 8 && (await page.locator('anshin-chat .list').getByText('How can I help').count()) === 0;
    i += 1
  ) {
    await chat
      .button('Earlier messages')
      .click()
      .catch(() => undefined);
    await page.waitForTimeout(150);
  }
  expect(problems).toEqual([]);
  await close();
}, 60_000);

test('the conversation can be kept as a text', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'de-DE' });
  await page.goto(`${app.base}/?lang=de`);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('Was kostet der Versand?');
  await chat.see(/Versand in der EU/);
  await chat.button(/Menü/).click();
  await picture(page, 'chat-menu');
  const [download] = await Promise.all([page.waitForEvent('download'), chat.button('Kopie behalten').click()]);
  const text = readFileSync((await download.path()) ?? '', 'utf8');
  expect(text).toContain('Was kostet der Versand?');
  expect(text).toMatch(/Assistent\n/);
  expect(download.suggestedFilename()).toMatch(/^Havn-Hana-\d{4}-\d\d-\d\d\.txt$/);
  expect(problems).toEqual([]);
  await close();
});
