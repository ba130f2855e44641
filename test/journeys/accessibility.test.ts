import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
import { axeProblems as serious } from '../support/axe.ts';
import { chatOn, openBrowser, openPage, picture, signIn } from '../support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test.each(['light', 'dark'] as const)('nothing serious on any screen, %s', { timeout: 90_000 }, async (colorScheme) => {
  const problems: string[] = [];
  const visitor = await openPage(browser, { colorScheme, locale: 'en-GB' });
  await visitor.page.goto(app.base);
  problems.push(...(await serious(visitor.page, 'shop')));
  const chat = chatOn(visitor.page);
  await chat.open();
  await chat.say('where is my order HH-24806, postcode LS1 4AP');
  await chat.see('held at customs');
  await chat.say('How much is shipping?');
  await chat.see('Shipping in the EU');
  problems.push(...(await serious(visitor.page, 'chat')));
  await picture(visitor.page, `chat-${colorScheme}`);
  await chat.say('I want to talk to a person');
  await chat.see(/Position/);
  problems.push(...(await serious(visitor.page, 'chat, waiting')));
  await visitor.page.goto(`${app.base}/help/ar/return-policy`);
  problems.push(...(await serious(visitor.page, 'help')));

  const staff = await openPage(browser, { colorScheme, locale: 'en-GB' });
  await staff.page.goto(`${app.base}/staff`);
  await staff.page.getByTestId('sign-in').waitFor();
  problems.push(...(await serious(staff.page, 'sign-in')));
  const name = colorScheme === 'light' ? 'Lea' : 'Dan';
  const { link } = (await (
    await (await adminOf(app)).call('POST', '/people', { email: `${name}@example.com`, name, roles: ['admin'] })
  ).json()) as { link: string };
  await signIn(staff.page, app, link, name);
  await staff.page.getByTestId('queue-row').first().click();
  await staff.page.getByTestId('card').waitFor();
  problems.push(...(await serious(staff.page, 'desk')));
  await picture(staff.page, `desk-${colorScheme}`);
  for (const [path, sign] of [
    ['/staff/knowledge', 'What shipping costs'],
    ['/staff/knowledge/return-policy/en', 'As the customer sees it'],
    ['/staff/people', name],
  ] as const) {
    await staff.page.goto(app.base + path);
    await staff.page.getByText(sign).first().waitFor();
    problems.push(...(await serious(staff.page, path)));
    await picture(staff.page, `${path.slice(7).replace(/\//g, '-')}-${colorScheme}`);
  }
  expect(problems).toEqual([]);
  await visitor.close();
  await staff.close();
});

test('the chat is used by keyboard alone', async () => {
  const { page, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const launcher = page.locator('anshin-chat .launcher');
  await launcher.focus();
  await page.keyboard.press('Enter');
  await page.locator('anshin-chat textarea').waitFor();
  await page.keyboard.type('How much is shipping?');
  await page.keyboard.press('Enter');
  await chatOn(page).see('Shipping in the EU');
  await page.keyboard.press('Escape');
  await page.locator('anshin-chat .panel').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.querySelector('anshin-chat')?.shadowRoot?.activeElement?.className)).toBe(
    'launcher',
  );
  await close();
});
