import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminOf, type StaffMember, staffMember, startApp, type TestApp, visitor } from '../support/app.ts';
import { axeProblems } from '../support/axe.ts';
import { openBrowser, openPage, picture, signIn } from '../support/browser.ts';

let app: TestApp;
let browser: Browser;
let agent: StaffMember;
beforeAll(async () => {
  // Without the demo's articles nothing is answered yet.
  [app, browser] = await Promise.all([startApp({ DEMO: 'off' }), openBrowser()]);
  agent = await staffMember(app, ['agent'], 'Mei');
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function editorPage(name: string, options = {}): Promise<Awaited<ReturnType<typeof openPage>>> {
  const opened = await openPage(browser, { locale: 'en-GB', ...options });
  const response = await (await adminOf(app)).call('POST', '/people', {
    email: `${name.toLowerCase()}@example.com`,
    name,
    roles: ['editor'],
  });
  await signIn(opened.page, app, ((await response.json()) as { link: string }).link, name);
  return opened;
}

async function publish(page: Page): Promise<void> {
  await page.getByTestId('publish').click();
  await page.getByTestId('done').getByText('Published').waitFor();
}

const questions = {
  en: 'Are the plates dishwasher safe?',
  de: 'Kann der Teller in die Spülmaschine?',
  it: 'Il piatto si può lavare in lavastoviglie?',
};

test('what nobody could answer in three languages becomes one gap, then an article in three, and the next customer is answered', {
  timeout: 90_000,
}, async () => {
  for (const [language, text] of Object.entries(questions)) {
    const customer = await visitor(app, { language });
    await customer.say(text);
    if (language !== 'en') continue;
    await customer.say('I want to talk to a person');
    const id = customer.conversationId;
    const { conversation } = await agent.conversation(id);
    await agent.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion: conversation.ownerVersion });
    const replied = await agent.call('POST', `/desk/conversations/${id}/reply`, {
      text: 'All our plates may go into the dishwasher. Write to mei@example.com if one breaks.',
      clientId: 'answer-of-mei',
      ownerVersion: conversation.ownerVersion + 1,
    });
    expect(replied.status).toBe(200);
  }

  const { page, problems, close } = await editorPage('Edda');
  await page.getByRole('navigation', { name: 'Anshin' }).getByRole('link', { name: 'Gaps' }).click();
  const gap = page.getByTestId('gap');
  await gap.getByText('Questions: 3').waitFor();
  expect(await gap.count()).toBe(1);
  await gap.getByText('German · English · Italian').waitFor();
  await picture(page, 'gaps-list');
  await gap.click();
  await page.getByText('All our plates may go into the dishwasher').waitFor();
  await page.getByText(questions.it).waitFor();
  expect(await page.textContent('body')).not.toContain('mei@example.com');
  await picture(page, 'gaps-detail');

  await page.getByTestId('write').click();
  expect(await page.getByTestId('gap-slug').inputValue()).toBe('plates-dishwasher-safe');
  await picture(page, 'gaps-write');
  await page.getByTestId('begin').click();
  await page.waitForURL('**/knowledge/plates-dishwasher-safe/en');
  const body = page.getByTestId('body');
  await body.waitFor();
  expect(await body.inputValue()).toContain('All our plates may go into the dishwasher');

  // Before it is published the gap says what the draft would change.
  await page.getByRole('navigation', { name: 'Anshin' }).getByRole('link', { name: 'Gaps' }).click();
  await gap.click();
  await page.getByText('plates-dishwasher-safe is being written').waitFor();
  await page.getByTestId('replay').click();
  await page.getByTestId('replayed').getByText(questions.en).waitFor();
  await picture(page, 'gaps-replay');

  for (const [language, text] of [
    ['en', ''],
    ['de', 'Ja, alle unsere Teller dürfen in die Spülmaschine.'],
    ['it', 'Sì, tutti i nostri piatti vanno in lavastoviglie.'],
  ] as const) {
    await page.goto(`${app.base}/staff/knowledge/plates-dishwasher-safe/${language}`);
    await body.waitFor();
    if (text) await body.fill(text);
    await publish(page);
  }
  await expect
    .poll(async () =>
      (await (await visitor(app, { language: 'it' })).say(questions.it)).includes('tutti i nostri piatti'),
    )
    .toBe(true);

  await page.goto(`${app.base}/staff/knowledge/-/gaps`);
  await page.getByText('Nothing is open').waitFor();
  await page.goto(`${app.base}/staff/knowledge/-/gaps?state=closed`);
  await gap.click();
  await page.getByTestId('gap-closed').getByText('plates-dishwasher-safe answers it').waitFor();
  await page.getByText('opens again when 3 new questions').waitFor();
  await picture(page, 'gaps-closed');
  await page.getByTestId('reopen').click();
  await page.getByTestId('close-gap').click();
  await page.getByLabel('It is not for us').check();
  await page.getByTestId('confirm-close').click();
  await page.getByTestId('gap-closed').getByText('not for us').waitFor();
  expect(problems).toEqual([]);
  await close();
});

test.each([
  ['light', 'en', 1280],
  ['dark', 'ar', 390],
  ['light', 'ja', 390],
] as const)(
  'nothing serious on the screens of gaps: %s, %s, %i wide',
  { timeout: 60_000 },
  async (colorScheme, language, width) => {
    for (const [spoken, text] of [
      ['ar', 'هل تأخذون الأريكة القديمة؟'],
      ['en', 'Will you take my old sofa away when you bring the new one?'],
    ] as const)
      await (await visitor(app, { language: spoken })).say(text);
    const { page, problems, close } = await editorPage(`Edda-${language}`, {
      colorScheme,
      viewport: { width, height: 844 },
    });
    await page.evaluate(
      (tag) =>
        fetch('/staff/api/me', {
          method: 'PATCH',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ language: tag }),
        }),
      language,
    );
    await page.goto(`${app.base}/staff/knowledge/-/gaps`);
    await page.getByTestId('gap').first().waitFor({ timeout: 15_000 });
    await page.waitForTimeout(300);
    await picture(page, `gaps-list-${language}-${colorScheme}`);
    const serious = [...(await axeProblems(page, 'list'))];
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByTestId('gap').first().click();
    await page.getByTestId('close-gap').waitFor();
    await picture(page, `gaps-detail-${language}-${colorScheme}`);
    serious.push(...(await axeProblems(page, 'detail')));
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByTestId('close-gap').click();
    await page.getByTestId('confirm-close').waitFor();
    await page.waitForTimeout(300);
    await picture(page, `gaps-close-${language}-${colorScheme}`);
    serious.push(...(await axeProblems(page, 'close')));
    expect(serious).toEqual([]);
    expect(problems).toEqual([]);
    await close();
  },
);
