import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { chatOn, openBrowser, openPage, picture } from '../support/browser.ts';

// One customer in each language, on a phone: a question, the state of an order, a person.
const customers = {
  en: {
    locale: 'en-GB',
    question: 'How long can I return something?',
    where: 'Where is my order HH-24803, postcode 200040?',
    person: 'I want to talk to a person',
  },
  zh: { locale: 'zh-CN', question: '退货期限是几天？', where: '我的订单HH-24803到哪了，邮编200040', person: '转人工' },
  es: {
    locale: 'es-ES',
    question: '¿Cuánto tiempo tengo para devolver algo?',
    where: '¿Dónde está mi pedido HH-24803, código postal 200040?',
    person: 'quiero hablar con una persona',
  },
  fr: {
    locale: 'fr-FR',
    question: 'Combien de temps ai-je pour renvoyer un article ?',
    where: 'Où est ma commande HH-24803, code postal 200040 ?',
    person: 'je veux parler à quelqu’un',
  },
  de: {
    locale: 'de-DE',
    question: 'Wie lange kann ich etwas zurückgeben?',
    where: 'Wo ist meine Bestellung HH-24803, PLZ 200040?',
    person: 'ich möchte mit einem Menschen sprechen',
  },
  it: {
    locale: 'it-IT',
    question: 'Quanti giorni ho per rendere un articolo?',
    where: 'Dov’è il mio ordine HH-24803, CAP 200040?',
    person: 'vorrei parlare con un operatore',
  },
  pt: {
    locale: 'pt-BR',
    question: 'Quantos dias tenho para devolver?',
    where: 'Onde está meu pedido HH-24803, CEP 200040?',
    person: 'quero falar com um atendente',
  },
  nl: {
    locale: 'nl-NL',
    question: 'Hoeveel dagen heb ik om te retourneren?',
    where: 'Waar is mijn bestelling HH-24803, postcode 200040?',
    person: 'ik wil een medewerker spreken',
  },
  ru: {
    locale: 'ru-RU',
    question: 'Сколько дней на возврат товара?',
    where: 'Где мой заказ HH-24803, индекс 200040?',
    person: 'позовите оператора',
  },
  ar: {
    locale: 'ar-SA',
    question: 'كم يوما لدي لإرجاع المنتج؟',
    where: 'أين طلبي HH-24803 الرمز البريدي 200040',
    person: 'أريد التحدث مع موظف',
  },
  ja: {
    locale: 'ja-JP',
    question: '返品は何日以内ですか。',
    where: '注文HH-24803はどこですか。郵便番号200040',
    person: '担当者と話したい',
  },
  ko: {
    locale: 'ko-KR',
    question: '며칠 안에 반품할 수 있나요?',
    where: '주문 HH-24803 어디에 있나요? 우편번호 200040',
    person: '상담원 연결해 주세요',
  },
} as const;

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const locale = (folder: string, language: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../${folder}/locales/${language}.json`), 'utf8'));

test.each(Object.entries(customers))(
  'a customer in %s',
  async (language, { locale: browserLocale, question, where, person }) => {
    const { page, problems, close } = await openPage(browser, {
      locale: browserLocale,
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    const words = locale('bot', language);
    await page.goto(`${app.base}/?lang=${language}`);
    const chat = chatOn(page);
    await chat.open();
    const panel = page.locator('anshin-chat .panel');
    expect(await panel.getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr');
    await page.locator('anshin-chat .welcome').getByText(locale('bot/web', language).welcome).waitFor();
    await chat.say(question);
    // Who this is, the article in this language, with the shop's number in it.
    await chat.see(words.assistant.first.replace('{{shop}}', 'Havn & Hana'));
    await page.locator(`anshin-chat a.article[href$="/help/${language}/return-policy"]`).first().waitFor();
    await page.locator('anshin-chat .bubble').getByText('30').first().waitFor();
    await chat.say(where);
    const card = page.locator('anshin-chat section.order');
    await card.waitFor();
    await card.getByText(words.orderLabel.shipped).first().waitFor();
    // No key and no hole is left in what was said.
    const said = (await page.locator('anshin-chat .list').textContent()) ?? '';
    expect(said).not.toMatch(/\{\{|\b(?:bot|handoff|knowledge):\w/);
    // Nothing stands out of the phone's screen.
    expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await picture(page, `language-${language}`);
    await chat.say(person);
    await chat.see(words.handoff.person_wanted);
    await chat.see(locale('bot/web', language).waiting.split('{{position}}')[0].trim());
    expect(problems).toEqual([]);
    await close();
  },
);
