import { languageName } from '../../core/format.ts';
import { type Model, ModelError } from '../../core/model/model.ts';
import type { ModelTurn } from '../modelTurn.ts';
import { createEvidenceCheck, type Passage } from './evidence.ts';

/**
 * Writes an answer from passages with a language model: every sentence cites its passages and is checked against them before
 * anybody sees it. Undefined when one sentence does not stand, or the model gives nothing: then the passage itself answers.
 */
export function createComposer({ model }: { model: Pick<Model, 'lines'> }): Composer {
  return async ({ question, passages, language, turn }) => {
    const stands = createEvidenceCheck(passages, language);
    if (turn.until - performance.now() < leastMs) return undefined;
    const lines: ComposedLine[] = [];
    let owned = true;
    try {
      await model.lines({
        task: 'answer',
        instructions: instructionsFor(language),
        data: {
          question: question.slice(0, questionCharacters),
          passages: passages.map(({ title, text }, i) => ({ n: i + 1, title, text })),
        },
        known: turn.known,
        timeoutMs: turn.until - performance.now(),
        signal: turn.signal,
        async take(raw) {
          // An honest "the passages do not say" is no failure of the model.
          if (/^NONE\b/.test(raw)) return false;
          const line = parseLine(raw);
          if (!line || lines.length >= mostLines || !stands(line.text, line.cited)) throw new ModelError('rejected');
          lines.push(line);
          owned = await turn.tellDraft(line.text);
          return owned;
        },
      });
    } catch (error) {
      if (error instanceof ModelError) return undefined;
      throw error;
    }
    return owned && lines.length > 0 ? lines : undefined;
  };
}

/** Composes an answer in `language`; the passages are numbered from 1 in the citations. */
export type Composer = (request: {
  question: string;
  passages: readonly Passage[];
  language: string;
  turn: ModelTurn;
}) => Promise<ComposedLine[] | undefined>;

/** A checked sentence with the passages that it stands on; `item` when it is one of a list. */
export type ComposedLine = { text: string; cited: number[]; item: boolean };

// Less than this is not worth asking for.
const leastMs = 1000;
const mostLines = 6;
const questionCharacters = 1000;

// "- Pack the item. [1][3]": the marks go, the sentence stays.
function parseLine(raw: string): ComposedLine | undefined {
  const cited = [...raw.matchAll(/[[［【](\d{1,2})[\]］】]/g)].map((match) => Number(match[1]));
  const bare = raw
    .replace(/\s?[[［【]\d{1,2}[\]］】]/g, '')
    .replace(/\*\*/g, '')
    .trim();
  const text = bare.replace(/^(?:[-*•]|\d{1,2}[.)])\s+/, '');
  return text === '' || cited.length === 0 ? undefined : { text, cited, item: text !== bare };
}

function instructionsFor(language: string): string {
  return `You write the answer of a shop's service desk to a customer, in ${languageName(language)}${address[language] ? `, with ${address[language]}` : ''}.

The data: "question" is what the customer asks; "passages" are parts of the shop's help pages, in any language, each with its number "n".

Write one sentence a line, at most five, the fact first. End every line with the number of each passage that it stands on, as [1] or [1][2]. Begin steps of a list with "- ".
Say only what the passages say, in their words where the language is the same. Copy numbers, dates, prices, addresses and names exactly, numbers as digits.
No greeting, no sympathy, no first person, no promise, no offer, nothing about what was or will be done for this customer, no Markdown, no question.
When the passages do not answer the question, write nothing but NONE.`;
}

const address: Record<string, string> = {
  de: 'the polite "Sie"',
  fr: '"vous"',
  es: '"usted"',
  it: '"Lei"',
  pt: 'the Brazilian "você"',
  nl: '"u"',
  ru: 'lower-case "вы"',
  zh: '"您", in simplified characters',
  ja: 'です・ます',
  ko: 'the polite 해요체',
  ar: 'Modern Standard Arabic',
};
