import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closedPhrase } from '../../core/language/closedPhrases.ts';
import type { ConceptLexicon } from '../../core/language/concepts.ts';
import { detectLanguage } from '../../core/language/detect.ts';
import { direction, type Gist } from '../../core/language/gist.ts';
import { softmax } from '../../core/language/linear.ts';
import { maxCharacters } from '../../core/language/normalise.ts';
import { findEntities } from './entities/findEntities.ts';
import { messageFeatures } from './features.ts';
import { causes, emotions } from './labels.ts';
import { loadNetwork } from './network.ts';
import { findTrigger } from './triggers.ts';
import type { Emotion, HandoffCause, Understanding } from './types.ts';

/**
 * The local understanding: language, intents, values, feeling, and whether a person is needed, from the message alone. It
 * never throws and its time is bounded, whatever the text is.
 */
export function createUnderstanding({
  lexicon,
  orderNumber,
}: {
  lexicon: ConceptLexicon;
  /** The shop's own form of order numbers (global, linear). */
  orderNumber?: RegExp | undefined;
}): Understand {
  const network = loadNetwork(readFileSync(join(import.meta.dirname, 'data', 'network.bin')));
  const { heads, temperatures, extra } = network.header;
  const { act = 0.7, offer = 0.12, angry: angerFloor = 0.5, cause: causeFloor = 0.5 } = extra;

  const understand = (text: string, { language: prior, expecting }: UnderstandContext = {}): Understanding => {
    const cut = text.slice(0, maxCharacters * 2);
    const detected = detectLanguage(cut, prior);
    const closed = closedPhrase(cut);
    const read = readWith(cut, detected.language);
    const intents = closed ? closedIntents(closed) : rank(cut, read.intent);
    const { emotion, handoff } = judge(cut, detected.language, read, intents[0], closed);
    return {
      language: detected.language,
      languageConfidence: detected.confidence,
      languageKnown: detected.known,
      intents,
      entities: findEntities(cut, {
        language: detected.language,
        ...(expecting ? { expecting } : {}),
        ...(orderNumber ? { orderNumber } : {}),
      }),
      emotion,
      handoff,
      gist: gistFrom(read),
    };
  };
  return Object.assign(understand, {
    zones: { act, offer },
    gist: (text: string, language: string) => gistFrom(readWith(text, language)),
  });

  function gistFrom({ hidden, intent }: { hidden: Float64Array; intent: Float64Array }): Gist {
    const intents: Record<string, number> = {};
    (heads.intent ?? []).forEach((name, i) => {
      if ((intent[i] ?? 0) >= worthKeeping) intents[name] = intent[i] ?? 0;
    });
    return { sense: direction(hidden), intents };
  }

  function readWith(text: string, language: string) {
    const { hidden, scores } = network.read(messageFeatures(text, language, lexicon));
    const { intent = none, emotion = none, cause = none } = scores;
    return {
      hidden,
      intent: softmax(intent, temperatures.intent ?? 1),
      emotion: softmax(emotion, temperatures.emotion ?? 1),
      cause: softmax(cause, temperatures.cause ?? 1),
    };
  }

  function rank(text: string, probabilities: Float64Array): Understanding['intents'] {
    if (!/\p{L}/u.test(text)) return [{ name: 'out_of_scope', confidence: 0.5 }];
    return (heads.intent ?? [])
      .map((name, i) => ({ name, confidence: probabilities[i] ?? 0 }))
      .sort((a, b) => b.confidence - a.confidence)
      .slice(0, 5);
  }

  // Open words decide at once; else the trained part, together with what the message is about.
  function judge(
    text: string,
    language: string,
    read: ReturnType<typeof readWith>,
    first: { name: string; confidence: number } | undefined,
    closed: string | undefined,
  ): Pick<Understanding, 'emotion' | 'handoff'> {
    if (closed === 'person')
      return { emotion: 'calm', handoff: { now: true, reason: 'person_wanted', sentence: text } };
    if (closed) return { emotion: 'calm', handoff: { now: false } };
    const trigger = findTrigger(text);
    const [calm = 0, frustrated = 0, anger = 0] = read.emotion;
    const furious = trigger?.cause === 'abuse' || (anger >= angerFloor && saysEnough(text));
    const emotion: Emotion = furious ? 'angry' : Math.max(frustrated, anger) > calm ? 'frustrated' : 'calm';
    const [learnt, need] = neededFor(read.cause);
    const opened = trigger && trigger.cause !== 'abuse' ? trigger.cause : undefined;
    const urgent = need >= causeFloor && (learnt === 'safety' || learnt === 'fraud') ? learnt : undefined;
    const cause =
      opened ?? urgent ?? (furious ? 'anger' : undefined) ?? wishOf(first) ?? (need >= causeFloor ? learnt : undefined);
    if (!cause) return { emotion, handoff: { now: false } };
    return { emotion, handoff: { now: true, reason: cause, sentence: telling(text, language, trigger?.phrase) } };
  }

  function wishOf(first: { name: string; confidence: number } | undefined): HandoffCause | undefined {
    if (!first || first.confidence < wishFloor) return undefined;
    return first.name === 'human_agent' ? 'person_wanted' : first.name === 'dispute' ? 'legal' : undefined;
  }

  // The one sentence that shows it: that with the trigger, else the one that shows it most.
  function telling(text: string, language: string, phrase: string | undefined): string {
    const sentences = [...sentenceCutter.segment(text)]
      .map(({ segment }) => segment.trim())
      .filter(Boolean)
      .slice(0, 20);
    const withPhrase = phrase && sentences.find((sentence) => findTrigger(sentence)?.phrase === phrase);
    if (withPhrase) return withPhrase;
    const angriest = sentences
      .map((sentence) => {
        const { emotion, cause } = readWith(sentence, language);
        return { sentence, weight: Math.max(emotion[angry] ?? 0, 1 - (cause[0] ?? 1)) };
      })
      .sort((a, b) => b.weight - a.weight)[0];
    return (angriest?.sentence ?? text).slice(0, 300);
  }
}

/** Understands one message; `language` is only a prior, `expecting` the value that was asked for. */
export type Understand = {
  (text: string, context?: UnderstandContext): Understanding;
  /** From `act` on an intent may be acted upon, from `offer` on it may be offered as a choice. */
  zones: { act: number; offer: number };
  /** What a text of a known language is about; for comparing questions with articles. */
  gist(text: string, language: string): Gist;
};

export type UnderstandContext = { language?: string | undefined; expecting?: string | undefined };

const angry = emotions.indexOf('angry');
const none = new Float64Array();
// Asking for a person in vain is worse than being asked once too often.
const wishFloor = 0.5;
const worthKeeping = 0.002;
// An address, a number or three words carry no tone that could be told from haste; open words are found above.
function saysEnough(text: string): boolean {
  const words = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}'’]+/gu) ?? [];
  return words.length >= 4 && !/^\S+@\S+$/.test(text.trim());
}

// The likeliest cause beside none, and how likely it is that there is one at all.
function neededFor(probabilities: Float64Array): [cause: HandoffCause | undefined, need: number] {
  let best = 1;
  for (let i = 2; i < causes.length; i += 1) if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
  const cause = causes[best];
  return [cause === 'none' ? undefined : cause, 1 - (probabilities[0] ?? 1)];
}

const sentenceCutter = new Intl.Segmenter('en', { granularity: 'sentence' });

function closedIntents(kind: string): Understanding['intents'] {
  const name = kind === 'person' ? 'human_agent' : kind === 'cancel' ? 'deny' : kind;
  return [{ name, confidence: 0.99 }];
}
