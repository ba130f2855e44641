import type { Block } from '../../core/blocks.ts';
import { languageName } from '../../core/format.ts';
import { parseBlocks } from '../../core/markdown.ts';
import type { FlowContext } from '../flows/types.ts';
import type { Reply } from '../reply.ts';

/**
 * Answers a question from the shop's articles: the best passage itself, in short bubbles, with its source. Undefined when
 * nothing reaches the floor: then the bot says that it does not know.
 */
export function createAnswers({ search, linkHosts }: AnswerParts): Answers {
  return async ({ question, intents, market, context }) => {
    const { results, answer } = await search({ text: question, language: context.language, market, intents, limit: 3 });
    const [hit] = results;
    if (!hit || !answer) return undefined;
    const blocks = shorten(parseBlocks(hit.passage, linkHosts));
    const replies: Reply[] = bubbles(blocks).map((body) => ({ language: hit.language, body }));
    const foreign = hit.language !== context.language;
    if (foreign) replies.unshift(context.say('otherLanguage', { language: nameIn(context.language, hit.language) }));
    const last = replies.at(-1);
    last?.body.push({
      type: 'articleCard',
      slug: hit.slug,
      language: hit.language,
      title: hit.title,
      url: `/help/${hit.language}/${hit.slug}`,
    });
    return { replies, slug: hit.slug, foreign, linked: hit.linked };
  };
}

/** Finds and shortens the answer to a question; undefined below the floor. */
export type Answers = (request: {
  question: string;
  intents: { name: string; confidence: number }[];
  market: string | null;
  context: FlowContext;
}) => Promise<{ replies: Reply[]; slug: string; foreign: boolean; linked: number } | undefined>;

type AnswerParts = {
  search(query: {
    text: string;
    language: string;
    market: string | null;
    intents: { name: string; confidence: number }[];
    limit: number;
  }): Promise<{
    results: { slug: string; language: string; title: string; passage: string; linked: number }[];
    answer: boolean;
  }>;
  linkHosts: readonly string[];
};

const sentencesPerBubble = 2;
const bubblesPerTurn = 3;

// A heading repeats what the card shows as title; the rest is cut to three bubbles, never in the middle of a sentence or list.
function shorten(blocks: Block[]): Block[] {
  return blocks.filter(
    (block) => !(block.type === 'text' && block.spans.length > 0 && block.spans.every((span) => span.strong)),
  );
}

function bubbles(blocks: Block[]): Block[][] {
  const out: Block[][] = [];
  for (const block of blocks) {
    if (out.length >= bubblesPerTurn) break;
    if (block.type !== 'text') {
      const last = out.at(-1);
      // A list belongs to the sentence that announces it.
      if (last && last.length === 1 && last[0]?.type === 'text') last.push(block);
      else out.push([block]);
      continue;
    }
    const whole = block.spans.map((span) => span.text).join('');
    if (block.spans.length > 1) {
      out.push([block]);
      continue;
    }
    const sentences = [...cutter.segment(whole)].map(({ segment }) => segment.trim()).filter(Boolean);
    for (let i = 0; i < sentences.length && out.length < bubblesPerTurn; i += sentencesPerBubble) {
      const joint = /[\u3002\uff01\uff1f]$/.test(sentences[i] ?? '') ? '' : ' ';
      out.push([{ type: 'text', spans: [{ text: sentences.slice(i, i + sentencesPerBubble).join(joint) }] }]);
    }
  }
  return out.length > 0 ? out : [[{ type: 'text', spans: [{ text: '' }] }]];
}

const cutter = new Intl.Segmenter('en', { granularity: 'sentence' });

function nameIn(language: string, other: string): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(other) ?? languageName(other);
}
