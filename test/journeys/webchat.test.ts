import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffMember, startApp, type TestApp } from '../support/app.ts';
import { openBrowser, openPage, picture } from '../support/browser.ts';

// Microsoft's own Web Chat, on a page of another origin, against our Direct Line.
let app: TestApp;
let browser: Browser;
let shop: Server;
let page: string;

beforeAll(async () => {
  const bundle = join(import.meta.dirname, '../../node_modules/botframework-webchat/dist/webchat.js');
  shop = createServer((request, response) => {
    if (request.url === '/webchat.js') {
      response.setHeader('Content-Type', 'text/javascript');
      createReadStream(bundle).pipe(response);
      return;
    }
    const url = new URL(request.url ?? '/', 'http://shop');
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(host(url.searchParams.get('webSocket') !== 'no', url.searchParams.get('locale') ?? 'en-US'));
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  page = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  [app, browser] = await Promise.all([startApp({ ALLOWED_ORIGINS: page }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  shop?.close();
});

function host(webSocket: boolean, locale: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Shop</title><style>html,body,#chat{height:100%;margin:0}</style><div id="chat"></div><script src="/webchat.js"></script><script>
  (async () => {
    const answer = await fetch('${app.base}/v3/directline/tokens/site', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    const { token } = await answer.json();
    WebChat.renderWebChat({ directLine: WebChat.createDirectLine({ token, domain: '${app.base}/v3/directline', webSocket: ${webSocket} }), locale: '${locale}' }, document.getElementById('chat'));
  })();</script>`;
}

test.each([
  ['WebSocket', 'yes'],
  ['polling', 'no'],
])('Web Chat over %s: a question, a button, a photo, a person', async (name, webSocket) => {
  const { page: tab, problems, close } = await openPage(browser);
  await tab.goto(`${page}/?webSocket=${webSocket}`);
  const box = tab.getByRole('textbox', { name: /Message input box/i });
  await box.waitFor({ timeout: 20_000 });
  await tab.getByText('automated assistant').first().waitFor({ timeout: 15_000 });
  await box.fill('how long do I have to return something?');
  await box.press('Enter');
  await tab.getByText('within 30 days').first().waitFor({ timeout: 15_000 });
  // Once, although the client showed it before our echo came.
  expect(
    await tab
      .locator('[role=log], .webchat__basic-transcript')
      .getByText('how long do I have to return something?')
      .count(),
  ).toBeGreaterThan(0);
  expect(
    await tab.locator('.webchat__bubble__content').getByText('how long do I have to return something?').count(),
  ).toBe(1);

  const file = join(mkdtempSync(join(tmpdir(), 'anshin-photo-')), 'vase.jpg');
  writeFileSync(
    file,
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#357' } })
      .jpeg()
      .toBuffer(),
  );
  await tab.locator('input[type=file]').first().setInputFiles(file);
  // Its preview must stand before it is sent.
  await tab.waitForTimeout(800);
  await box.press('Enter');
  await tab.getByText('the photo is here').first().waitFor({ timeout: 15_000 });
  const photo = tab.locator(`img[src^="${app.base}/v3/directline/attachments/"]`).first();
  await photo.waitFor();
  await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(300);

  await tab.getByRole('toolbar').getByRole('button', { name: 'Talk to a person' }).click();
  await tab.getByText('A colleague will take over').first().waitFor({ timeout: 15_000 });
  const agent = await staffMember(app, ['agent'], 'Mei');
  const { rows } = await app.pool.query(
    `select id, owner_version from conversation where channel = 'directline' and state = 'waiting' order by opened_at desc limit 1`,
  );
  const id = rows[0].id as string;
  await agent.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion: rows[0].owner_version });
  const { conversation } = await agent.conversation(id);
  await agent.call('POST', `/desk/conversations/${id}/reply`, {
    text: 'Hello, Mei here. I see your vase.',
    clientId: 'hello-mei-1',
    ownerVersion: conversation.ownerVersion,
  });
  await tab.getByText('I see your vase').first().waitFor({ timeout: 15_000 });
  await picture(tab, `webchat-${name.toLowerCase()}`);
  expect(problems).toEqual([]);
  await close();
});

test('Web Chat in German gets German answers', async () => {
  const { page: tab, close } = await openPage(browser, { locale: 'de-DE' });
  await tab.goto(`${page}/?locale=de-DE`);
  await tab.getByText('automatische Assistent').first().waitFor({ timeout: 20_000 });
  const box = tab.locator('[data-testid="send box text area"], .webchat__send-box-text-box__input').first();
  await box.fill('Was kostet der Versand?');
  await box.press('Enter');
  await tab
    .getByText(/Versand/)
    .nth(1)
    .waitFor({ timeout: 15_000 });
  await close();
});
