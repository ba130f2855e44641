import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEvidenceCheck } from '../../../bot/answers/evidence.ts';
import { plainText } from '../../../core/blocks.ts';
import { parseBlocks } from '../../../core/markdown.ts';
import { fillFacts } from '../../../knowledge/facts.ts';

const returns = {
  title: 'Returns',
  text: 'You can send items back within 30 days after delivery. A return costs €4.90 in the EU; items over €1,200.50 are collected. Write to care@havn.example or see havn.example/returns. Open Monday to Friday from 9 to 17, closed on 24 December. We refund to the same payment method within 5 working days with DHL.',
  language: 'en',
};
const stands = (sentence: string, language = 'en', cited = [1]) =>
  createEvidenceCheck([returns], language)(sentence, cited);

describe('what stands in the evidence passes', () => {
  test.each([
    ['en', 'You can send items back within 30 days after delivery.'],
    ['en', 'A return costs 4.90 € in the EU.'],
    ['en', 'Items over €1200.50 are collected.'],
    ['en', 'Write to care@havn.example or see havn.example/returns.'],
    ['de', 'Sie können Artikel innerhalb von 30 Tagen nach der Lieferung zurücksenden.'],
    ['de', 'Artikel über 1.200,50 € werden abgeholt.'],
    ['de', 'Am 24. Dezember ist geschlossen.'],
    ['fr', 'Un retour coûte 4,90 € dans l’UE.'],
    ['es', 'Puede devolver los artículos en los 30 días posteriores a la entrega.'],
    ['ja', 'お届けから30日以内に返品できます。'],
    ['ja', '返金は5営業日以内です。'],
    ['zh', '收货后三十天内可以退货。'],
    ['ar', 'يمكنكم إرجاع المنتجات خلال ٣٠ يومًا من التسليم.'],
    ['ru', 'Вернуть товар можно в течение тридцати дней после доставки.'],
  ])('%s: %s', (language, sentence) => {
    expect(stands(sentence, language)).toBe(true);
  });

  test('nearly every sentence of the demo articles stands on its own article, and on its translation', () => {
    const folder = join(import.meta.dirname, '../../../scripts/demo/articles');
    const facts = JSON.parse(readFileSync(join(import.meta.dirname, '../../../scripts/demo/facts.json'), 'utf8'));
    const textOf = (file: string, language: string) => {
      const body = /^---\n[\s\S]*?\n---\n([\s\S]*)$/.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? '';
      return plainText(parseBlocks(fillFacts(body, facts, language), []));
    };
    const counts = { own: [0, 0], translated: [0, 0] } as Record<'own' | 'translated', [number, number]>;
    for (const file of readdirSync(folder)) {
      const [slug = '', language = ''] = file.split('.');
      const text = textOf(file, language);
      const sentences = [...new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)]
        .map(({ segment }) => segment.replace(/^[•\d. ]+/, '').trim())
        .filter((sentence) => sentence.length >= 12 && !sentence.includes('\n'));
      const own = createEvidenceCheck([{ title: '', text, language }], language);
      const english =
        language === 'en'
          ? undefined
          : createEvidenceCheck([{ title: '', text: textOf(`${slug}.en.md`, 'en'), language: 'en' }], language);
      for (const sentence of sentences) {
        counts.own[1] += 1;
        if (own(sentence, [1])) counts.own[0] += 1;
        if (!english) continue;
        counts.translated[1] += 1;
        if (english(sentence, [1])) counts.translated[0] += 1;
      }
    }
    expect(counts.own[0] / counts.own[1]).toBeGreaterThan(0.97);
    expect(counts.translated[0] / counts.translated[1]).toBeGreaterThan(0.85);
  });
});

