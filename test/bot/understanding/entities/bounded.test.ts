import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findEntities } from '../../../../bot/understanding/entities/findEntities.ts';

const languages = ['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko', undefined];
const expectations = ['number', 'proof', 'phone', 'tracking', 'address', 'quantity', 'reason', undefined];

// Pieces that the patterns wait for, so that chance finds their neighbourhood.
const pieces = fc.constantFrom(
  ...[
    'order ',
    '#',
    'HH-',
    '24817',
    ' 1',
    '1Z',
    'RR',
    'CN',
    '@',
    '.com',
    ' at ',
    ' dot ',
    '+49',
    '(0',
    ') ',
    '€',
    'R$',
    ' euros',
    '12.',
    '/03',
    ' June',
    ' bis ',
    '月',
    '日',
    '万',
    '元',
    'eins ',
    'zwei ',
    '二',
    '삼',
    'double ',
    '\u200f',
    '\u202b',
    '２４',
    '٢٤',
    'İ',
    'ß',
    '\u0301',
    '\ud800',
    '😀',
    'Германию ',
    'للسعودية ',
    'new address: ',
    'str. 5, ',
    '우편번호 ',
    'x3',
    '-',
    ' ',
  ],
);

test('spans lie inside of the text, in order, and hold what they say', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.string({ unit: 'grapheme', maxLength: 120 }),
      ),
      fc.constantFrom(...languages),
      fc.constantFrom(...expectations),
      (text, language, expecting) => {
        const found = findEntities(text, { ...(language ? { language } : {}), ...(expecting ? { expecting } : {}) });
        found.forEach(({ text: written, value, start, end }, i) => {
          expect(start).toBeGreaterThanOrEqual(i > 0 ? (found[i - 1]?.start ?? 0) : 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(text.slice(start, end)).toBe(written);
          expect(value).not.toBe('');
        });
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(
  [
    '1',
    '1 ',
    '1-',
    '1.',
    'a1',
    'A ',
    'a@',
    'a@a.',
    'a at a dot ',
    '+',
    '0',
    '12.',
    '3 June ',
    '€1',
    '1,000',
    '#',
    '#1',
    'RR',
    'eins ',
    'double ',
    '二',
    '일',
    '中国',
    'Германии ',
    'للسعودية ',
    'new address: 1 a street ',
    'str. 1 ',
    '路',
    '\u0301',
    '\u200f1',
    '😀',
    'İ1',
    'united states of ',
    'Straße 5, 24103 Kiel ',
    'www.',
    '[',
    '(1',
  ].map((piece) => [piece]),
)('%j over and over takes no longer than its length allows', (piece) => {
  const text = piece.repeat(100_000).slice(0, 100_000);
  findEntities(text.slice(0, 200), { language: 'en' });
  for (const language of ['en', 'ru', 'zh']) {
    const started = performance.now();
    findEntities(text, { language, expecting: 'address' });
    expect(performance.now() - started, language).toBeLessThan(300);
  }
});

test('a usual message takes a fraction of a millisecond', () => {
  const texts = [
    'Hello, where is my order HH-24817? It should have come on 12 March.',
    'Wo bleibt mein Paket 00340434161094042557 nach Wien?',
    '我的订单HH-24817到哪了',
    'thanks!',
  ];
  for (let i = 0; i < 300; i += 1) for (const text of texts) findEntities(text, { language: 'en' });
  const times: number[] = [];
  for (let i = 0; i < 200; i += 1)
    for (const text of texts) {
      const started = performance.now();
      findEntities(text, { language: 'en' });
      times.push(performance.now() - started);
    }
  // Ten times what it takes on an idle machine.
  expect(times.sort((a, b) => a - b)[times.length >> 1]).toBeLessThan(1);
});
