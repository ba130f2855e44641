import { type Choice, plainText } from '../core/blocks.ts';
import type { Asked } from '../core/conversations/signals.ts';
import type { DialogueParts } from './dialogueParts.ts';
import { withoutActive } from './flows/engine.ts';
import type { DialogueState, Flow, FlowContext } from './flows/types.ts';
import type { ModelTurn } from './modelTurn.ts';
import type { HandoffReason, NewAction, Reply } from './reply.ts';
import type { Decision, Handoff, TurnInput } from './types.ts';

/** What one turn has come to so far: the dialogue's functions read and change it, `decisionOf` closes it. */
export type Talk = {
  parts: DialogueParts;
  input: TurnInput;
  context: FlowContext;
  state: DialogueState;
  replies: Reply[];
  choices: Choice[];
  actions: NewAction[];
  handoff?: { reason: HandoffReason; sentence?: string; facts?: Record<string, unknown> };
  trace: Decision['trace'];
  /** The messages that are being heard now. */
  hearing: { since: number; seq: number };
  asked: Asked[];
  /** There when a language model is configured. */
  model?: ModelTurn | undefined;
};

/** Begins a turn with what the conversation remembers. */
export function createTalk(parts: DialogueParts, input: TurnInput): Talk {
  const { conversation } = input;
  const { language } = conversation;
  const text = (key: string, values: Record<string, string | number> = {}) =>
    parts.i18n.t(language, `bot:${key}`, { shop: parts.shopName, ...values });
  return {
    parts,
    input,
    context: {
      conversationId: conversation.id,
      address: conversation.address,
      customerId: conversation.customerId,
      shownOrder: orderShown(conversation.context),
      language,
      zone: conversation.timeZone ?? parts.shopTimeZone,
      text,
      say: (key, values) => ({ language, body: [{ type: 'text', spans: [{ text: text(key, values) }] }] }),
    },
    state: structuredClone(conversation.state),
    replies: [],
    choices: [],
    actions: [],
    trace: {},
    hearing: { since: 0, seq: 0 },
    asked: [],
  };
}

/** What is stored of the turn: replies with their buttons, or the hand-over with what the colleague should see. */
export async function decisionOf(talk: Talk): Promise<Decision> {
  const { parts, input, context, handoff, actions, trace, asked } = talk;
  if (handoff) {
    const { id, customerId } = input.conversation;
    const { active } = talk.state;
    const facts = {
      ...(await parts.factsFor(id, customerId, talk.state.orderId)),
      ...(active ? { flow: active.flow, slots: active.slots } : {}),
      ...handoff.facts,
    };
    talk.replies.push(context.say(`handoff.${handoff.reason}`));
    const full: Handoff = {
      reason: handoff.reason,
      ...(handoff.sentence ? { sentence: handoff.sentence } : {}),
      facts,
    };
    return {
      replies: introduced(talk),
      state: { ...withoutActive(talk.state), misses: 0, recent: [] },
      actions,
      handoff: full,
      asked,
      trace,
    };
  }
  if (talk.choices.length > 0) talk.replies.at(-1)?.body.push({ type: 'choices', choices: talk.choices });
  return { replies: introduced(talk), state: talk.state, actions, asked, trace };
}

/** A person takes over; the first reason counts. */
export function handOver(talk: Talk, reason: HandoffReason, sentence?: string, facts?: Record<string, unknown>): void {
  talk.handoff ??= { reason, ...(sentence ? { sentence } : {}), ...(facts ? { facts } : {}) };
}

/** Adds the button for a person; a typed yes then means it. */
export function offerPerson(talk: Talk): void {
  if (!talk.choices.some((choice) => choice.payload === 'person'))
    talk.choices.push({ label: talk.context.text('button.person'), payload: 'person' });
  talk.state.expecting ??= { offer: 'person' };
}

/** Names a feeling once in a conversation, where the message is of that kind. */
export function condole(talk: Talk, intent: string | undefined): void {
  const key =
    intent === 'shipment_delayed' || intent === 'shipment_lost'
      ? 'late'
      : intent === 'damaged_item'
        ? 'damaged'
        : undefined;
  if (!key || talk.state.condoled) return;
  talk.state.condoled = true;
  talk.replies.push(talk.context.say(`sympathy.${key}`));
}

/** After a question in between, the flow's own question stands again. */
export function repeatPrompt(talk: Talk): void {
  const { active, expecting } = talk.state;
  if (!active || !expecting || !('slot' in expecting)) return;
  if (active.flow === 'order_status' && expecting.slot === 'number')
    talk.replies.push(talk.context.say('offer.status'));
  else if (expecting.slot === 'proof')
    talk.replies.push(talk.context.say('orderStatus.askProof', { number: active.slots.number ?? '' }));
}

/** Remembers what the customer's messages were about; small talk is not. */
export function remember(talk: Talk, intent: string | undefined): void {
  if (!intent || small.has(intent)) return;
  talk.state.recent = [...(talk.state.recent ?? []), intent].slice(-6);
}

/** Whether the customer comes with the same problem for the third time outside a flow. */
export function repeatsItself(talk: Talk, intent: string | undefined): boolean {
  return (
    intent !== undefined &&
    (talk.state.recent ?? []).filter((name) => name === intent).length >= 3 &&
    !talk.state.active
  );
}

/** Keeps how a question fared, for the editors: what nobody could answer becomes a gap. */
export function noteQuestion(talk: Talk, kind: Asked['kind'], slug?: string): void {
  talk.asked.push({ kind, ...talk.hearing, ...(slug ? { slug } : {}) });
  if (slug) talk.trace.article = slug;
}

/** The customer's last words of this turn, for the colleague's card. */
export function lastWords(talk: Talk): string | undefined {
  return talk.input.messages.filter((message) => !message.payload).at(-1)?.text;
}

/** The flow of this name. */
export function flowNamed(talk: Talk, name: string | undefined): Flow | undefined {
  return talk.parts.flows.find((flow) => flow.name === name);
}

const small = new Set(['greeting', 'thanks', 'goodbye', 'affirm', 'deny', 'praise']);

// The page's word comes from the customer's browser: nothing but a number is taken from it.
function orderShown({ order }: Record<string, unknown>): string | null {
  return typeof order === 'string' && /^(?=.*\d)[\p{L}\p{N}#-]{3,30}$/u.test(order) ? order : null;
}

// Said once, at the start: this is an assistant.
function introduced({ input, replies, context }: Talk): Reply[] {
  const spoken = replies.filter((reply) => reply.body.length > 1 || plainText(reply.body) !== '');
  if (!input.conversation.first || spoken.length === 0) return spoken;
  return [context.say('assistant.first'), ...spoken];
}
