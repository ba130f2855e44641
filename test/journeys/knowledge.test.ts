import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
import { zipOf } from '../support/archives.ts';
import { openBrowser, openPage, picture, signIn } from '../support/browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp({ LIMIT_LOGINS_15_MINUTES: '100' }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function editor(name: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, { locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options });
  const invited = await (await adminOf(app)).call('POST', '/people', {
    email: `${name.toLowerCase()}@example.com`,
    name,
    roles: ['editor'],
  });
  await signIn(opened.page, app, ((await invited.json()) as { link: string }).link, name);
  return opened;
}

const open = async (page: Page, path: string) => {
  await page.goto(`${app.base}/staff/knowledge${path}`);
};
const state = (page: Page, wanted: string) => page.locator(`[data-testid=done][data-state=${wanted}]`).waitFor();
async function publish(page: Page) {
  await page.getByTestId('publish').click();
  await page.getByTestId('done').getByText('Published').waitFor();
}

test('an article in three languages: published, stale after a change, rolled back', { timeout: 90_000 }, async () => {
  const { page, problems, close } = await editor('Edda');
  await open(page, '');
  await page.getByRole('button', { name: 'New article' }).click();
  await page.getByLabel('Short name').fill('gift-wrapping');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  for (const [language, title, body] of [
    ['en', 'Gift wrapping', 'We wrap presents in linen.'],
    ['de', 'Geschenkverpackung', 'Wir packen Geschenke in Leinen.'],
    ['ar', 'تغليف الهدايا', 'نغلف الهدايا بالكتان.'],
  ] as const) {
    if (language !== 'en') await open(page, `/gift-wrapping/${language}`);
    await page.getByLabel('Title').fill(title);
    await page.getByTestId('body').fill(body);
    await page.locator('.chat-bubble').getByText(body).waitFor();
    await publish(page);
  }
  expect(await page.getByTestId('body').evaluate((box) => getComputedStyle(box).direction)).toBe('rtl');

  // The source changes: its translations say so and show what changed.
  await open(page, '/gift-wrapping/en');
  await page.getByTestId('body').fill('We wrap presents in silk. {{nope}}');
  await page.getByTestId('unknown-facts').getByText('{{nope}}').waitFor();
  await page.getByTestId('body').fill('We wrap presents in silk.');
  await publish(page);
  await open(page, '/gift-wrapping/de');
  await page.getByTestId('behind').waitFor();
  expect(await page.getByTestId('source').locator('del').allTextContents()).toContain('linen');
  expect(await page.getByTestId('source').locator('ins').allTextContents()).toContain('silk');
  await picture(page, 'knowledge-translation');
  await page.getByTestId('body').fill('Wir packen Geschenke in Seide.');
  await page.getByTestId('mark-reviewed').click();
  await page.getByTestId('behind').waitFor({ state: 'detached' });
  await publish(page);
  await open(page, '');
  await page.getByLabel('Filter').fill('gift-wrap');
  const row = page.getByRole('row').filter({ hasText: 'gift-wrapping' });
  expect(await row.locator('[data-state=stale]').count()).toBe(1);
  expect(await row.locator('[data-state=published]').count()).toBe(2);
  expect(await row.locator('[data-state=missing]').count()).toBe(9);

  // One click brings an old version back.
  await open(page, '/gift-wrapping/en');
  await page.getByTestId('tab-versions').click();
  await page.getByTestId('version').nth(1).getByRole('button').click();
  await page.getByTestId('rollback').click();
  await page.getByTestId('version').nth(2).waitFor();
  expect(await page.getByTestId('body').inputValue()).toBe('We wrap presents in linen.');
  await open(page, '/gift-wrapping/ar');
  await page.getByTestId('source').waitFor();
  expect(await page.getByTestId('behind').count()).toBe(0);
  expect(problems).toEqual([]);
  await close();
});

