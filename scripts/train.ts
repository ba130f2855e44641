import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageFeatures } from '../bot/understanding/features.ts';
import { intents } from '../bot/understanding/labels.ts';
import { type Example, type TrainOptions, train } from '../bot/understanding/trainer.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { languageFeatures } from '../core/language/detectFeatures.ts';
import { type LinearModel, loadLinear, saveLinear, softmax } from '../core/language/linear.ts';
import { augment, type Phrase, readEmotions, readExamples, sourceHashes } from './trainingData.ts';

const lexicon = loadConcepts();
const folds = 4;

export const intentOptions: TrainOptions = {
  seed: 7,
  epochs: 8,
  rate: 0.3,
  decay: 1e-6,
  smoothing: 0.05,
  minCount: 2,
  maxFeatures: 90_000,
};
export const emotionOptions: TrainOptions = {
  seed: 7,
  epochs: 8,
  rate: 0.25,
  decay: 1e-6,
  smoothing: 0.05,
  minCount: 2,
  maxFeatures: 30_000,
};
export const languageOptions: TrainOptions = {
  seed: 7,
  epochs: 4,
  rate: 0.4,
  decay: 1e-6,
  smoothing: 0.01,
  minCount: 3,
  maxFeatures: 30_000,
};

/** Examples of phrases, with their augmented forms at a lower weight when they are trained on. */
export function intentExamples(phrases: readonly Phrase[], augmented: boolean): Example[] {
  return phrases.flatMap(({ text, language, label }, i) => [
    { features: messageFeatures(text, language, lexicon), label },
    ...(augmented
      ? augment(text, i).map((variant) => ({
          features: messageFeatures(variant, language, lexicon),
          label,
          weight: 0.4,
        }))
      : []),
  ]);
}

/** Weights for a set of phrases, in the form that is shipped. */
export function fit(
  examples: Example[],
  classes: readonly string[],
  options: TrainOptions,
  temperature = 1,
  extra: Record<string, number> = {},
): Uint8Array {
  const trained = train(examples, classes, options);
  return saveLinear(
    { classes: [...classes], bias: trained.bias, temperature, sources: sourceHashes(), extra },
    trained.rows,
  );
}

/** Every phrase judged by a model that has not seen it: for the temperature and the thresholds. */
export function heldOut(
  phrases: readonly Phrase[],
  classes: readonly string[],
  options: TrainOptions,
): { phrase: Phrase; scores: Float64Array; model: LinearModel }[] {
  return Array.from({ length: folds }, (_, fold) => {
    const model = loadLinear(
      fit(
        intentExamples(
          phrases.filter((_phrase, i) => i % folds !== fold),
          true,
        ),
        classes,
        options,
      ),
    );
    return phrases
      .filter((_phrase, i) => i % folds === fold)
      .map((phrase) => ({
        phrase,
        scores: model.scores(messageFeatures(phrase.text, phrase.language, lexicon)),
        model,
      }));
  }).flat();
}

/** The temperature at which confidences come true: lowest log loss on held-out phrases. */
export function calibrate(judged: { phrase: Phrase; scores: Float64Array }[], classes: readonly string[]): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let temperature = 0.3; temperature <= 3; temperature += 0.05) {
    let loss = 0;
    for (const { phrase, scores } of judged)
      loss -= Math.log(Math.max(1e-9, softmax(scores, temperature)[classes.indexOf(phrase.label)] ?? 0));
    if (loss < best.loss) best = { temperature: Math.round(temperature * 100) / 100, loss };
  }
  return best.temperature;
}

/** The lowest confidence from which on `precision` of the held-out answers are right. */
export function thresholdFor(judged: { right: boolean; confidence: number }[], precision: number): number {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let threshold = 1;
  sorted.forEach((entry, i) => {
    if (entry.right) right += 1;
    if (right / (i + 1) >= precision) threshold = entry.confidence;
  });
  return Math.round(threshold * 1000) / 1000;
}

if (import.meta.main) {
  const compare = process.argv.includes('--compare');
  const store = (path: string, bytes: Uint8Array) => {
    if (!compare) return writeFileSync(at(path), bytes);
    if (Buffer.compare(readFileSync(at(path)), bytes) === 0) return;
    process.stderr.write(`${path} is not what training gives now\n`);
    process.exitCode = 1;
  };
  const phrases = readExamples();
  process.stderr.write(`${phrases.length} phrases\n`);
  const judged = heldOut(phrases, intents, intentOptions);
  const temperature = calibrate(judged, intents);
  const answers = judged.map(({ phrase, scores }) => {
    const probabilities = softmax(scores, temperature);
    const order = [...probabilities.keys()].sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
    return {
      right: intents[order[0] ?? 0] === phrase.label,
      confidence: probabilities[order[0] ?? 0] ?? 0,
      top3: order.slice(0, 3).some((i) => intents[i] === phrase.label),
    };
  });
  const extra = {
    act: thresholdFor(answers, 0.93),
    offer: 0.12,
    heldOutTop1: share(answers, (answer) => answer.right),
    heldOutTop3: share(answers, (answer) => answer.top3),
  };
  process.stderr.write(`held out: ${JSON.stringify({ temperature, ...extra })}\n`);
  store(
    'bot/understanding/data/intents.bin',
    fit(intentExamples(phrases, true), intents, intentOptions, temperature, extra),
  );

  const emotions = ['calm', 'frustrated', 'angry'];
  const feelings = readEmotions();
  const judgedFeelings = heldOut(feelings, emotions, emotionOptions);
  const emotionTemperature = calibrate(judgedFeelings, emotions);
  // Calm intents teach what bad news without anger sounds like.
  const calm = phrases
    .filter(
      (phrase, i) =>
        i % 2 === 0 &&
        !['dispute', 'complaint', 'human_agent', 'out_of_scope'].includes(phrase.label) &&
        ['direct', 'terse', 'casual'].includes(phrase.style),
    )
    .map((phrase) => ({ ...phrase, label: 'calm' }));
  store(
    'bot/understanding/data/emotion.bin',
    fit(intentExamples([...feelings, ...calm], true), emotions, emotionOptions, emotionTemperature),
  );

  const languages = [...new Set(phrases.map((phrase) => phrase.language))].sort();
  // Arabic and Chinese are told by their script; in Latin letters (Arabizi) they take part like the others.
  const spoken = [...phrases, ...feelings].map((phrase) => ({
    features: languageFeatures(phrase.text),
    label: phrase.language,
  }));
  store('core/language/data/languages.bin', fit(spoken, languages, languageOptions));
  process.stderr.write(compare ? 'weights compared\n' : 'weights written\n');
}

function share<T>(list: T[], is: (item: T) => boolean): number {
  return Math.round((list.filter(is).length / Math.max(1, list.length)) * 1000) / 1000;
}

function at(path: string): string {
  return join(import.meta.dirname, '..', path);
}
