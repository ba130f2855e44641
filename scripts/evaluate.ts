import { intents } from '../bot/understanding/labels.ts';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { detectLanguage } from '../core/language/detect.ts';
import { softmax } from '../core/language/linear.ts';
import { calibrate, heldOut, intentOptions, thresholdFor } from './train.ts';
import { readEmotions, readExamples } from './trainingData.ts';

// How good the understanding is on phrases it has not seen: each is judged by weights trained without it. One author's phrases
// resemble each other, so unseen customers are harder than these figures say.
const phrases = readExamples();
const judged = heldOut(phrases, intents, intentOptions);
const temperature = calibrate(judged, intents);
const answers = judged.map(({ phrase, scores }) => {
  const probabilities = softmax(scores, temperature);
  const order = [...probabilities.keys()].sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
  const label = intents[order[0] ?? 0];
  return {
    phrase,
    right: label === phrase.label,
    top3: order.slice(0, 3).some((i) => intents[i] === phrase.label),
    confidence: probabilities[order[0] ?? 0] ?? 0,
    outside: probabilities[intents.indexOf('out_of_scope')] ?? 0,
  };
});

print('intents (held out)', ['n', 'top-1', 'top-3', 'sure at 95 %']);
for (const group of [
  'all',
  ...new Set(phrases.map((phrase) => phrase.language)),
  ...new Set(phrases.map((phrase) => phrase.style)),
]) {
  const own = answers.filter(({ phrase }) => group === 'all' || phrase.language === group || phrase.style === group);
  const floor = thresholdFor(own, 0.95);
  print(group, [
    own.length,
    share(own, (answer) => answer.right),
    share(own, (answer) => answer.top3),
    share(own, (answer) => answer.confidence >= floor && floor < 1),
  ]);
}
print('out of scope, area under the curve', [
  auroc(answers.map(({ outside, phrase }) => [outside, phrase.label === 'out_of_scope'])),
]);

const spoken = phrases.filter((phrase) => phrase.text.split(/\s+/).length >= 3 || phrase.language === 'zh');
print('language, three words or more (trained on)', ['no prior', 'right prior', 'wrong prior']);
print(
  '',
  [undefined, 'own', 'wrong'].map((prior) =>
    share(
      spoken,
      ({ text, language }) =>
        detectLanguage(
          text,
          prior === 'own' ? language : prior === 'wrong' ? (language === 'en' ? 'de' : 'en') : undefined,
        ).language === language,
    ),
  ),
);

const understand = createUnderstanding({ lexicon: loadConcepts() });
const feelings = readEmotions().map((phrase) => ({
  label: phrase.label,
  found: understand(phrase.text, { language: phrase.language }),
}));
const angry = feelings.filter(({ label }) => label === 'angry');
const rest = feelings.filter(({ label }) => label === 'calm');
print('anger (trained on): recall, false alarms on calm', [
  share(angry, ({ found }) => found.emotion === 'angry'),
  share(rest, ({ found }) => found.emotion === 'angry'),
]);
const calls = phrases.map(({ text, label }) => ({ label, now: understand(text).handoff }));
print('wish for a person (trained on): recall, false alarms', [
  share(
    calls.filter(({ label }) => label === 'human_agent'),
    ({ now }) => now.now,
  ),
  share(
    calls.filter(({ label }) => label !== 'human_agent'),
    ({ now }) => now.reason === 'person_wanted',
  ),
]);

const times = phrases
  .slice(0, 3000)
  .map(({ text }) => {
    const started = performance.now();
    understand(text);
    return performance.now() - started;
  })
  .sort((a, b) => a - b);
print('time a message: p50, p99 in ms', [
  times[Math.floor(times.length / 2)]?.toFixed(2) ?? '',
  times[Math.floor(times.length * 0.99)]?.toFixed(2) ?? '',
]);
print('memory of the process in MB', [Math.round(process.memoryUsage().rss / 1024 / 1024)]);

function print(name: string, cells: (string | number)[]): void {
  process.stdout.write(`${name.padEnd(52)}${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
}

function share<T>(list: readonly T[], is: (item: T) => boolean): string {
  return list.length === 0 ? 'none' : `${((list.filter(is).length / list.length) * 100).toFixed(1)} %`;
}

function auroc(pairs: [number, boolean][]): string {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
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
