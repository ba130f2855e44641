import { type Block, plainText } from '../../core/blocks.ts';
import { languageName } from '../../core/format.ts';
import { parseBlocks } from '../../core/markdown.ts';
import type { FlowContext } from '../flows/types.ts';
import type { ModelTurn } from '../modelTurn.ts';
import type { Reply } from '../reply.ts';
import type { Composer } from './compose.ts';

/**
 * Answers a question from the shop's articles: composed by a model where one is configured, else the best passage itself, in
 * short bubbles, with its source. Undefined when nothing reaches the floor: then the bot says that it does not know.
 */
export function createAnswers({ search, linkHosts, compose }: AnswerParts): Answers {
  return async ({ question, intents, market, context, model }) => {
    const { results, answer } = await search({
      text: question,
      language: context.language,
      market,
      intents,
      known: model?.known,
      limit: 4,
    });
    const [hit] = results;
    if (!hit || !answer) return undefined;
    return {
      slug: hit.slug,
      linked: hit.linked,
      async say() {
        const composed = compose && model && (await composedReplies(compose, { question, results, context, model }));
        return composed ?? passageItself(hit, context);
      },
    };
  };

  function passageItself(hit: Hit, context: FlowContext): Said {
    const blocks = shorten(parseBlocks(hit.passage, linkHosts));
    const replies: Reply[] = bubbles(blocks).map((body) => ({ language: hit.language, body }));
    const foreign = hit.language !== context.language;
    if (foreign) replies.unshift(context.say('otherLanguage', { language: nameIn(context.language, hit.language) }));
    const last = replies.at(-1);
    last?.body.push(cardOf(hit));
    return { replies, foreign };
  }
}

async function composedReplies(
  compose: Composer,
  { question, results, context, model }: { question: string; results: Hit[]; context: FlowContext; model: ModelTurn },
): Promise<Said | undefined> {
  // Only what is nearly as near as the first: a far passage would only tempt to mix what does not belong together.
  const near = results.filter((hit) => hit.score >= nearShare * (results[0]?.score ?? 0));
  const passages = near.map(({ title, passage, language }) => ({ title, text: visibleText(passage), language }));
  const lines = await compose({ question, passages, language: context.language, turn: model });
  if (!lines) return undefined;
  const bodies: Block[][] = [];
  for (const line of lines) {
    const last = bodies.at(-1);
    const lastBlock = last?.at(-1);
    const spans = [{ text: line.text }];
    if (line.item && lastBlock?.type === 'list') lastBlock.items.push(spans);
    else if (line.item && last) last.push({ type: 'list', ordered: false, items: [spans] });
    else if (last && lastBlock?.type === 'text' && last.length < sentencesPerBubble) last.push({ type: 'text', spans });
    else bodies.push([{ type: 'text', spans }]);
  }
  const cited = [...new Set(lines.flatMap((line) => line.cited))]
    .map((n) => near[n - 1])
    .filter((hit) => hit !== undefined);
  const replies: Reply[] = bodies.map((body) => ({ language: context.language, body }));
  const foreign = cited.find((hit) => hit.language !== context.language);
  if (foreign) replies.unshift(context.say('translatedFrom', { language: nameIn(context.language, foreign.language) }));
  replies.at(-1)?.body.push(...cited.map(cardOf));
  return { replies, foreign: false };
}

// What a reader of the article sees: a model would also read comments and hidden elements, and so would the evidence check.
function visibleText(markdown: string): string {
  const shown = markdown
    .replace(/<!--[\s\S]{0,20000}?(?:-->|$)/g, '')
    .replace(
      /<(\w{1,12})[^>]{0,500}(?:hidden|display\s*:\s*none|visibility|opacity|font-size)[^>]{0,500}>[^<]{0,5000}(?:<\/\1>)?/gi,
      '',
    )
    .replace(/!\[[^\]]{0,500}\]\([^)]{0,500}\)/g, '');
  return plainText(parseBlocks(shown, []));
}

function cardOf({ slug, language, title }: Hit): Block {
  return { type: 'articleCard', slug, language, title, url: `/help/${language}/${slug}` };
}

/** Finds the answer to a question; undefined below the floor. `say` forms it, which may take a model's time. */
export type Answers = (request: {
  question: string;
  intents: { name: string; confidence: number }[];
  market: string | null;
  context: FlowContext;
  model?: ModelTurn | undefined;
}) => Promise<{ slug: string; linked: number; say(): Promise<Said> } | undefined>;

/** `foreign`: it stands in a language that the customer did not use. */
type Said = { replies: Reply[]; foreign: boolean };
type Hit = { slug: string; language: string; title: string; passage: string; score: number; linked: number };
type Found = { results: Hit[]; answer: boolean };

type AnswerParts = {
  search(query: {
    text: string;
    language: string;
    market: string | null;
    intents: { name: string; confidence: number }[];
    known?: ModelTurn['known'] | undefined;
    limit: number;
  }): Found | Promise<Found>;
  linkHosts: readonly string[];
  compose?: Composer | undefined;
};

const nearShare = 0.8;

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
