import type { Choice } from '../core/blocks.ts';
import { plainText } from '../core/blocks.ts';
import type { I18n } from '../core/i18n.ts';
import type { Answers } from './answers/answer.ts';
import { type Advance, advance, confirm, valuesFor, withoutActive } from './flows/engine.ts';
import type { DialogueState, Flow, FlowContext, Slots } from './flows/types.ts';
import type { ActionOutcome, Decision, Handoff, HandoffReason, NewAction, Reply, TurnInput } from './types.ts';
import { toCommands } from './understanding/commands.ts';
import type { Command, Understanding } from './understanding/types.ts';
import type { Understand } from './understanding/understanding.ts';

/**
 * Decides what the bot says and does on one turn: understanding says what the customer wants, this code decides. It reads
 * orders and articles and writes nothing; what it decides is stored by the turn, or dropped.
 */
export function createDialogue(parts: DialogueParts): (input: TurnInput) => Promise<Decision> {
  return async (input) => {
    const talk = createTalk(parts, input);
    for (const outcome of input.outcomes) {
      const told = await parts.tellOutcome(outcome, talk.context);
      talk.replies.push(...told.replies);
      if (told.person) talk.handOver(told.person);
      if (told.offerPerson) talk.offerPerson();
    }
    for (const { text, payload, language } of joined(input.messages)) {
      if (talk.handoff) break;
      await talk.hear(text, payload, language);
    }
    return talk.decision();
  };
}

/** What the dialogue needs of the other parts. */
export type DialogueParts = {
  understand: Understand;
  flows: readonly Flow[];
  answers: Answers;
  tellOutcome(outcome: ActionOutcome, context: FlowContext): Promise<{ replies: Reply[]; person?: HandoffReason; offerPerson?: boolean }>;
  /** What records say that the person who takes over should see. */
  factsFor(conversationId: string, customerId: string | null, orderId: string | undefined): Promise<Record<string, unknown>>;
  /** The customer's own last words that a colleague sees when the conversation itself is the reason. */
  i18n: I18n;
  shopName: string;
  shopTimeZone: string;
};

// Several messages that nobody answered yet are one input; a press of a button stands by itself.
function joined(messages: TurnInput['messages']): { text: string; payload: string | null; language: string }[] {
  const out: { text: string; payload: string | null; language: string }[] = [];
  for (const message of messages) {
    const last = out.at(-1);
    if (last && last.payload === null && message.payload === null) {
      last.text = `${last.text}\n${message.text}`;
      last.language = message.language;
    } else out.push({ text: message.text, payload: message.payload, language: message.language });
  }
  return out;
}

