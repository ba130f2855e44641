import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closedPhrase } from '../../../core/language/closedPhrases.ts';
import { loadConcepts } from '../../../core/language/concepts.ts';
import { detectLanguage } from '../../../core/language/detect.ts';
import { normalise } from '../../../core/language/normalise.ts';

describe('the language of a message', () => {
  test.each([
    ['Wo ist meine Bestellung geblieben?', 'de'],
    ['Where has my order gone?', 'en'],
    ['¿Dónde está mi pedido?', 'es'],
    ['我的订单在哪里', 'zh'],
    ['أين طلبي', 'ar'],
    ['wen talabi', 'ar'],
    ['Onde está a minha encomenda que não chegou?', 'pt'],
    ['Où est ma commande, je ne l’ai pas reçue', 'fr'],
    ['Где мой заказ', 'ru'],
    ['注文した商品はどこですか', 'ja'],
    ['주문한 물건이 안 왔어요', 'ko'],
  ])('%s', (text, language) => {
    expect(detectLanguage(text).language).toBe(language);
  });

  test.each(['ok', 'HH-24817', '😀', 'DHL', 'Kumo', '24103', 'hello@example.com', 'super', 'nein', 'merci'])(
    '%s never leaves the conversation’s language',
    (text) => {
      for (const prior of ['de', 'zh', 'ar'])
        if (!(text === 'nein' && prior === 'de')) expect(detectLanguage(text, prior).language).toBe(prior);
    },
  );

  test('a clear sentence changes it at once', () => {
    expect(detectLanguage('Can you please tell me where my parcel is', 'de').language).toBe('en');
    expect(detectLanguage('我想知道我的包裹在哪里', 'en').language).toBe('zh');
  });

  test('mixed text keeps its matrix language', () => {
    expect(detectLanguage('我的order到哪了，tracking没更新', 'zh').language).toBe('zh');
    expect(detectLanguage('ممكن تتبع الـ order من فضلك', 'ar').language).toBe('ar');
  });
});

describe('closed phrases', () => {
  test.each([
    ['Ja, bitte!', 'affirm'],
    ['  NO  ', 'deny'],
    ['olvídalo', 'cancel'],
    ['人工客服', 'person'],
    ['yes but', undefined],
    ['no problem with the order', undefined],
  ])('%s → %s', (text, kind) => {
    expect(closedPhrase(text)).toBe(kind);
  });
});

describe('concepts', () => {
  const lexicon = loadConcepts();
  const concepts = (text: string, language: string) => lexicon.find(text, language).map(({ concept }) => concept);

  test('the same thing has the same name in every language', () => {
    for (const [text, language] of [
      ['the vase is broken', 'en'],
      ['die Vase ist zerbrochen', 'de'],
      ['el jarrón está roto', 'es'],
      ['花瓶碎了', 'zh'],
      ['المزهرية مكسورة', 'ar'],
    ] as const) {
      expect(concepts(text, language), text).toEqual(expect.arrayContaining(['vase', 'broken']));
    }
  });

  test('no concept of a lexicon is without words, and none is unknown to the list', () => {
    const folder = join(import.meta.dirname, '../../../core/language/data/concepts');
    const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');
    const known = new Set(linesOf('concepts.tsv').map((line) => line.split('\t')[0]));
    for (const name of readdirSync(folder).filter((file) => /^[a-z]{2}\.tsv$/.test(file)))
      for (const line of linesOf(name)) {
        const [concept, forms = ''] = line.split('\t');
        expect(known.has(concept), `${name}: ${concept}`).toBe(true);
        expect(forms.trim(), `${name}: ${concept}`).not.toBe('');
      }
  });

  test('a compound holds its part', () => {
    expect(concepts('meine Schreibtischlampe', 'de')).toContain('lamp');
  });
});

test('what looks alike is written alike', () => {
  expect(normalise('ＨＨ－２４８１７')).toBe('hh-24817');
  expect(normalise('إلى أَنْ')).toBe('الي ان');
  expect(normalise('Größe É ñ')).toBe('grosse e n');
  expect(normalise('a\u200bb\u202ec')).toBe('abc');
});
