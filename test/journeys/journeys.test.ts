import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminOf, startApp, type TestApp } from '../support/app.ts';
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

async function invite(roles: string[], name: string): Promise<string> {
  const response = await (await adminOf(app)).call('POST', '/people', {
    email: `${name.toLowerCase()}@example.com`,
    name,
    roles,
  });
  return ((await response.json()) as { link: string }).link;
}

test('a German asks a question and gets the answer with its source', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'de-DE' });
  await page.goto(`${app.base}/?lang=de`);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('Wie lange kann ich etwas zurückgeben?');
  await chat.see('automatische Assistent');
  await chat.see('innerhalb von 30 Tagen');
  const source = page.locator('anshin-chat a.article').first();
  expect(await source.getAttribute('href')).toBe(`${app.base}/help/de/return-policy`);
  await picture(page, 'chat-de');
  await page.goto(`${app.base}/help/de/return-policy`);
  await page.getByRole('heading', { name: 'Unsere Rückgaberegeln' }).waitFor();
  await picture(page, 'help-de');
  expect(problems).toEqual([]);
  await close();
});

test('a Chinese customer sees the order after one wrong proof', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'zh-CN' });
  await page.goto(`${app.base}/?lang=zh`);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('我的订单到哪了？');
  await chat.see('订单号');
  await chat.say('HH-24803');
  await chat.see('邮编');
  await chat.say('100000');
  await chat.see('没有找到');
  await chat.say('200040');
  await chat.see('进口清关');
  expect(await chat.count('section.order')).toBe(1);
  await picture(page, 'chat-zh-order');
  expect(problems).toEqual([]);
  await close();
});

test('a furious Spanish customer reaches Mei, both talk live, the bot is silent, Mei returns the chat', async () => {
  const customer = await openPage(browser, { locale: 'es-ES' });
  await customer.page.goto(`${app.base}/?lang=es`);
  const chat = chatOn(customer.page);
  await chat.open();
  await chat.say(
    'Llevo tres semanas esperando la manta HH-24804 y nadie me contesta. Esto es una tomadura de pelo, menuda poca vergüenza.',
  );
  await chat.see('Veo que esto le ha salido mal');
  await chat.see(/Posición 1/);

  const staff = await openPage(browser, { locale: 'en-GB' });
  await signIn(staff.page, app, await invite(['agent'], 'Mei'), 'Mei');
  const row = staff.page.getByTestId('queue-row').filter({ hasText: 'angry' });
  await row.waitFor();
  await row.click();
  await staff.page.getByTestId('card').getByText('tomadura de pelo').waitFor();
  await picture(staff.page, 'desk-waiting');
  await staff.page.getByTestId('claim').click();
  await staff.page.getByTestId('close').waitFor();
  await staff.page.getByTestId('reply').fill('Hola, soy Mei. Ahora mismo llamo al transportista.');
  await staff.page.getByTestId('reply').press('Control+Enter');
  await chat.see('soy Mei');
  await chat.see(/Está hablando con Mei/);
  const bots = await chat.count('.row.bot:has(.speaker:text-is("Asistente"))');
  await chat.say('Gracias, por fin alguien. ¿Cuánto cuesta el envío?');
  await staff.page.locator('.message.customer').getByText('por fin alguien').waitFor();
  await customer.page.waitForTimeout(800);
  expect(await chat.count('.row.bot:has(.speaker:text-is("Asistente"))')).toBe(bots);
  await picture(staff.page, 'desk-talking');
  await picture(customer.page, 'chat-es-agent');
  await staff.page.getByTestId('return').click();
  await chat.see('le atiende de nuevo el asistente');
  await chat.say('¿Cuánto cuesta el envío?');
  await chat.see('El envío en la UE cuesta');
  expect([...customer.problems, ...staff.problems]).toEqual([]);
  await customer.close();
  await staff.close();
});

