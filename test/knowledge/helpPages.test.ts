import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
import { axeProblems } from '../support/axe.ts';
import { openBrowser, openPage, picture } from '../support/browser.ts';

const hostile = `</script><script>alert(1)</script>"><img src=x onerror=alert(2)> & 'quoted'`;
let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  const admin = await adminOf(app);
  const write = async (slug: string, title: string, body: string, publish: boolean) => {
    await admin.call('POST', '/knowledge', { slug });
    const content = { title, body, questions: [title], keywords: [] };
    await admin.call('PUT', `/knowledge/${slug}/en`, { ...content, baseVersion: 0 });
    if (publish) await admin.call('POST', `/knowledge/${slug}/en/publish`, { baseVersion: 1 });
  };
  await write('hostile', hostile, `${hostile}\n\n[x](javascript:alert(3))`, true);
  await write('secret-draft', 'Zanzibar plans', 'Nobody may read zanzibarly words yet.', false);
  await write(
    'long-read',
    'A long read',
    'First {{returns.window_days}}.\n\n## One\n\na\n\n## Two\n\nb\n\n## Three\n\n```\n## no heading\n```',
    true,
  );
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(app.base + path, { headers, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('addresses', () => {
  test('the language is the browser’s, else the shop’s', async () => {
    const location = async (accepted: string) =>
      (await get('/help', { 'Accept-Language': accepted })).headers.get('location');
    expect(await location('ja,en;q=0.5')).toBe('/help/ja/');
    expect(await location('de-CH')).toBe('/help/de/');
    expect(await location('xx')).toBe('/help/en/');
    expect(await location('*')).toBe('/help/en/');
  });

  test('what does not exist says so in the visitor’s language, with the search', async () => {
    const language = await get('/help/tlh/', { 'Accept-Language': 'de' });
    expect(language.status).toBe(404);
    expect(language.text).toContain('Diese Seite gibt es nicht');
    const article = await get('/help/ar/no-such-article');
    expect(article.status).toBe(404);
    expect(article.text).toMatch(/<html lang="ar" dir="rtl">[\s\S]*name="q"[\s\S]*هذه الصفحة غير موجودة/);
    expect(article.text).toContain('noindex');
  });

  test('an article that exists only in another language is offered in it', async () => {
    expect((await get('/help/de/')).text).toContain('Nur auf Englisch');
    const missing = await get('/help/de/long-read');
    expect(missing.status).toBe(404);
    expect(missing.text).toContain('href="/help/en/long-read"');
  });

  test('a draft is nowhere', async () => {
    for (const path of ['/help/en/', '/help/en/?q=zanzibarly', '/help/en/secret-draft', '/sitemap.xml'])
      expect((await get(path)).text, path).not.toMatch(/Zanzibar plans|Nobody may read|secret-draft</);
    expect((await get('/help/en/secret-draft')).status).toBe(404);
  });

  test('who has the page already gets a 304', async () => {
    const first = await get('/help/fr/return-policy');
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    // As browsers ask again; fetch of Node would add no-cache, which wants a fresh page.
    const ask = { 'Cache-Control': 'max-age=0' };
    const again = await get('/help/fr/return-policy', { ...ask, 'If-None-Match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect((await get('/help/fr/return-policy', { ...ask, 'If-None-Match': '"other"' })).status).toBe(200);
  });
});

describe('what search engines read', () => {
  test('each language names the others and its canonical address', async () => {
    const { text } = await get('/help/de/return-policy?market=DE');
    expect(text).toContain(`<link rel="canonical" href="${app.base}/help/de/return-policy">`);
    const tags = [...text.matchAll(/rel="alternate" hreflang="([\w-]+)" href="([^"]+)"/g)].map(([, tag, href]) => [
      tag,
      href,
    ]);
    expect(tags).toHaveLength(13);
    expect(tags).toContainEqual(['ja', `${app.base}/help/ja/return-policy`]);
    expect(tags).toContainEqual(['x-default', `${app.base}/help/en/return-policy`]);
  });

  test('the sitemap holds every page with its day, and each address works', async () => {
    const { text, headers } = await get('/sitemap.xml');
    expect(headers.get('content-type')).toContain('xml');
    const pages = [...text.matchAll(/<loc>([^<]+)<\/loc><lastmod>(\d{4}-\d{2}-\d{2})<\/lastmod>/g)].map(
      ([, address = '']) => address,
    );
    expect(pages.length).toBeGreaterThan(300);
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages).toContain(`${app.base}/help/zh/`);
    for (const page of [pages[0], pages.at(-1)]) expect((await fetch(page ?? '')).status).toBe(200);
    expect((await get('/robots.txt')).text).toContain(`Sitemap: ${app.base}/sitemap.xml`);
  });

  test.each(['/help/en/', '/help/ar/return-policy', '/help/en/hostile'])('the data of %s are JSON', async (path) => {
    const { text } = await get(path);
    const data = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
    const graph = (JSON.parse(data) as { '@graph': Record<string, unknown>[] })['@graph'];
    const types = graph.map((entry) => entry['@type']);
    expect(types).toEqual(path.endsWith('/') ? ['WebSite'] : ['Article', 'FAQPage', 'BreadcrumbList']);
    if (path.endsWith('hostile')) expect(graph[0]?.headline).toBe(hostile);
  });
});

describe('bad input', () => {
  test.each(['/help/en/', '/help/en/hostile', `/help/en/?q=${encodeURIComponent(hostile)}`])(
    '%s shows hostile words as words',
    async (path) => {
      const { text } = await get(path);
      expect(text).toContain('alert');
      expect(text).not.toMatch(/<script>|<img|javascript:alert\(3\)"/);
    },
  );

  test('odd queries are harmless', async () => {
    for (const query of ['q[]=a', 'q=a&q=b', `q=${'x'.repeat(5000)}`, 'q=%00', 'market=<b>', 'q={{returns}}'])
      expect((await get(`/help/en/?${query}`)).status, query).toBe(200);
    expect((await get('/help/en/%E0%A4%A')).status).toBe(400);
  });
});

describe('in a browser without scripts', () => {
  test('somebody finds the return policy, by sight and by search', { timeout: 60_000 }, async () => {
    const { page, problems, close } = await openPage(browser, { javaScriptEnabled: false, locale: 'en-GB' });
    await page.goto(`${app.base}/help`);
    await page.getByRole('heading', { name: 'Our return policy' }).waitFor();
    await picture(page, 'help-home');
    await page.getByRole('searchbox').fill('how long can I send something back');
    await page.getByRole('searchbox').press('Enter');
    await page.locator('.results mark').first().waitFor();
    await picture(page, 'help-results');
    await page.getByRole('link', { name: 'Our return policy' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Our return policy' }).waitFor();
    expect(await page.locator('article').textContent()).toMatch(
      /within 30 days[\s\S]*Last updated on \d+ \w+ \d{4}|Last updated on \w+ \d+, \d{4}/,
    );
    await picture(page, 'help-article');
    await page.goto(`${app.base}/help/en/long-read`);
    expect(await page.locator('.contents a').allTextContents()).toEqual(['One', 'Two', 'Three']);
    expect(problems).toEqual([]);
    await close();
  });

  test.each(['light', 'dark'] as const)(
    'nothing serious for those who see or move otherwise, %s',
    { timeout: 60_000 },
    async (colorScheme) => {
      const { page, problems, close } = await openPage(browser, { colorScheme, viewport: { width: 390, height: 844 } });
      const found: string[] = [];
      for (const path of [
        '/help/en/',
        '/help/ar/',
        '/help/ar/return-policy',
        '/help/en/?q=return',
        '/help/de/nothing',
      ]) {
        await page.goto(app.base + path);
        found.push(...(await axeProblems(page, path)));
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
        await picture(page, `help${path.replace(/\W+/g, '-')}${colorScheme}`);
      }
      expect(found).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    },
  );
});
