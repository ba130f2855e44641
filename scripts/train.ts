import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageFeatures } from '../bot/understanding/features.ts';
import { causes, emotions, intents } from '../bot/understanding/labels.ts';
import { loadNetwork, type Network, saveNetwork } from '../bot/understanding/network.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { languageFeatures } from '../core/language/detectFeatures.ts';
import { saveLinear, softmax } from '../core/language/linear.ts';
import {
  augment,
  type Judged,
  type Phrase,
  readCauses,
  readDevelopment,
  readEmotions,
  readExamples,
  sourceHashes,
} from './training/data.ts';
import { trainLinear } from './training/linear.ts';
import { type NetworkExample, type NetworkOptions, trainNetwork } from './training/network.ts';

const lexicon = loadConcepts();
const names: readonly string[] = intents;

/** How the network is trained; docs/understanding.md tells what else was tried. */
export const networkOptions: NetworkOptions = {
  seed: 7,
  hidden: 48,
  epochs: 8,
  rate: 0.05,
  slowing: 0.8,
  dropout: 0.3,
  smoothing: 0.05,
  minCount: 4,
  maxFeatures: 165_000,
};

/** Weights of intents and feelings from phrases, calibrated on the development test. */
export function fitNetwork(phrases: readonly Phrase[], options = networkOptions): Uint8Array {
  const trained = trainNetwork(
    phrases.flatMap((phrase, i) => examplesOf(phrase, i)),
    [intents.length, emotions.length, causes.length],
    options,
  );
  const heads = { intent: [...intents], emotion: [...emotions], cause: [...causes] };
  const plain = { heads, temperatures: { intent: 1, emotion: 1, cause: 1 }, sources: sourceHashes(), extra: {} };
  const judged = judge(loadNetwork(saveNetwork(plain, trained)), readDevelopment());
  const temperature = calibrate(judged);
  const confidences = judged.map(({ scores, message }) => {
    const probabilities = softmax(scores.intent ?? new Float64Array(), temperature);
    const best = indexOfMost(probabilities);
    return { right: names[best] === message.intent, confidence: probabilities[best] ?? 0 };
  });
  const extra = {
    act: thresholdFor(confidences, actPrecision),
    offer: 0.12,
    angry: floorAt(
      judged,
      falseAlarms,
      ({ emotion }) => emotion === 'angry',
      ({ scores }) => softmax(scores.emotion ?? none)[emotions.indexOf('angry')] ?? 0,
    ),
    cause: floorAt(
      judged,
      falseCauses,
      ({ handoff }) => handoff,
      ({ scores }) => 1 - (softmax(scores.cause ?? none)[0] ?? 1),
    ),
  };
  return saveNetwork({ ...plain, temperatures: { intent: temperature, emotion: 1, cause: 1 }, extra }, trained);
}

/** The scores of each message of a test. */
export function judge(network: Network, messages: readonly Judged[]): Scored[] {
  return messages.map((message) => ({
    message,
    scores: network.read(messageFeatures(message.text, message.language, lexicon)).scores,
  }));
}

export type Scored = { message: Judged; scores: Record<string, Float64Array> };

/** The lowest confidence from which on `precision` of the answers are right. */
export function thresholdFor(answers: { right: boolean; confidence: number }[], precision: number): number {
  const sorted = [...answers].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let threshold = 1;
  sorted.forEach((entry, i) => {
    if (entry.right) right += 1;
    if (right / (i + 1) >= precision) threshold = entry.confidence;
  });
  return Math.round(threshold * 1000) / 1000;
}

// What the bot acts on is right this often; what anger is taken from calm, this seldom.
const actPrecision = 0.93;
const falseAlarms = 0.035;
const falseCauses = 0.02;
const none = new Float64Array();

// Variants with slips of the finger count less than what people wrote.
const variantWeight = 0.4;

function examplesOf(phrase: Phrase, seed: number): NetworkExample[] {
  const answers = (weight: number) => [
    names.includes(phrase.label) && phrase.style !== 'cause'
      ? { label: names.indexOf(phrase.label), weight }
      : undefined,
    feelingOf(phrase, weight),
    causeOf(phrase, weight),
  ];
  return [phrase.text, ...augment(phrase.text, seed)].map((text, i) => ({
    features: messageFeatures(text, phrase.language, lexicon),
    answers: answers(i === 0 ? 1 : variantWeight),
  }));
}

