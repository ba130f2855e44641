import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { detectLanguage } from '../core/language/detect.ts';
import { thresholdFor } from './train.ts';
import { readDevelopment } from './training/data.ts';

// How good the understanding is on the development test, which somebody wrote who had seen neither phrases nor lexicon. Temperature and
// thresholds are chosen on it; nothing is trained on it.
const started = performance.now();
const understand = createUnderstanding({ lexicon: loadConcepts() });
const ready = performance.now() - started;
const messages = readDevelopment();
const judged = messages.map((message) => ({
  message,
  found: understand(message.text, { language: message.language }),
  alone: understand(message.text),
}));
type Row = (typeof judged)[number];
const spaceless = new Set(['zh', 'ja']);

const top = ({ message, found }: Row, count: number) =>
  found.intents.slice(0, count).some(({ name }) => name === message.intent);

print('intents', ['n', 'top-1', 'top-3', 'sure at 95 %', 'language alone']);
for (const [name, rows] of groups()) {
  const answers = rows.map((row) => ({ right: top(row, 1), confidence: row.found.intents[0]?.confidence ?? 0 }));
  const floor = thresholdFor(answers, 0.95);
  print(name, [
    rows.length,
    share(rows, (row) => top(row, 1)),
    share(rows, (row) => top(row, 3)),
    share(answers, ({ confidence }) => confidence >= floor && floor < 1),
    share(rows, ({ message, alone }) => alone.language === message.language),
  ]);
}
print('out of scope, area under the curve (≥ 0.92)', [auroc()]);

const spoken = messages.filter(({ text, language }) => text.split(/\s+/).length >= 3 || spaceless.has(language));
print('language, three words or more (≥ 97, 99, 92 %)', ['no prior', 'right prior', 'wrong prior']);
print(
  '',
  [undefined, 'own', 'wrong'].map((prior) =>
    share(spoken, ({ text, language }) => {
      const given = prior === 'own' ? language : prior === 'wrong' ? (language === 'en' ? 'de' : 'en') : undefined;
      return detectLanguage(text, given).language === language;
    }),
  ),
);

print('values', ['n', 'precision', 'recall', 'F1']);
for (const name of ['order_number', 'tracking_number', 'email', 'phone', 'postcode', 'amount', 'date', 'country']) {
  let hits = 0;
  let found = 0;
  let wanted = 0;
  for (const row of judged) {
    const expected = (row.message.entities[name] ?? []).map(plain);
    const given = row.found.entities
      .filter((entity) => entity.name === name && !entity.relative)
      .map((entity) => plain(entity.text));
    wanted += expected.length;
    found += given.length;
    // A value that is found twice is one hit and one mistake.
    for (const value of expected) hits += given.includes(value) ? 1 : 0;
  }
  const precision = hits / Math.max(1, found);
  const recall = hits / Math.max(1, wanted);
  print(name, [wanted, percent(precision), percent(recall), percent((2 * hits) / Math.max(1, found + wanted))]);
}

const of = (is: (row: Row) => boolean) => judged.filter(is);
print('anger: recall (≥ 75 %), false alarms (≤ 4 %)', [
  share(of(angry), ({ found }) => found.emotion === 'angry'),
  share(
    of((row) => !angry(row)),
    ({ found }) => found.emotion === 'angry',
  ),
]);
print('hand-over: recall, precision (≥ 75 %)', [
  share(
    of(({ message }) => message.handoff),
    ({ found }) => found.handoff.now,
  ),
  share(
    of(({ found }) => found.handoff.now),
    ({ message }) => message.handoff,
  ),
]);
print('wish for a person: recall', [
  share(
    of(({ message }) => message.reason === 'person_wanted'),
    ({ found }) => found.handoff.now,
  ),
]);
const reasons = [...new Set(messages.map(({ reason }) => reason ?? ''))].filter(Boolean);
for (const reason of reasons)
  print(`  ${reason}`, [
    of(({ message }) => message.reason === reason).length,
    share(
      of(({ message }) => message.reason === reason),
      ({ found }) => found.handoff.now,
    ),
  ]);

const times = messages
  .map(({ text }) => {
    const before = performance.now();
    understand(text);
    return performance.now() - before;
  })
  .sort((a, b) => a - b);
print('time a message: p50 (≤ 1 ms), p99 (≤ 5 ms)', [
  `${times[Math.floor(times.length / 2)]?.toFixed(2)} ms`,
  `${times[Math.floor(times.length * 0.99)]?.toFixed(2)} ms`,
]);
print('ready after (≤ 600 ms), memory of the process (≤ 200 MB)', [
  `${ready.toFixed(0)} ms`,
  `${Math.round(process.memoryUsage().rss / 1024 / 1024)} MB`,
]);

function groups(): [string, Row[]][] {
  const by = (key: 'language' | 'style') =>
    [...new Set(messages.map((message) => message[key]))].map((value): [string, Row[]] => [
      value,
      judged.filter(({ message }) => message[key] === value),
    ]);
  return [['all', judged], ...by('language'), ...by('style')];
}

function angry({ message }: Row): boolean {
  return message.emotion === 'angry';
}

function auroc(): string {
  const outside = ({ found }: Row) => found.gist?.intents.out_of_scope ?? 0;
  const sorted = judged
    .map((row): [number, boolean] => [outside(row), row.message.intent === 'out_of_scope'])
    .sort((a, b) => a[0] - b[0] || Number(b[1]) - Number(a[1]));
  let ranks = 0;
  let positive = 0;
  sorted.forEach(([, is], i) => {
    if (!is) return;
    ranks += i + 1;
    positive += 1;
  });
  const negative = sorted.length - positive;
  return ((ranks - (positive * (positive + 1)) / 2) / (positive * negative)).toFixed(3);
}

function print(name: string, cells: (string | number)[]): void {
  process.stdout.write(`${name.padEnd(58)}${cells.map((cell) => String(cell).padStart(15)).join('')}\n`);
}

function share<T>(list: readonly T[], is: (item: T) => boolean): string {
  return list.length === 0 ? 'none' : percent(list.filter(is).length / list.length);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function plain(value: string): string {
  return value.replace(/\s+/g, '').toLowerCase();
}