test('writing is saved by itself, undone, kept while offline, and guarded on leaving', {
  timeout: 60_000,
}, async () => {
  const { page, problems, close } = await editor('Auto');
  await open(page, '/return-policy/en');
  const body = page.getByTestId('body');
  await body.waitFor();
  const before = await body.inputValue();
  await body.fill('First words.');
  await state(page, 'dirty');
  await state(page, 'saved');
  await body.press('Control+z');
  expect(await body.inputValue()).toBe(before);
  await body.press('Control+Shift+z');
  expect(await body.inputValue()).toBe('First words.');
  await state(page, 'saved');
  await body.selectText();
  await body.press('Control+b');
  expect(await body.inputValue()).toBe('**First words.**');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await page.getByTestId('shortcuts').waitFor();
  await page.keyboard.press('Escape');
  await state(page, 'saved');

  await page.context().setOffline(true);
  await body.fill('Written on the train.');
  await state(page, 'offline');
  await page.getByRole('link', { name: 'All articles' }).click();
  await page.getByRole('button', { name: 'Stay here' }).click();
  expect(page.url()).toContain('/return-policy/en');
  await page.context().setOffline(false);
  await state(page, 'saved');
  await page.getByRole('link', { name: 'All articles' }).click();
  await page.getByRole('heading', { name: 'Articles' }).waitFor();
  await open(page, '/return-policy/en');
  await body.waitFor();
  expect(await body.inputValue()).toBe('Written on the train.');
  expect(problems).toEqual([]);
  await close();
});

test('two editors of one article lose nothing', { timeout: 60_000 }, async () => {
  const one = await editor('Ida');
  const two = await editor('Jo');
  for (const { page } of [one, two]) {
    await open(page, '/invoice/en');
    await page.getByTestId('body').waitFor();
  }
  await one.page.getByLabel('Title').fill('Invoices and receipts');
  await one.page.getByTestId('body').fill('Ida writes this.');
  await state(one.page, 'saved');
  await two.page.getByTestId('body').fill('Jo writes that.');
  await state(two.page, 'conflict');
  const conflict = two.page.getByTestId('conflict');
  await conflict.getByText('Ida saved another text').waitFor();
  expect(await conflict.locator('del').allTextContents()).toContain('Ida');
  await picture(two.page, 'knowledge-conflict');
  expect(await two.page.getByTestId('body').inputValue()).toBe('Jo writes that.');
  await two.page.getByTestId('resolve').click();
  await state(two.page, 'saved');
  // Ida's title is taken over, Jo's text stands, and undo still has Ida's.
  expect(await two.page.getByLabel('Title').inputValue()).toBe('Invoices and receipts');
  expect(await two.page.getByTestId('body').inputValue()).toBe('Jo writes that.');
  await two.page.getByTestId('undo').click();
  expect(await two.page.getByTestId('body').inputValue()).toBe('Ida writes this.');
  await two.page.getByTestId('redo').click();
  await state(two.page, 'saved');

  for (const { page } of [one, two]) {
    await open(page, '/invoice/en');
    await page.getByTestId('tab-settings').click();
  }
  await one.page.getByRole('combobox', { name: 'Category' }).fill('paper');
  await one.page.getByTestId('save-settings').click();
  await one.page.getByText('Settings saved').waitFor();
  await two.page.getByLabel('Valid until').fill('2030-01-01');
  await two.page.getByTestId('save-settings').click();
  await two.page.getByTestId('settings-conflict').getByText('paper').waitFor();
  expect([...one.problems, ...two.problems]).toEqual([]);
  await one.close();
  await two.close();
});

test('a fact is changed, seen in its history, and what is deleted is gone', { timeout: 60_000 }, async () => {
  const { page, problems, close } = await editor('Fay');
  await open(page, '/-/facts');
  await page.getByLabel('returns.window_days', { exact: true }).fill('45');
  await page.getByTestId('save-facts').click();
  await page.getByTestId('facts-version').getByText('returns.window_days: 30 → 45').waitFor();
  await open(page, '');
  await page.getByRole('button', { name: 'New article' }).click();
  await page.getByLabel('Short name').fill('short-lived');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByLabel('Title').fill('Short');
  await page.getByTestId('body').fill('Gone soon.');
  await publish(page);
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('removeArticle').click();
  await page.getByTestId('confirm-remove').click();
  await page.getByRole('heading', { name: 'Articles' }).waitFor();
  await page.getByLabel('Filter').fill('short-lived');
  await page.getByText('No article passes these filters.').waitFor();
  expect(problems).toEqual([]);
  await close();
});