function createTalk(parts: DialogueParts, input: TurnInput) {
  const { conversation } = input;
  const { language } = conversation;
  let state: DialogueState = structuredClone(conversation.state);
  const replies: Reply[] = [];
  let choices: Choice[] = [];
  const actions: NewAction[] = [];
  let handoff: { reason: HandoffReason; sentence?: string; facts?: Record<string, unknown> } | undefined;
  let trace: Decision['trace'] = {};
  const text = (key: string, values: Record<string, string | number> = {}) => parts.i18n.t(language, `bot:${key}`, { shop: parts.shopName, ...values });
  const context: FlowContext = {
    conversationId: conversation.id,
    address: conversation.address,
    customerId: conversation.customerId,
    language,
    zone: conversation.timeZone ?? parts.shopTimeZone,
    text,
    say: (key, values) => ({ language, body: [{ type: 'text', spans: [{ text: text(key, values) }] }] }),
  };
  const flowNamed = (name: string | undefined) => parts.flows.find((flow) => flow.name === name);
  const person: Choice = { label: text('button.person'), payload: 'person' };

  const talk = {
    replies,
    context,
    get handoff() {
      return handoff;
    },

    handOver(reason: HandoffReason, sentence?: string, facts?: Record<string, unknown>) {
      handoff ??= { reason, ...(sentence ? { sentence } : {}), ...(facts ? { facts } : {}) };
    },

    offerPerson() {
      if (!choices.some((choice) => choice.payload === 'person')) choices.push(person);
      state.expecting ??= { offer: 'person' };
    },

    async hear(said: string, payload: string | null, spoken: string) {
      const expecting = state.expecting;
      const understanding = parts.understand(said, { language: spoken, ...(expecting && 'slot' in expecting ? { expecting: expecting.slot } : {}) });
      const [first] = understanding.intents;
      trace = { ...(first ? { intent: first.name, confidence: Math.round(first.confidence * 100) / 100 } : {}) };
      if (!payload && !understanding.languageKnown && understanding.language !== 'und' && !understanding.handoff.now) return unknownLanguage(understanding.language);
      const active = flowNamed(state.active?.flow);
      const commands = toCommands({
        understanding,
        text: said,
        payload,
        zones: parts.understand.zones,
        flowOf: (intent) => parts.flows.find((flow) => flow.intents.includes(intent))?.name,
        slotOf: (entity) => Object.entries((active ?? parts.flows[0])?.slots ?? {}).find(([, slot]) => (slot.entities as readonly string[]).includes(entity))?.[0],
      });
      if (!payload) remember(first?.name);
      await obey(commands, said, understanding, payload);
    },

    async decision(): Promise<Decision> {
      if (handoff) {
        const facts = { ...(await parts.factsFor(conversation.id, conversation.customerId, state.orderId)), ...(state.active ? { flow: state.active.flow, slots: state.active.slots } : {}), ...handoff.facts };
        replies.push(context.say(`handoff.${handoff.reason}`));
        choices = [];
        state = withoutActive(state);
        const full: Handoff = { reason: handoff.reason, ...(handoff.sentence ? { sentence: handoff.sentence } : {}), facts };
        return { replies: introduced(), state: { ...state, misses: 0, recent: [] }, actions, handoff: full, trace };
      }
      if (choices.length > 0) {
        const last = replies.at(-1);
        if (last) last.body.push({ type: 'choices', choices });
      }
      return { replies: introduced(), state, actions, trace };
    },
  };
  return talk;

  // Said once, at the start: this is an assistant.
  function introduced(): Reply[] {
    const [first] = replies;
    if (!conversation.first || !first) return replies.filter((reply) => plainText(reply.body) !== '' || reply.body.length > 0);
    return [{ language, body: [{ type: 'text', spans: [{ text: text('assistant.first') }] }] }, ...replies];
  }

  function remember(intent: string | undefined) {
    if (!intent || small.has(intent)) return;
    state.recent = [...(state.recent ?? []), intent].slice(-6);
  }

  async function obey(commands: Command[], said: string, understanding: Understanding, payload: string | null): Promise<void> {
    const values: Slots = {};
    for (const command of commands) if (command.type === 'set' || command.type === 'correct') values[command.slot] = command.value;
    const start = commands.find((command) => command.type === 'start');
    const ask = commands.find((command) => command.type === 'ask');
    const [only] = commands;
    if (only?.type === 'handoff') return talk.handOver(only.reason, only.sentence ?? (said || undefined));
    if (only?.type === 'confirm') return yes(only.digest);
    if (only?.type === 'deny') return no();
    if (only?.type === 'cancel') return stop();
    if (only?.type === 'chitchat') return smallTalk(only.kind, said);
    if (payload?.startsWith('intent:')) return chosen(ask?.intent ?? '');
    const active = flowNamed(state.active?.flow);
    if (active && Object.keys(values).length > 0 && (!start || start.flow === active.name)) return run(active, { ...values, ...valuesFor(active, understanding.entities) });
    const flow = flowNamed(start?.flow);
    if (flow) return startFlow(flow, { ...valuesFor(flow, understanding.entities) }, said, understanding);
    // A bare order number without a word is a question about that order.
    if (Object.keys(values).length > 0 && !ask) {
      const [status] = parts.flows;
      if (status) return startFlow(status, valuesFor(status, understanding.entities), said, understanding);
    }
    if (ask) return answer(said, understanding.intents, ask.intent);
    return unclear(said, understanding, only?.type === 'unclear' ? only.candidates : []);
  }

  async function startFlow(flow: Flow, given: Slots, said: string, understanding: Understanding) {
    const name = understanding.intents[0]?.name;
    if (repeatsItself(name)) return talk.handOver('repeated_failure', said);
    if (state.active && state.active.flow !== flow.name) {
      state.paused = [...(state.paused ?? []), state.active].slice(-3);
      state = withoutActive(state);
    }
    // "My parcel never came" without an order in hand: the advice first, then the offer to look.
    if (flow.name === 'order_status' && name && name !== 'order_status' && !given.number && !conversation.customerId && !state.orderId) {
      const known = await parts.answers({ question: said, intents: understanding.intents, market: conversation.market, context });
      if (known) {
        condole(name);
        replies.push(...known.replies, context.say('offer.status'));
        state.active = { flow: flow.name, slots: {}, tries: {} };
        state.expecting = { slot: 'number' };
        trace.article = known.slug;
        return;
      }
    }
    condole(name);
    await run(flow, given);
  }

  async function run(flow: Flow, given: Slots) {
    trace.flow = flow.name;
    apply(await advance(flow, state, given, context), flow);
    const paused = state.paused?.at(-1);
    if (!state.active && paused && !handoff) {
      const back = flowNamed(paused.flow);
      state = { ...state, active: paused, paused: (state.paused ?? []).slice(0, -1) };
      if (back) {
        replies.push(context.say('flow.backTo'));
        apply(await advance(back, state, {}, context), back);
      }
    }
  }

  function apply(step: Advance, flow: Flow) {
    state = { ...step.state, misses: 0 };
    replies.push(...step.replies);
    choices = [...step.choices];
    if (step.action) actions.push(step.action);
    if (step.person) talk.handOver(step.person.reason, undefined, step.person.facts);
    if (step.offerPerson) talk.offerPerson();
    trace.flow = flow.name;
  }

  async function yes(digest: string | undefined) {
    const { expecting } = state;
    const bound = digest ?? (expecting && 'confirm' in expecting ? expecting.confirm : undefined);
    const flow = flowNamed(state.active?.flow);
    if (bound && flow) {
      const step = await confirm(flow, state, bound, context);
      if (step) return apply(step, flow);
    }
    if (expecting && 'offer' in expecting) return talk.handOver(state.misses ? 'no_evidence' : 'person_wanted', lastWords());
    if (flow) return run(flow, {});
    replies.push(context.say('flow.affirmNothing'));
  }

  async function no() {
    const flow = flowNamed(state.active?.flow);
    const { expecting } = state;
    if (flow && expecting && 'confirm' in expecting) {
      state = withoutActive(state);
      replies.push(context.say('flow.cancelled'));
      return;
    }
    if (flow && expecting && 'slot' in expecting) return stop();
    const { expecting: _, ...rest } = state;
    state = rest;
    replies.push(context.say('flow.denyNothing'));
  }

  async function stop() {
    const had = state.active !== undefined;
    state = withoutActive(state);
    replies.push(context.say(had ? 'flow.cancelled' : 'flow.nothingOpen'));
  }

  function smallTalk(kind: 'greeting' | 'thanks' | 'goodbye' | 'praise', said: string) {
    const salam = kind === 'greeting' && /سلام|salam/i.test(said);
    replies.push(context.say(salam ? 'greetingReturned' : kind));
    repeatPrompt();
  }

  async function chosen(intent: string) {
    const flow = parts.flows.find((candidate) => candidate.intents.includes(intent));
    if (intent === 'human_agent') return talk.handOver('person_wanted');
    if (flow) return run(flow, {});
    return answer(text(`intent.${intent}`), [{ name: intent, confidence: 1 }], intent);
  }

  async function answer(question: string, intents: Understanding['intents'], intent: string | undefined) {
    if (intent === 'out_of_scope') {
      replies.push(context.say(asksWhatWeAre.test(question) ? 'assistant.areYou' : 'outOfScope'));
      return miss(false);
    }
    if (repeatsItself(intent)) return talk.handOver('repeated_failure', question);
    const known = await parts.answers({ question, intents, market: conversation.market, context });
    if (!known) return dontKnow();
    condole(intent);
    replies.push(...known.replies);
    trace.article = known.slug;
    state.misses = 0;
    if (known.foreign || needsPerson.has(intent ?? '')) talk.offerPerson();
    repeatPrompt();
  }

  async function unclear(said: string, understanding: Understanding, candidates: string[]) {
    // Where the model doubts, the articles may still be sure.
    const known = await parts.answers({ question: said, intents: understanding.intents, market: conversation.market, context });
    if (known && candidates.length <= 1) {
      replies.push(...known.replies);
      trace.article = known.slug;
      state.misses = 0;
      return repeatPrompt();
    }
    if (state.active && candidates.length === 0) return retry();
    if (candidates.length === 0) return dontKnow();
    state.misses = (state.misses ?? 0) + 1;
    if (state.misses >= 3) return talk.handOver('no_evidence', said);
    replies.push(context.say(state.misses >= 2 ? 'unclearAgain' : 'unclear'));
    choices = candidates.map((name) => ({ label: text(`intent.${name}`), payload: `intent:${name}` }));
    talk.offerPerson();
  }

  // The value that was asked for did not come: once more, then the offer of a person.
  async function retry() {
    const flow = flowNamed(state.active?.flow);
    if (!flow || !state.active) return;
    const slot = state.expecting && 'slot' in state.expecting ? state.expecting.slot : undefined;
    if (slot) state.active.tries[slot] = (state.active.tries[slot] ?? 0) + 1;
    if (state.expecting && 'confirm' in state.expecting) replies.push(context.say('cancel.repeat'));
    await run(flow, {});
    if (slot && (state.active?.tries[slot] ?? 0) >= 2) talk.offerPerson();
  }

  function dontKnow() {
    state.misses = (state.misses ?? 0) + 1;
    if (state.misses >= 3) return talk.handOver('no_evidence', lastWords());
    replies.push(context.say(state.misses >= 2 ? 'noEvidenceAgain' : 'noEvidence'));
    if (state.misses >= 2) talk.offerPerson();
    repeatPrompt();
  }

  function miss(offer: boolean) {
    state.misses = (state.misses ?? 0) + 1;
    if (offer || state.misses >= 2) talk.offerPerson();
  }

  function unknownLanguage(other: string) {
    const name = (tongue: string) => new Intl.DisplayNames(tongue, { type: 'language' }).of(other) ?? other;
    replies.push(context.say('unknownLanguage', { language: name(language) }));
    talk.offerPerson();
  }

  // After a question in between, the flow's own question stands again.
  function repeatPrompt() {
    const { active, expecting } = state;
    if (!active || !expecting || !('slot' in expecting)) return;
    if (active.flow === 'order_status' && expecting.slot === 'number') replies.push(context.say('offer.status'));
    else if (expecting.slot === 'proof') replies.push(context.say('orderStatus.askProof', { number: active.slots.number ?? '' }));
  }

  function condole(intent: string | undefined) {
    const key = intent === 'shipment_delayed' || intent === 'shipment_lost' ? 'late' : intent === 'damaged_item' ? 'damaged' : undefined;
    if (!key || state.condoled) return;
    state.condoled = true;
    replies.push(context.say(`sympathy.${key}`));
  }

  function repeatsItself(intent: string | undefined): boolean {
    return intent !== undefined && (state.recent ?? []).filter((name) => name === intent).length >= 3 && !state.active;
  }

  function lastWords(): string | undefined {
    return input.messages.filter((message) => !message.payload).at(-1)?.text;
  }
}

const small = new Set(['greeting', 'thanks', 'goodbye', 'affirm', 'deny', 'praise']);

// What an article explains but only a person can do.
const needsPerson = new Set([
  'damaged_item', 'wrong_item', 'missing_item', 'defective_item', 'not_as_described', 'shipment_lost', 'delivered_not_received', 'change_address', 'change_order',
  'exchange', 'refund_status', 'payment_problem', 'invoice', 'warranty', 'account_problem', 'complaint', 'return_start',
]);

const asksWhatWeAre = /\b(?:are you|r u) (?:a )?(?:human|real|bot|robot|ai|person)|bist du (?:ein )?(?:mensch|bot|roboter|echt)|sind sie (?:ein )?(?:mensch|bot|roboter|echt)|eres (?:un )?(?:humano|robot|bot|una persona|persona)|es usted (?:un |una )?(?:humano|robot|persona)|你是(?:真人|机器人|人工|人)|هل (?:أنت|انت) (?:إنسان|انسان|روبوت|بشر|شخص)/i;
