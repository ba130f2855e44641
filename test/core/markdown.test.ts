import { describe, expect, test } from 'vitest';
import { allowedLink, parseBlocks } from '../../core/markdown.ts';

const hosts = ['shop.example'];
const links = (text: string) =>
  parseBlocks(text, hosts)
    .flatMap((block) => (block.type === 'text' ? block.spans : []))
    .map((span) => span.link)
    .filter(Boolean);

describe('what gets through', () => {
  test('paragraphs, lists, strong, emphasis, headings as strong lines', () => {
    expect(parseBlocks('# Title\n\nSome **bold** and *soft*.\n\n1. one\n2. two', hosts)).toEqual([
      { type: 'text', spans: [{ text: 'Title', strong: true }] },
      {
        type: 'text',
        spans: [
          { text: 'Some ' },
          { text: 'bold', strong: true },
          { text: ' and ' },
          { text: 'soft', em: true },
          { text: '.' },
        ],
      },
      { type: 'list', ordered: true, items: [[{ text: 'one' }], [{ text: 'two' }]] },
    ]);
  });

  test('links to allowed hosts and own pages', () => {
    expect(links('[a](https://shop.example/x) [b](https://help.shop.example) [c](/help/de/x)')).toEqual([
      'https://shop.example/x',
      'https://help.shop.example',
      '/help/de/x',
    ]);
  });
});

describe('what does not', () => {
  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt&#58;alert(1))',
    '[x](data:text/html;base64,xx)',
    '[x](vbscript:x)',
    '[x](https://evil.test/?o=1)',
    '[x](//evil.test)',
    '[x](https://shop.example.evil.test)',
    '[x](https://user:pw@shop.example)',
    '![p](https://evil.test/p)',
    '![p][r]\n\n[r]: https://evil.test/p',
    '<a href="https://evil.test">x</a>',
    '[https://shop.example](https://shоp.example)',
  ])('%s is text', (text) => {
    expect(links(text)).toEqual([]);
  });

  test('HTML is shown as it was typed', () => {
    expect(JSON.stringify(parseBlocks('<img src=x onerror=alert(1)>', hosts))).toContain(
      '<img src=x onerror=alert(1)>',
    );
  });
});

test.each([
  '*a_'.repeat(20_000),
  '> '.repeat(2000),
  '['.repeat(60_000),
  'a@'.repeat(30_000),
  '- '.repeat(20_000),
  '`'.repeat(60_000),
])('%#: no text hangs the parser', (text) => {
  const started = performance.now();
  parseBlocks(text, hosts);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('hosts are whole names', () => {
  expect(allowedLink('https://notshop.example', hosts)).toBe(false);
  expect(allowedLink('ftp://shop.example', hosts)).toBe(false);
  expect(allowedLink('/\\evil.test', hosts)).toBe(false);
  expect(allowedLink('//evil.test', hosts)).toBe(false);
});