// Phrases of an intent say something about feeling too: threats are angry, plain questions are calm.
function feelingOf({ label, style }: Phrase, weight: number): { label: number; weight: number } | undefined {
  const as = (emotion: (typeof emotions)[number], share: number) => ({
    label: emotions.indexOf(emotion),
    weight: weight * share,
  });
  if (style === 'cause') return label === 'legal' ? as('angry', 0.5) : undefined;
  if (style === 'emotion') return as(label as (typeof emotions)[number], 1);
  if (label === 'dispute') return as('angry', 0.5);
  if (label === 'complaint') return as('frustrated', 0.5);
  if (label === 'praise' || label === 'thanks') return as('calm', 0.3);
  return style === 'direct' || style === 'terse' || style === 'casual' ? as('calm', 0.12) : undefined;
}

// So do phrases of an intent about who is needed: a wish for a person and threats are causes, plain matters are none.
function causeOf({ label, style }: Phrase, weight: number): { label: number; weight: number } | undefined {
  const as = (cause: (typeof causes)[number], share: number) => ({
    label: causes.indexOf(cause),
    weight: weight * share,
  });
  if (style === 'cause') return as(label as (typeof causes)[number], 1);
  if (style === 'emotion') return undefined;
  if (label === 'human_agent') return as('person_wanted', 0.5);
  if (label === 'dispute') return as('legal', 0.5);
  if (label === 'complaint' || label === 'account_problem' || label === 'payment_problem') return undefined;
  return style === 'long' ? undefined : as('none', 0.1);
}

// The temperature at which confidences come true: lowest log loss.
function calibrate(judged: readonly Scored[]): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let temperature = 0.3; temperature <= 3; temperature += 0.05) {
    let loss = 0;
    for (const { scores, message } of judged) {
      const probabilities = softmax(scores.intent ?? new Float64Array(), temperature);
      loss -= Math.log(Math.max(1e-9, probabilities[names.indexOf(message.intent)] ?? 0));
    }
    if (loss < best.loss) best = { temperature: Math.round(temperature * 100) / 100, loss };
  }
  return best.temperature;
}

// The lowest value from which on no more than `share` of those that it does not concern are taken for it.
function floorAt(
  judged: readonly Scored[],
  share: number,
  concerns: (message: Judged) => boolean,
  measure: (scored: Scored) => number,
): number {
  const others = judged
    .filter(({ message }) => !concerns(message))
    .map(measure)
    .sort((a, b) => b - a);
  return Math.round((others[Math.floor(others.length * share)] ?? 1) * 1000) / 1000;
}

function indexOfMost(values: Float64Array): number {
  let best = 0;
  values.forEach((value, i) => {
    if (value > (values[best] ?? 0)) best = i;
  });
  return best;
}

if (import.meta.main) {
  const compare = process.argv.includes('--compare');
  const store = (path: string, bytes: Uint8Array) => {
    const file = join(import.meta.dirname, '..', path);
    if (!compare) return writeFileSync(file, bytes);
    if (Buffer.compare(readFileSync(file), bytes) === 0) return;
    process.stderr.write(`${path} is not what training gives now\n`);
    process.exitCode = 1;
  };
  const phrases = readExamples();
  const feelings = [...readEmotions(), ...readCauses()];
  process.stderr.write(`${phrases.length} phrases, ${feelings.length} of feelings and causes\n`);
  const bytes = fitNetwork([...phrases, ...feelings]);
  process.stderr.write(`${JSON.stringify(loadNetwork(bytes).header.extra)}\n`);
  store('bot/understanding/data/network.bin', bytes);

  // Arabic and Chinese are told by their script; in Latin letters (Arabizi) they take part like the others.
  const languages = [...new Set(phrases.map((phrase) => phrase.language))].sort();
  const spoken = [...phrases, ...feelings].map((phrase) => ({
    features: languageFeatures(phrase.text),
    label: phrase.language,
  }));
  const trained = trainLinear(spoken, languages, {
    seed: 7,
    epochs: 4,
    rate: 0.4,
    decay: 1e-6,
    smoothing: 0.01,
    minCount: 3,
    maxFeatures: 30_000,
  });
  store(
    'core/language/data/languages.bin',
    saveLinear(
      { classes: languages, bias: trained.bias, temperature: 1, sources: sourceHashes(), extra: {} },
      trained.rows,
    ),
  );
  process.stderr.write(compare ? 'weights compared\n' : 'weights written\n');
}
