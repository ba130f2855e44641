import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StaffMember, staffMember, startApp, type TestApp } from '../support/app.ts';
import { chatOn, openBrowser, openPage } from '../support/browser.ts';

// Reload, sleep, tabs, no network, strict settings: nothing is lost, nothing is said twice.
let app: TestApp;
let browser: Browser;
let mei: Pick<StaffMember, 'call' | 'conversation'>;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  mei = await staffMember(app, ['supervisor'], 'Mei');
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const idOf = (page: Page) => page.evaluate(() => localStorage.getItem('anshin.conversation') ?? '');
const streams = () => (app.running.app.locals.openStreams as () => number)();

async function opened(options = {}) {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB', ...options });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  await expect.poll(() => idOf(page)).not.toBe('');
  return { page, chat, problems, close, id: await idOf(page) };
}

async function takeOver(id: string): Promise<(text: string) => Promise<void>> {
  const { conversation } = await mei.conversation(id);
  const taken = await mei.call('POST', `/desk/conversations/${id}/takeover`, {
    ownerVersion: conversation.ownerVersion,
  });
  const { ownerVersion } = (await taken.json()) as { ownerVersion: number };
  return async (text) => {
    const said = await mei.call('POST', `/desk/conversations/${id}/reply`, {
      text,
      clientId: `reply-${Math.random().toString(36).slice(2)}`,
      ownerVersion,
    });
    expect(said.ok).toBe(true);
  };
}

async function rows(page: Page): Promise<string[]> {
  return page.locator('anshin-chat .row .bubble').allInnerTexts();
}

test('what a person wrote while the network was away is there, although the customer wrote first when it was back', async () => {
  const { page, chat, close, id } = await opened();
  await chat.say('hello');
  await chat.see('How can I help');
  const reply = await takeOver(id);
  await reply('I am Mei.');
  await chat.see('I am Mei.');
  // The stream breaks, and the way to a new one is closed longer than the way of messages.
  await page.route('**/channels/web/stream**', (route) => route.abort());
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForTimeout(300);
  await page.context().setOffline(true);
  await reply('Your parcel is found.');
  await chat.say('are you there?');
  const answered = page.waitForResponse('**/channels/web/messages');
  await page.context().setOffline(false);
  await answered;
  await page.unroute('**/channels/web/stream**');
  await chat.see('Your parcel is found.');
  const said = await rows(page);
  expect(said.indexOf('Your parcel is found.')).toBeLessThan(said.indexOf('are you there?'));
  expect(said.filter((text) => text === 'are you there?')).toHaveLength(1);
  await close();
});

test('two tabs write without a network and are closed: the next page sends both, once', async () => {
  const { page, chat, close, id } = await opened();
  await chat.say('hello');
  await chat.see('How can I help');
  const other = await page.context().newPage();
  await other.goto(app.base);
  await chatOn(other).open();
  await chatOn(other).see('How can I help');
  // The pages' own requests go nowhere; closing them leaves what they keep.
  await page.context().route('**/channels/web/messages', (route) => route.abort());
  await chat.say('from the first tab');
  await chatOn(other).say('from the second tab');
  await chat.see('from the first tab');
  await chatOn(other).see('from the second tab');
  await page.close();
  await other.close();
  const next = await anotherPage(page);
  await chatOn(next).see('from the first tab');
  await expect
    .poll(async () => {
      const { rows: stored } = await app.pool.query(
        `select text from message where conversation_id = $1 and sender = 'customer' order by seq`,
        [id],
      );
      return stored.map((row) => row.text);
    })
    .toEqual(['hello', 'from the first tab', 'from the second tab']);
  await close();
});

// Another page of the same visitor, with a network.
async function anotherPage(page: Page): Promise<Page> {
  const context = page.context();
  await context.unrouteAll();
  const next = await context.newPage();
  await next.goto(app.base);
  await chatOn(next).open();
  return next;
}

test('the wish for a person is kept while there is no network', async () => {
  const { page, chat, close } = await opened();
  await chat.say('hello');
  await chat.see('How can I help');
  await page.context().setOffline(true);
  await chat.button('Talk to a person').click();
  await chat.see(/No connection/);
  await page.context().setOffline(false);
  await chat.see(/Position \d+ in the queue/);
  expect((await rows(page)).filter((text) => text === 'Talk to a person')).toHaveLength(1);
  await close();
});