test.each(['light', 'dark'] as const)(
  'nothing serious on the editor’s screens, %s',
  { timeout: 90_000 },
  async (scheme) => {
    const { page, problems, close } = await editor(scheme === 'light' ? 'Lux' : 'Nox', { colorScheme: scheme });
    const found: string[] = [];
    const look = async (name: string) => {
      // Transitions half way have colours that nobody reads.
      await page.waitForTimeout(300);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
        violations: { impact: string; id: string; nodes: { target: unknown }[] }[];
      };
      for (const { impact, id, nodes } of violations)
        if (impact === 'serious' || impact === 'critical')
          found.push(`${name}: ${id} ${JSON.stringify(nodes.slice(0, 3).map((node) => node.target))}`);
      await picture(page, `knowledge-${name}-${scheme}`);
    };
    await open(page, '');
    await page.getByText('What shipping costs').waitFor();
    await page.getByTestId('try').fill('wie lange kann ich etwas zurückgeben');
    await page.getByTestId('try').press('Enter');
    await page.getByTestId('tried').waitFor();
    await look('list');
    await open(page, '/shipping-costs/en');
    await page.getByTestId('body').fill(`Shipping is free in ${scheme} weather. {{nope}}`);
    await publish(page);
    for (const tab of ['preview', 'versions', 'settings', 'figures']) {
      await page.getByTestId(`tab-${tab}`).click();
      await look(tab);
    }
    await page.getByTestId('tab-versions').click();
    await page.getByTestId('version').first().getByRole('button').click();
    await page.locator('.diff').first().waitFor();
    await look('difference');
    await open(page, '/shipping-costs/de');
    await page.getByTestId('behind').waitFor();
    await look('translation');
    await open(page, '/-/facts');
    await page.getByText('returns.window_days').first().waitFor();
    await look('facts');
    await open(page, '/-/transfer');
    await page.locator('input[type=file]').setInputFiles({
      name: 'a.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('slug,language,title,body\nshipping-costs,en,T,x <!-- y -->\nB,en,T,x\n'),
    });
    await page.getByTestId('import-report').waitFor();
    await look('import');
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
    await close();
  },
);

test('an agent reads an article and writes nothing', async () => {
  const opened = await openPage(browser, { locale: 'en-GB' });
  const invited = await (await adminOf(app)).call('POST', '/people', {
    email: 'ann@example.com',
    name: 'Ann',
    roles: ['agent'],
  });
  await signIn(opened.page, app, ((await invited.json()) as { link: string }).link, 'Ann');
  await open(opened.page, '/parcel-lost/en');
  await opened.page.getByTestId('read-only').waitFor();
  expect(await opened.page.locator('textarea').count()).toBe(0);
  await opened.close();
});

// Last, for the first import ends the demo.
test('a folder with errors is tried, imported, and exported as it came', { timeout: 60_000 }, async () => {
  const { page, problems, close } = await editor('Imke');
  const lamp = '---\ntitle: Lamps\ncategory: products\nquestions:\n  - Do you sell lamps?\n---\n\nWe sell lamps.\n';
  const zip = zipOf([
    { name: 'lamps.en.md', content: Buffer.from(lamp) },
    { name: 'lamps.de.md', content: Buffer.from('---\ntitle: [\n---\n') },
    { name: 'Lamps.fr.md', content: Buffer.from(lamp) },
  ]);
  await open(page, '/-/transfer');
  await page.locator('input[type=file]').setInputFiles({ name: 'lamps.zip', mimeType: 'application/zip', buffer: zip });
  const report = page.getByTestId('import-report');
  await report.getByText('look at line 2').waitFor();
  await report.getByText('The demo articles that nobody edited go').waitFor();
  await page.getByTestId('count-created').getByText('New: 1').waitFor();
  await page.getByTestId('count-refused').getByText('Refused: 2').waitFor();
  await picture(page, 'knowledge-import');
  await page.getByTestId('apply-import').click();
  await report.getByText('Done.').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-markdown').click()]);
  const path = await download.path();
  await page.locator('input[type=file]').setInputFiles({
    name: 'again.zip',
    mimeType: 'application/zip',
    buffer: readFileSync(path),
  });
  await page.getByTestId('count-created').getByText('New: 0').waitFor();
  await page.getByTestId('count-updated').getByText('Changed: 0').waitFor();
  await page.getByTestId('count-refused').getByText('Refused: 0').waitFor();
  expect(problems).toEqual([]);
  await close();
});

test('no page broke its policy', () => {
  expect(app.running.app.locals.cspReports).toEqual([]);
});
