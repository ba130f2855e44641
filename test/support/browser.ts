import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import type { TestApp } from './app.ts';

/** Debian's Chromium, without the traffic of its own that a browser otherwise starts. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  if (!executablePath) throw new Error('Chromium is not installed: apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page of its own visitor; what breaks the page's policy or throws in it is collected. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  // Shorter than a test's time, so that the step that hangs is named.
  page.setDefaultTimeout(12_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|violates/i.test(message.text()))
      problems.push(message.text());
  });
  return { page, problems, close: () => context.close() };
}

/** The chat on a page: open it, write, wait for words. */
export function chatOn(page: Page): Chat {
  const box = page.locator('anshin-chat textarea');
  return {
    async open() {
      await page.locator('anshin-chat button[data-anshin=launcher]').click();
      await box.waitFor();
    },
    async say(text) {
      await box.fill(text);
      await box.press('Enter');
    },
    async see(text) {
      const found = page
        .locator('anshin-chat .bubble, anshin-chat .state, anshin-chat .choices')
        .getByText(text)
        .first();
      await found.waitFor({ timeout: 15_000 }).catch(async (error) => {
        const shown = await page.locator('anshin-chat .list').textContent();
        throw new Error(`the chat does not show ${text}, but:\n${shown}`, { cause: error });
      });
    },
    button: (name) => page.locator('anshin-chat').getByRole('button', { name }),
    count: (selector) => page.locator(`anshin-chat ${selector}`).count(),
  };
}

export type Chat = {
  open(): Promise<void>;
  say(text: string): Promise<void>;
  see(text: string | RegExp): Promise<void>;
  button(name: string | RegExp): Locator;
  count(selector: string): Promise<number>;
};

/** Signs a staff member in through the page of a one-time link. */
export async function signIn(page: Page, app: TestApp, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name').fill(name);
  await page.getByTestId('new-password').fill('a good password');
  await page.getByTestId('set-password').click();
  await page.getByRole('button', { name, exact: true }).waitFor();
  if (!page.url().startsWith(app.base)) throw new Error(`signed in somewhere else: ${page.url()}`);
}

/** Keeps a picture of the page under test/.output, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = resolve(import.meta.dirname, '../.output');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
