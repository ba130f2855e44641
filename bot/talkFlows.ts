import { type Advance, advance, confirm, withoutActive } from './flows/engine.ts';
import type { Flow, Slots } from './flows/types.ts';
import {
  condole,
  flowNamed,
  handOver,
  lastWords,
  noteQuestion,
  offerPerson,
  repeatsItself,
  type Talk,
} from './talk.ts';
import type { Understanding } from './understanding/types.ts';

/** Begins a flow; another one in progress is put aside and taken up again afterwards. */
export async function startFlow(
  talk: Talk,
  flow: Flow,
  given: Slots,
  said: string,
  understanding: Understanding,
): Promise<void> {
  const { parts, input, context } = talk;
  const { conversation } = input;
  const name = understanding.intents[0]?.name;
  if (repeatsItself(talk, name)) return handOver(talk, 'repeated_failure', said);
  if (talk.state.active && talk.state.active.flow !== flow.name) {
    const paused = [...(talk.state.paused ?? []), talk.state.active].slice(-3);
    talk.state = { ...withoutActive(talk.state), paused };
  }
  condole(talk, name);
  // "My parcel never came" without an order in hand: the advice first, then the offer to look.
  if (
    flow.name === 'order_status' &&
    name &&
    name !== 'order_status' &&
    !given.number &&
    !context.shownOrder &&
    !conversation.customerId &&
    !talk.state.orderId
  ) {
    const known = await parts.answers({
      question: said,
      intents: understanding.intents,
      market: conversation.market,
      context,
      model: talk.model,
    });
    if (known) {
      talk.replies.push(...(await known.say()).replies, context.say('offer.status'));
      talk.state.active = { flow: flow.name, slots: {}, tries: {} };
      talk.state.expecting = { slot: 'number' };
      noteQuestion(talk, 'answered', known.slug);
      return;
    }
  }
  await runFlow(talk, flow, given);
}

/** Takes a flow further; when it ends, the one that was put aside goes on. */
export async function runFlow(talk: Talk, flow: Flow, given: Slots): Promise<void> {
  apply(talk, await advance(flow, talk.state, given, talk.context), flow);
  const paused = talk.state.paused?.at(-1);
  if (talk.state.active || !paused || talk.handoff) return;
  const back = flowNamed(talk, paused.flow);
  talk.state = { ...talk.state, active: paused, paused: (talk.state.paused ?? []).slice(0, -1) };
  if (!back) return;
  talk.replies.push(talk.context.say('flow.backTo'));
  apply(talk, await advance(back, talk.state, {}, talk.context), back);
}

/** A yes: to the summary that it is bound to, to the offer of a person, or to nothing in particular. */
export async function sayYes(talk: Talk, digest: string | undefined): Promise<void> {
  const { expecting } = talk.state;
  const bound = digest ?? (expecting && 'confirm' in expecting ? expecting.confirm : undefined);
  const flow = flowNamed(talk, talk.state.active?.flow);
  if (bound && flow) {
    const step = await confirm(flow, talk.state, bound, talk.context);
    if (step) return apply(talk, step, flow);
  }
  if (expecting && 'offer' in expecting)
    return handOver(talk, talk.state.misses ? 'no_evidence' : 'person_wanted', lastWords(talk));
  if (flow) return runFlow(talk, flow, {});
  talk.replies.push(talk.context.say('flow.affirmNothing'));
}

/** A no: to the summary, to the question of a flow, or to an offer. */
export async function sayNo(talk: Talk): Promise<void> {
  const { active, expecting } = talk.state;
  if (active && expecting && !('offer' in expecting)) return stopFlow(talk);
  const { expecting: _, ...rest } = talk.state;
  talk.state = rest;
  talk.replies.push(talk.context.say('flow.denyNothing'));
}

/** Leaves the flow in progress. */
export async function stopFlow(talk: Talk): Promise<void> {
  const had = talk.state.active !== undefined;
  talk.state = withoutActive(talk.state);
  talk.replies.push(talk.context.say(had ? 'flow.cancelled' : 'flow.nothingOpen'));
}

/** The value that was asked for did not come: once more, then the offer of a person. */
export async function retryFlow(talk: Talk): Promise<void> {
  const { active, expecting } = talk.state;
  const flow = flowNamed(talk, active?.flow);
  if (!flow || !active) return;
  const slot = expecting && 'slot' in expecting ? expecting.slot : undefined;
  if (slot) active.tries[slot] = (active.tries[slot] ?? 0) + 1;
  if (expecting && 'confirm' in expecting) talk.replies.push(talk.context.say('cancel.repeat'));
  await runFlow(talk, flow, {});
}

function apply(talk: Talk, step: Advance, flow: Flow): void {
  talk.state = { ...step.state, misses: 0 };
  talk.replies.push(...step.replies);
  talk.choices = [...step.choices];
  talk.trace.flow = flow.name;
  if (step.action) talk.actions.push(step.action);
  if (step.person) handOver(talk, step.person.reason, undefined, step.person.facts);
  if (step.offerPerson) offerPerson(talk);
}
