import { expect, test } from 'vitest';
import { passagesOf } from '../../../knowledge/ingest/passages.ts';

test('the headings above stand in front of each passage', () => {
  const text =
    '# Returns\n\nIntro.\n\n## By post\n\nPost it.\n\n### Labels\n\nPrint one.\n\n## In the shop\n\nBring it.';
  expect(passagesOf(text)).toEqual([
    '# Returns\n\nIntro.',
    '# Returns\n\n## By post\n\nPost it.',
    '# Returns\n\n## By post\n\n### Labels\n\nPrint one.',
    '# Returns\n\n## In the shop\n\nBring it.',
  ]);
});

test.each([
  ['a list', Array.from({ length: 60 }, (_, i) => `- point ${i}, which is rather long`).join('\n')],
  [
    'a numbered list with gaps',
    Array.from({ length: 60 }, (_, i) => `${i + 1}. step ${i} of many\n\n   and how`).join('\n\n'),
  ],
  ['a table', `| a | b |\n|---|---|\n${Array.from({ length: 80 }, (_, i) => `| row ${i} | value |`).join('\n')}`],
  [
    'a table without outer bars',
    `a | b\n--- | ---\n${Array.from({ length: 80 }, (_, i) => `row ${i} | value`).join('\n')}`,
  ],
  ['code with headings inside', `\`\`\`\n${Array.from({ length: 80 }, (_, i) => `# line ${i}\n`).join('\n')}\`\`\``],
])('%s stays whole, with the sentence that announces it', (_name, block) => {
  const passages = passagesOf(`## Head\n\n${'Long before. '.repeat(60)}\n\nHere it is:\n\n${block}\n\nAfter.`);
  const whole = passages.filter((passage) => passage.includes('Here it is:'));
  expect(whole).toHaveLength(1);
  const lines = block.split('\n').filter((line) => line.trim());
  for (const line of lines) expect(whole[0]).toContain(line);
  expect(whole[0]).toContain('## Head');
});

test('a list right below its sentence is not cut either', () => {
  const list = Array.from({ length: 60 }, (_, i) => `- point ${i}, which is rather long`).join('\n');
  expect(passagesOf(`Do this:\n${list}`)).toHaveLength(1);
});

test.each([
  ['Chinese', '我们会在收到商品后十四天内把款项退回到您的付款方式。'],
  ['Japanese', '返品をお受け取りしてから十四日以内に、お支払い方法へ返金いたします。'],
  ['Arabic', 'هل وصل الطرد متأخراً؟ سنعيد المبلغ خلال أربعة عشر يوماً، إن شاء الله.'],
  ['German', 'Wir erstatten den Betrag binnen vierzehn Tagen auf dem Weg, auf dem bezahlt wurde. '],
  ['Russian', 'Мы вернём деньги в течение четырнадцати дней тем же способом, которым вы заплатили! '],
])('long %s text is cut at the ends of its sentences', (_name, sentence) => {
  const passages = passagesOf(sentence.repeat(60));
  expect(passages.length).toBeGreaterThan(1);
  for (const passage of passages) {
    expect(passage.length).toBeLessThanOrEqual(700);
    expect(passage).toMatch(/[。.!؟]$/);
    expect(passage).toMatch(/^\p{L}/u);
  }
  expect(passages.join('').replace(/\s/g, '')).toBe(sentence.repeat(60).replace(/\s/g, ''));
});

test('Thai, which marks neither sentences nor words, is cut between words', () => {
  const word = 'สวัสดีครับ';
  const phrases = passagesOf(`${word.repeat(5)} `.repeat(40));
  expect(phrases.every((passage) => passage.length <= 700 && passage.endsWith('ครับ'))).toBe(true);
  const unbroken = passagesOf(word.repeat(200));
  expect(unbroken.length).toBeGreaterThan(1);
  expect(unbroken.every((passage) => passage.startsWith('สวัสดี') && passage.endsWith('ครับ'))).toBe(true);
});

test('text without headings, empty text and headings alone give a passage', () => {
  expect(passagesOf('Just this.')).toEqual(['Just this.']);
  expect(passagesOf('')).toEqual(['']);
  expect(passagesOf('# Only a head')).toEqual(['# Only a head']);
  expect(passagesOf('# A\r\n\r\nText\r\n')).toEqual(['# A\n\nText']);
});

test.each([
  ['marks', '*a_'.repeat(600_000)],
  ['bars', '|'.repeat(2_000_000)],
  ['blank lines', '\n'.repeat(2_000_000)],
  ['spaces', `${' '.repeat(2_000_000)}x`],
  ['a list without end', '\n\n- a'.repeat(400_000)],
  ['numbers', '1'.repeat(2_000_000)],
  ['fences', '```\n'.repeat(500_000)],
  ['one Chinese run', '字'.repeat(1_000_000)],
  ['sentences', 'x. '.repeat(600_000)],
])('2 MB of %s are cut in a moment', (_name, text) => {
  const started = performance.now();
  passagesOf(text);
  expect(performance.now() - started).toBeLessThan(5000);
});
