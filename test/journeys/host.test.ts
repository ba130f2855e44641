import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { chatOn, openBrowser, openPage } from '../support/browser.ts';

// The chat on a shop's own page: another origin, the strictest policy that docs/widget.md names, storage refused.
let app: TestApp;
let browser: Browser;
let shop: Server;
let page: string;
let stranger: Server;
let strangerPage: string;

const html = (widget: string) =>
  `<!doctype html><html lang="de"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1><p>Some words.</p><script src="${widget}" data-market="DE" async></script></html>`;

beforeAll(async () => {
  const serve = () =>
    createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader(
        'Content-Security-Policy',
        `default-src 'none'; script-src ${app.base}; connect-src ${app.base}; img-src ${app.base}`,
      );
      response.end(html(`${app.base}/widget.js`));
    });
  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  shop = serve();
  stranger = serve();
  page = await listen(shop);
  strangerPage = await listen(stranger);
  [app, browser] = await Promise.all([startApp({ ALLOWED_ORIGINS: page }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  shop?.close();
  stranger?.close();
});

test('it works under the strictest policy, sets no cookie, and moves or blocks nothing before the click', async () => {
  const { page: tab, problems, close } = await openPage(browser, { locale: 'de-DE' });
  await tab.addInitScript(() => {
    const seen = { shift: 0, long: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await tab.goto(page);
  await tab.locator('anshin-chat button[data-anshin=launcher]').waitFor();
  // What the widget's script itself costs the page, measured from its own entry on.
  const cost = await tab.evaluate(async () => {
    const long: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name !== 'unknown') long.push(entry.duration);
    }).observe({ type: 'longtask', buffered: true });
    await new Promise((done) => setTimeout(done, 500));
    return {
      shift: (window as unknown as { seen: { shift: number } }).seen.shift,
      requests: performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname),
      long,
    };
  });
  expect(cost.shift).toBe(0);
  // Before the click one script is loaded, and nothing else.
  expect(cost.requests).toEqual(['/widget.js']);
  expect(cost.long.filter((ms) => ms > 500)).toEqual([]);
  const chat = chatOn(tab);
  await chat.open();
  await chat.say('Was kostet der Versand?');
  await chat.see(/Versand in der EU/);
  expect(problems).toEqual([]);
  expect(await tab.context().cookies()).toEqual([]);
  await close();
});

test('where storage is refused the chat lives as long as the page', async () => {
  const { page: tab, problems, close } = await openPage(browser, { locale: 'de-DE' });
  await tab.addInitScript(() => {
    const refuse = {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    };
    Object.defineProperty(window, 'localStorage', refuse);
    Object.defineProperty(window, 'sessionStorage', refuse);
  });
  await tab.goto(page);
  const chat = chatOn(tab);
  await chat.open();
  await chat.say('Wie lange kann ich etwas zurückgeben?');
  await chat.see('innerhalb von 30 Tagen');
  expect(problems).toEqual([]);
  await close();
});

test('a page that is not on the list shows the button and gets no conversation', async () => {
  const { page: tab, close } = await openPage(browser, { locale: 'de-DE' });
  await tab.goto(strangerPage);
  await tab.locator('anshin-chat button[data-anshin=launcher]').click();
  await tab.waitForTimeout(1500);
  expect(await tab.locator('anshin-chat .bubble').count()).toBe(0);
  const { rows } = await app.pool.query(
    `select count(*)::int as n from contact where created_at > now() - interval '1 second'`,
  );
  expect(rows[0].n).toBe(0);
  await close();
});

test('at 200 % nothing is cut off and the box can be reached', async () => {
  // 200 % of a 1280 screen is a 640 one to the page.
  const { page: tab, close } = await openPage(browser, {
    locale: 'de-DE',
    viewport: { width: 640, height: 430 },
    deviceScaleFactor: 2,
  });
  await tab.goto(page);
  const chat = chatOn(tab);
  await chat.open();
  await chat.say('Was kostet der Versand?');
  await chat.see(/Versand in der EU/);
  const panel = await tab.locator('anshin-chat .panel').boundingBox();
  const box = await tab.locator('anshin-chat textarea').boundingBox();
  expect(panel && panel.y >= 0 && panel.y + panel.height <= 430).toBe(true);
  expect(box && box.y + box.height <= 430).toBe(true);
  await close();
});
