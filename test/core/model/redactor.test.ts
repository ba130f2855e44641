import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, redact } from '../../../core/model/redactor.ts';

describe('what is hidden', () => {
  test.each([
    ['write to Anna.Berg@example.com please', 'Anna.Berg@example.com'],
    ['mein Tel. ist +49 176 1234567', '176 1234567'],
    ['电话１３８００１３８０００', '１３８００１３８０００'],
    ['هاتفي ٠٥٠١٢٣٤٥٦٧', '٠٥٠١٢٣٤٥٦٧'],
    ['order HH-24817', 'HH-24817'],
    ['pedido #4711', '4711'],
    ['tracking RR123456785CN', 'RR123456785CN'],
    ['1Z999AA10123456784 is the number', '1Z999AA10123456784'],
    ['card 4111 1111 1111 1111', '4111 1111'],
    ['card 4111-1111-1111-1111', '1111-1111'],
    ['IBAN DE89 3704 0044 0532 0130 00 bitte', '3704 0044'],
    ['my postcode is ls1 4ap', 'ls1 4ap'],
    ['zip 24103', '24103'],
    ['a\u200bnna@exam\u200bple.com', 'ple.com'],
  ])('%s', (text, secret) => {
    const { text: hidden, restore } = redact(text);
    expect(hidden).not.toContain(secret);
    expect(hidden).toMatch(/\[\[[A-Z]+_1\]\]/);
    expect(restore(hidden)).toBe(text);
  });

  test('names and addresses of the record, in any case, whole words only', () => {
    const known = { names: ['Li Wei', '山田 太郎'], addresses: ['Königsallee 5', '東京都千代田区1-1'] };
    const { text } = redact('li wei lives at KÖNIGSALLEE 5; 山田 太郎は東京都千代田区1-1に。Weimar stays.', known);
    expect(text).not.toMatch(/li wei|königsallee|山田|千代田/i);
    expect(text).toContain('Weimar stays');
  });

  test('kinds are told apart', () => {
    expect(redact('4111 1111 1111 1111').text).toBe('[[CARD_1]]');
    expect(redact('DE89370400440532013000').text).toBe('[[IBAN_1]]');
    expect(redact('+31 20 123 4567').text).toBe('[[PHONE_1]]');
  });

  test('prices, dates, years and small numbers stay readable', () => {
    const text = 'From 2026-11-25 or 12.11.2026: $1200.50, 12800円, €59 and 30 days, since 2019, 2 parcels of 3';
    expect(redact(text).text).toBe(text);
  });

  test('a number ends with its sentence and its line', () => {
    expect(redact('It looks like HH-24817.\n2. Then wait. Order HH-24816. 2 parcels').text).toBe(
      'It looks like [[CODE_1]].\n2. Then wait. Order [[CODE_2]]. 2 parcels',
    );
  });

  test('the same value keeps its placeholder over several texts', () => {
    const redactor = createRedactor();
    expect(redactor.hide('a@example.com')).toBe(redactor.hide('a@example.com'));
    expect(redactor.hide('b@example.com')).toBe('[[EMAIL_2]]');
  });
});

describe('what is put back', () => {
  test('an unknown or damaged placeholder refuses the text', () => {
    const { restore } = redact('a@example.com');
    expect(restore('to [[EMAIL_1]]')).toBe('to a@example.com');
    for (const bad of ['[[EMAIL_2]]', '[[EMAIL_1]', '[EMAIL_1]', '[[ EMAIL 1 ]]', '[[CARD_1]]', 'x [[email_'])
      expect(restore(bad), bad).toBeUndefined();
  });

  test('a lost one refuses it where all must come back', () => {
    const { text, restore } = redact('a@example.com or b@example.com');
    expect(restore(text, { all: true })).toBe('a@example.com or b@example.com');
    expect(restore('[[EMAIL_1]]', { all: true })).toBeUndefined();
    expect(restore('[[EMAIL_1]]')).toBe('a@example.com');
  });

  test('round trip of any text, also of one that imitates placeholders', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('[[EMAIL_1]]', 'EMAIL_1]', '[[ CARD', '[[', ']]', '_1', 'CODE 77]', 'a@b.co', '+4917612345678'),
      fc.constantFrom('4111111111111111', 'HH-24817', '$&', '\u200b', '٠٥٠١٢٣٤٥٦٧', 'Li Wei', 'ﷺ', '\ud800', ' ', '\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const { text: hidden, restore } = redact(text, { names: ['Li Wei', '$1'] });
        expect(restore(hidden, { all: true })).toBe(text);
        expect(hidden).not.toContain('4111111111111111');
      }),
      { numRuns: 500 },
    );
  });

  test('long and hostile texts take bounded time', () => {
    const started = performance.now();
    for (const text of [
      '1'.repeat(100_000),
      'a@'.repeat(50_000),
      '1 '.repeat(50_000),
      'AA11 '.repeat(20_000),
      '[['.repeat(50_000),
    ]) {
      const { text: hidden, restore } = redact(text);
      expect(restore(hidden)).toBe(text);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
