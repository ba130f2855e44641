import { expect, test } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { linearPattern } from '../../core/linearPattern.ts';

test.each([
  ['WEB-[0-9]{4}-[A-Z]{2,3}', 'my order web-2024-abc', 'web-2024-abc'],
  ['(?:SO|PO)\\d{5,8}', '订单SO12345到哪了', 'SO12345'],
  ['(?:SO|PO)\\d{5,8}', 'version XSO12345', undefined],
  ['(?:SO|PO)\\d{5,8}', 'where is #SO12345?', '#SO12345'],
  ['\\d{2}/\\d{3,5}', 'order 24/8170', '24/8170'],
])('%s is read in "%s"', (source, text, found) => {
  expect(text.match(linearPattern(source))?.[0]).toBe(found);
});

test.each([
  '(a+)+b',
  'a*b',
  '(\\d{1,9}){1,9}',
  '(?=x)x',
  '(\\d)\\1',
  '\\d{1,40}\\d{1,40}\\d{1,40}x',
  '\\d{1,999}',
  '\\d{3,}',
  'x'.repeat(201),
  '[',
  '(?:A)?',
  '^A1$',
])('%s is refused', (source) => {
  expect(() => linearPattern(source)).toThrow();
  expect(() => readConfig('/nowhere', { ORDER_NUMBER_PATTERN: source })).toThrow('ORDER_NUMBER_PATTERN');
});

test('what is allowed stays fast on hostile text', () => {
  const pattern = linearPattern('[A-Z]{1,6}-?\\d{1,6}-?\\d{1,6}x');
  const started = performance.now();
  for (const piece of ['A1', '1', 'A', 'AAAAAAAAA1', '-', 'A-1-'])
    [...piece.repeat(4000).slice(0, 4000).matchAll(pattern)].length;
  expect(performance.now() - started).toBeLessThan(500);
});