describe('what does not stand there is refused', () => {
  test.each([
    ['another number', 'en', 'You can send items back within 60 days after delivery.'],
    ['a number in words', 'en', 'You can send items back within sixty days after delivery.'],
    ['a number in words', 'de', 'Sie können Artikel innerhalb von sechzig Tagen nach der Lieferung zurücksenden.'],
    ['a number in signs', 'zh', '收货后六十天内可以退货。'],
    ['a number in signs', 'ko', '배송 후 육십일 이내에 반품할 수 있습니다.'],
    ['Arabic digits', 'ar', 'يمكنكم إرجاع المنتجات خلال ٦٠ يومًا من التسليم.'],
    ['full-width digits', 'ja', 'お届けから６０日以内に返品できます。'],
    ['a number as another thing', 'en', 'You can send items back within 30 weeks after delivery.'],
    ['a number as another thing', 'en', 'You can send items back for €30 after delivery.'],
    ['a number as another thing', 'ja', '返品は30円です。'],
    ['another currency', 'en', 'A return costs $4.90 in the EU.'],
    ['another decimal', 'de', 'Eine Rücksendung kostet 490 € in der EU.'],
    ['a month', 'en', 'Items go back until 30 March after delivery.'],
    ['a weekday', 'de', 'Sonntag ist nach der Lieferung nicht geschlossen.'],
    ['tomorrow', 'es', 'Puede devolver los artículos hasta mañana.'],
    ['an e-mail address', 'en', 'Write to care@evil.example about items to send back.'],
    ['a link', 'en', 'See evil.example/returns to send items back.'],
    ['a link', 'en', 'Send items back at https://havn.example.evil.test/ within 30 days.'],
    ['a phone number', 'en', 'Call +4930123456 to send items back after delivery.'],
    ['a call without a number', 'fr', 'Vous pouvez appeler par téléphone après la livraison.'],
    ['a carrier', 'en', 'You can send items back with UPS within 30 days after delivery.'],
    ['a gift', 'en', 'You can send items back free after delivery.'],
    ['a voucher', 'nl', 'U krijgt een tegoedbon na de bezorging.'],
    ['a promise', 'it', 'Promettiamo che i prodotti arrivano dopo la consegna.'],
    ['a binding offer', 'en', 'You can send items back, and that is legally binding.'],
    ['compensation', 'pt', 'Você recebe uma indenização depois da entrega.'],
    ['a done deed', 'en', 'Your payment has been sent back within 30 days after delivery.'],
    ['a done deed', 'zh', '已为您退款到付款方式。'],
    ['a done deed', 'ja', '返品の手続きをいたしました。'],
    ['a no where there is none', 'en', 'You cannot send items back within 30 days after delivery.'],
    ['the card number', 'en', 'Send the card number with items back within 30 days.'],
    ['the first person', 'en', 'I can send items back within 30 days after delivery.'],
    ['the first person', 'ru', 'Я верну товар в течение 30 дней после доставки.'],
    ['a refusal', 'en', 'As an AI language model, items after delivery are difficult.'],
    ['another language', 'en', 'Sie können Artikel innerhalb von 30 Tagen nach der Lieferung zurücksenden.'],
    ['another subject', 'en', 'Bananas taste wonderful whenever monkeys dance around colourful volcanoes.'],
    ['HTML', 'en', 'You can send <b>items</b> back within 30 days after delivery.'],
    ['a Markdown link', 'en', 'You can [send items back](https://havn.example/returns) within 30 days.'],
    ['a tool call', 'en', '{"name": "refund", "items": "delivery"}'],
    ['a NUL', 'en', 'You can send items back within 30 days\0 after delivery.'],
    ['repeated tokens', 'en', 'items items items items items items back'],
    ['a repeated letter', 'en', 'You can send items baaaaaaaaaaaack within 30 days.'],
    ['a word in two scripts', 'en', 'You can send items back fr\u0435e after delivery.'],
    ['a turned-around number', 'en', 'You can send items back within \u202e03\u202c days after delivery.'],
    ['an invisible gap', 'en', 'You can send items back with a vou\u200bcher after delivery.'],
    ['Indian digits', 'en', 'You can send items back within ६० days after delivery.'],
    ['a Roman number', 'en', 'You can send items back within Ⅻ days after delivery.'],
    ['a fortnight', 'en', 'You can send items back within a fortnight after delivery.'],
    ['for ever', 'en', 'You can send items back any time after delivery.'],
    ['nothing', 'en', '...'],
  ])('%s (%s): %s', (_what, language, sentence) => {
    expect(stands(sentence, language)).toBe(false);
  });

  test('a sentence without a citation, with a foreign one, or said twice', () => {
    const sentence = 'You can send items back within 30 days after delivery.';
    expect(stands(sentence, 'en', [])).toBe(false);
    expect(stands(sentence, 'en', [2])).toBe(false);
    const check = createEvidenceCheck([returns], 'en');
    expect(check(sentence, [1])).toBe(true);
    expect(check(sentence, [1])).toBe(false);
  });

  test('a fact of another passage than the cited one', () => {
    const check = createEvidenceCheck(
      [returns, { title: 'Warranty', text: 'The warranty of items lasts 24 months after delivery.', language: 'en' }],
      'en',
    );
    expect(check('You can send items back within 24 months after delivery.', [1])).toBe(false);
    expect(check('The warranty of items lasts 24 months after delivery.', [2])).toBe(true);
  });

  test('any text is judged in bounded time and never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 600 }),
        fc.constantFrom('en', 'ar', 'ja', 'ko', 'ru'),
        (text, language) => {
          expect(typeof stands(text, language)).toBe('boolean');
        },
      ),
      { numRuns: 300 },
    );
    const started = performance.now();
    for (const text of ['9'.repeat(499), '9.'.repeat(249), 'a.'.repeat(249), '一'.repeat(499), 'a@'.repeat(249)])
      stands(text);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