test('an Arabic customer on a phone, from right to left', async () => {
  const { page, problems, close } = await openPage(browser, {
    locale: 'ar-SA',
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await page.goto(`${app.base}/?lang=ar`);
  const chat = chatOn(page);
  await chat.open();
  const panel = page.locator('anshin-chat .panel');
  expect(await panel.getAttribute('dir')).toBe('rtl');
  expect(await panel.boundingBox()).toMatchObject({ x: 0, width: 390 });
  await chat.say('السلام عليكم');
  await chat.see('وعليكم السلام');
  await chat.say('أين طلبي HH-24805 الرمز البريدي 12211');
  await chat.see('خرج للتوصيل');
  const send = await page.locator('anshin-chat .send').boundingBox();
  expect(send?.x).toBeLessThan(100);
  expect(send?.height).toBeGreaterThanOrEqual(44);
  await picture(page, 'chat-ar-phone');
  expect(problems).toEqual([]);
  await close();
});

test('an editor changes an article and the next answer has it', async () => {
  const staff = await openPage(browser, { locale: 'en-GB' });
  await signIn(staff.page, app, await invite(['editor'], 'Edda'), 'Edda');
  await staff.page.goto(`${app.base}/staff/knowledge`);
  await staff.page.getByText('What shipping costs').waitFor();
  await picture(staff.page, 'knowledge-list');
  await staff.page.goto(`${app.base}/staff/knowledge/shipping-costs/en`);
  const body = staff.page.getByTestId('body');
  await body.waitFor();
  await body.fill(
    'From today shipping is free for everyone who orders a blanket. All others pay {{shipping.eu.cost}}.',
  );
  await staff.page.getByText('All others pay €4.90').waitFor();
  await picture(staff.page, 'knowledge-editor');
  await staff.page.getByTestId('publish').click();
  await staff.page.getByTestId('done').getByText('Published').waitFor();
  const published = Date.now();
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('How much is shipping?');
  await chat.see('everyone who orders a blanket');
  expect(Date.now() - published).toBeLessThan(5000);
  expect([...problems, ...staff.problems]).toEqual([]);
  await staff.close();
  await close();
});

describe('nothing is lost', () => {
  test('a reload in mid-turn', async () => {
    const { page, close } = await openPage(browser, { locale: 'en-GB' });
    await page.goto(app.base);
    const chat = chatOn(page);
    await chat.open();
    await chat.say('How long does delivery take?');
    await page.reload();
    await chat.open();
    await chat.see('How long does delivery take?');
    await chat.see('We pack within 2 working days');
    expect(await chat.count('.row.customer')).toBe(1);
    await close();
  });

  test('the network goes away and comes back', async () => {
    const { page, close } = await openPage(browser, { locale: 'en-GB' });
    await page.goto(app.base);
    const chat = chatOn(page);
    await chat.open();
    await chat.say('Hello');
    await chat.see('How can I help');
    await page.context().setOffline(true);
    await chat.say('How long does delivery take?');
    await chat.see(/No connection/);
    await page.context().setOffline(false);
    await chat.see('We pack within 2 working days');
    expect(await chat.count('.row.customer')).toBe(2);
    await close();
  });

  test('two tabs show the same, once', async () => {
    const { page, close } = await openPage(browser, { locale: 'en-GB' });
    await page.goto(app.base);
    const other = await page.context().newPage();
    await other.goto(app.base);
    const [one, two] = [chatOn(page), chatOn(other)];
    await two.open();
    await one.open();
    await one.say('How long does delivery take?');
    await one.see('We pack within 2 working days');
    await two.see('We pack within 2 working days');
    expect(await two.count('.row.customer')).toBe(1);
    await two.say('thanks');
    await one.see("You're welcome");
    await close();
  });
});

test('a signed-in customer cancels an order', async () => {
  const { page, problems, close } = await openPage(browser, { locale: 'en-GB' });
  await page.goto(app.base);
  await page.getByRole('button', { name: /sign in as/i }).click();
  const chat = chatOn(page);
  await page.locator('anshin-chat textarea').waitFor();
  await page.waitForTimeout(500);
  await chat.say('please cancel my order');
  await chat.button('Ordered by mistake').click();
  await chat.see('Is that right?');
  await picture(page, 'chat-cancel');
  await chat.button('Yes, cancel the order').click();
  await chat.see('being carried out');
  await chat.see('Order HH-24832 is cancelled');
  expect(problems).toEqual([]);
  await close();
});

test('no page broke its policy', () => {
  expect(app.running.app.locals.cspReports).toEqual([]);
});
