import {
  condole,
  handOver,
  lastWords,
  noteQuestion,
  offerPerson,
  repeatPrompt,
  repeatsItself,
  type Talk,
} from './talk.ts';
import { retryFlow } from './talkFlows.ts';
import type { Understanding } from './understanding/types.ts';
import { asksWhatWeAre } from './understanding/whatWeAre.ts';

/** Answers a question from the articles, or says honestly that it does not know. */
export async function answerQuestion(
  talk: Talk,
  question: string,
  intents: Understanding['intents'],
  intent: string | undefined,
): Promise<void> {
  const { context, input, parts } = talk;
  const known = await parts.answers({
    question,
    intents,
    market: input.conversation.market,
    context,
    model: talk.model,
  });
  // An editor may have written about what is usually none of a shop's business.
  if (intent === 'out_of_scope' && !known) {
    const aboutUs = asksWhatWeAre(question);
    talk.replies.push(context.say(aboutUs ? 'assistant.areYou' : 'outOfScope'));
    if (!aboutUs) noteQuestion(talk, 'off_topic');
    talk.state.misses = (talk.state.misses ?? 0) + 1;
    if (talk.state.misses >= 2) offerPerson(talk);
    return;
  }
  if (repeatsItself(talk, intent)) return handOver(talk, 'repeated_failure', question);
  if (!known) return sayUnknown(talk);
  // What it is about is clear, and the best article is about something else: shared words are no answer.
  if (needsPerson.has(intent ?? '') && known.linked < apart) {
    talk.replies.push(context.say('noEvidenceAgain'));
    noteQuestion(talk, 'refused');
    return offerPerson(talk);
  }
  condole(talk, intent);
  const { replies, foreign } = await known.say();
  talk.replies.push(...replies);
  noteQuestion(talk, 'answered', known.slug);
  talk.state.misses = 0;
  if (foreign || needsPerson.has(intent ?? '')) offerPerson(talk);
  repeatPrompt(talk);
}

/** Nothing is sure enough to act on: the articles may be, else the best three meanings stand as buttons. */
export async function clarify(
  talk: Talk,
  said: string,
  understanding: Understanding,
  candidates: string[],
): Promise<void> {
  const { context, input, parts } = talk;
  // A short word where a value was asked for is a mistyped value sooner than a new question.
  const asked = talk.state.active && talk.state.expecting && 'slot' in talk.state.expecting;
  if (asked && said.length < valueLength && !/[?？؟]/.test(said)) return retryFlow(talk);
  const known = await parts.answers({
    question: said,
    intents: understanding.intents,
    market: input.conversation.market,
    context,
    model: talk.model,
  });
  if (known && candidates.length <= 1) {
    talk.replies.push(...(await known.say()).replies);
    noteQuestion(talk, 'answered', known.slug);
    talk.state.misses = 0;
    return repeatPrompt(talk);
  }
  if (talk.state.active && candidates.length === 0) return retryFlow(talk);
  if (candidates.length === 0) return sayUnknown(talk);
  talk.state.misses = (talk.state.misses ?? 0) + 1;
  noteQuestion(talk, 'refused');
  if (talk.state.misses >= 3) return handOver(talk, 'no_evidence', said);
  talk.replies.push(context.say(talk.state.misses >= 2 ? 'unclearAgain' : 'unclear'));
  talk.choices = candidates.map((name) => ({ label: context.text(`intent.${name}`), payload: `intent:${name}` }));
  offerPerson(talk);
}

/** Greets, thanks, takes leave; a flow's question stands again afterwards. */
export function smallTalk(talk: Talk, kind: 'greeting' | 'thanks' | 'goodbye' | 'praise', said: string): void {
  const salam = kind === 'greeting' && /سلام|salam/i.test(said);
  talk.replies.push(talk.context.say(salam ? 'greetingReturned' : kind));
  if (kind === 'greeting') repeatPrompt(talk);
}

/** Says which language this seems to be, that we do not speak it yet, and who can help. */
export function otherLanguage(talk: Talk, other: string): void {
  const name = new Intl.DisplayNames(talk.context.language, { type: 'language' }).of(other) ?? other;
  talk.replies.push(talk.context.say('unknownLanguage', { language: name }));
  offerPerson(talk);
}

function sayUnknown(talk: Talk): void {
  talk.state.misses = (talk.state.misses ?? 0) + 1;
  noteQuestion(talk, 'refused');
  if (talk.state.misses >= 3) {
    handOver(talk, 'no_evidence', lastWords(talk));
    return;
  }
  talk.replies.push(talk.context.say(talk.state.misses >= 2 ? 'noEvidenceAgain' : 'noEvidence'));
  if (talk.state.misses >= 2) offerPerson(talk);
  repeatPrompt(talk);
}

const valueLength = 24;
const apart = 0.1;

// What an article explains but only a person can do.
const needsPerson = new Set([
  'damaged_item',
  'wrong_item',
  'missing_item',
  'defective_item',
  'not_as_described',
  'shipment_lost',
  'delivered_not_received',
  'change_address',
  'change_order',
  'exchange',
  'refund_status',
  'payment_problem',
  'invoice',
  'warranty',
  'account_problem',
  'complaint',
  'return_start',
]);