test('a closed conversation still offers a person', async () => {
  const { chat, close, id } = await opened();
  await chat.say('hello');
  await chat.see('How can I help');
  await takeOver(id);
  const { conversation } = await mei.conversation(id);
  await mei.call('POST', `/desk/conversations/${id}/close`, { ownerVersion: conversation.ownerVersion });
  await chat.see(/This conversation is closed/);
  await chat.button('Talk to a person').click();
  await chat.see(/Position \d+ in the queue/);
  await close();
});

test('what stands in the box outlives a closed chat and a reload', async () => {
  const { page, close } = await opened();
  const box = page.locator('anshin-chat textarea');
  await box.fill('It took me ten minutes to write this');
  await box.press('Escape');
  await box.waitFor({ state: 'detached' });
  await chatOn(page).open();
  expect(await box.inputValue()).toBe('It took me ten minutes to write this');
  await page.reload();
  await chatOn(page).open();
  expect(await box.inputValue()).toBe('It took me ten minutes to write this');
  await box.press('Enter');
  await page.reload();
  await chatOn(page).open();
  expect(await box.inputValue()).toBe('');
  await close();
});

test('ten tabs share one stream, show the same once, and follow into the next conversation', async () => {
  const { page, chat, close, id } = await opened();
  await expect.poll(streams).toBeGreaterThan(0);
  const before = streams();
  const tabs = [page];
  for (let i = 0; i < 9; i += 1) {
    const tab = await page.context().newPage();
    await tab.goto(app.base);
    await chatOn(tab).open();
    tabs.push(tab);
  }
  expect(streams()).toBe(before);
  await chatOn(tabs[4] as Page).say('How long does delivery take?');
  for (const tab of tabs) await chatOn(tab).see('We pack within 2 working days');
  for (const tab of tabs) expect(await chatOn(tab).count('.row.customer')).toBe(1);
  await app.pool.query(
    `update conversation set state = 'closed', closed_at = now() - interval '9 days', closed_from = 'bot' where id = $1`,
    [id],
  );
  await chat.say('What does shipping cost?');
  for (const tab of tabs) await chatOn(tab).see('shipping');
  await expect
    .poll(() => Promise.all(tabs.map((tab) => chatOn(tab).count('.row.customer'))))
    .toEqual(tabs.map(() => 2));
  // Who leads closes: another tab takes over.
  await page.close();
  await chatOn(tabs[7] as Page).say('thanks');
  await chatOn(tabs[9] as Page).see("You're welcome");
  await close();
}, 90_000);

test('after sleep a connection that only looks alive is opened again', async () => {
  const { page, close } = await openPage(browser, { locale: 'en-GB' });
  // The page's clock can be moved: it jumps as with a lid that was shut for ten minutes.
  await page.clock.install();
  let opens = 0;
  page.on('request', (request) => {
    if (request.url().includes('/channels/web/stream')) opens += 1;
  });
  await page.goto(app.base);
  await page.locator('anshin-chat button[data-anshin=launcher]').click();
  await expect.poll(() => opens).toBe(1);
  await page.clock.fastForward('10:00');
  await expect.poll(() => opens, { timeout: 10_000 }).toBeGreaterThan(1);
  await close();
});

test('where the browser refuses all storage, locks and cookies, the chat still answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anshin-strict-'));
  mkdirSync(join(folder, 'Default'), { recursive: true });
  // The user's own switch "block all cookies".
  writeFileSync(
    join(folder, 'Default/Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(12_000);
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  await page.goto(app.base);
  const refused = await page.evaluate(() => {
    try {
      localStorage.getItem('x');
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('How long does delivery take?');
  await chat.see('We pack within 2 working days');
  expect(thrown).toEqual([]);
  await context.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a value that something else left in the storage breaks nothing', async () => {
  const { page, problems, close } = await opened();
  await page.evaluate(() => {
    localStorage.setItem('anshin.votes', '{"half');
    localStorage.setItem('anshin.out.abc', 'null');
  });
  await page.reload();
  await chatOn(page).open();
  await chatOn(page).say('hello');
  await chatOn(page).see('How can I help');
  expect(problems).toEqual([]);
  await close();
});

test('the order of the page is the one that is meant: only its proof is asked for', async () => {
  const { page, close } = await openPage(browser, { locale: 'es-ES' });
  await page.goto(`${app.base}/orders/HH-24803?lang=es`);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('¿Dónde está mi pedido?');
  await chat.see(/código postal del pedido HH-24803/);
  await chat.say('200041');
  await chat.see(/no encuentro ningún pedido|No encuentro/i);
  await chat.say('200040');
  await page.locator('anshin-chat section.order').getByText('HH-24803').waitFor();
  await close();
});
