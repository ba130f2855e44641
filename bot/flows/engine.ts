import type { Choice } from '../../core/blocks.ts';
import type { HandoffReason, NewAction, Reply } from '../reply.ts';
import type { Entity } from '../understanding/types.ts';
import type { DialogueState, Flow, FlowContext, FlowState, Slots } from './types.ts';

/**
 * Takes a flow one step further with what the customer gave: values in any order, corrections, a yes to the summary. Two
 * failed tries of a value end at a person.
 */
export async function advance(flow: Flow, state: DialogueState, given: Slots, context: FlowContext): Promise<Advance> {
  const active: FlowState = state.active?.flow === flow.name ? state.active : { flow: flow.name, slots: {}, tries: {} };
  const slots: Slots = { ...active.slots, ...given };
  // A new number is about another order than the one that was chosen before, and its proof is not that one's.
  if (given.number && given.number !== active.slots.number) {
    delete slots.order;
    if (!given.proof && active.slots.number) delete slots.proof;
  }
  Object.assign(slots, { ...(await flow.prefill?.(slots, context)), ...slots });
  const step = await flow.next(slots, context);
  if (step.type === 'person')
    return {
      replies: [],
      choices: [],
      state: withoutActive(state),
      person: { reason: step.reason, facts: step.facts ?? {} },
    };
  if (step.type === 'done') {
    const paused = state.paused ?? [];
    const { active: _, expecting: __, ...rest } = state;
    return {
      replies: step.replies,
      choices: [],
      state: { ...rest, ...(step.orderId ? { orderId: step.orderId } : {}), ...(paused.length > 0 ? { paused } : {}) },
      offerPerson: step.offerPerson ?? false,
      done: true,
    };
  }
  if (step.type === 'confirm') {
    return {
      replies: step.replies,
      choices: step.choices,
      state: { ...state, active: { ...active, slots, bound: step.digest }, expecting: { confirm: step.digest } },
    };
  }
  for (const name of step.forget ?? []) delete slots[name];
  const tries = { ...active.tries, [step.slot]: (active.tries[step.slot] ?? 0) + (step.wrong ? 1 : 0) };
  return {
    replies: step.replies,
    choices: step.choices ?? [],
    state: { ...state, active: { flow: flow.name, slots, tries }, expecting: { slot: step.slot } },
    offerPerson: (tries[step.slot] ?? 0) >= maxTries,
  };
}

/** Carries out the yes that is bound to the summary; undefined when the summary it was given to no longer stands. */
export async function confirm(
  flow: Flow,
  state: DialogueState,
  digest: string,
  context: FlowContext,
): Promise<Advance | undefined> {
  const { active } = state;
  if (!active || active.bound !== digest || !flow.commit) return undefined;
  // What the summary showed is checked again: a changed order gives a new summary and needs a new yes.
  const step = await flow.next(active.slots, context);
  if (step.type !== 'confirm' || step.digest !== digest) return advance(flow, state, {}, context);
  const result = await flow.commit(active.slots, context);
  return {
    replies: result.replies,
    choices: [],
    state: withoutActive(state),
    ...('action' in result ? { action: result.action } : {}),
    done: true,
  };
}

/** The values of a message that a flow can use, by the slots' own rules. */
export function valuesFor(flow: Flow, entities: readonly Entity[]): Slots {
  const slots: Slots = {};
  for (const [name, slot] of Object.entries(flow.slots)) {
    // The last one counts: "HH-24817, no, HH-24816" ends with what is meant.
    const found = entities.filter((entity) => slot.entities.includes(entity.name)).at(-1);
    if (found) slots[name] = found.value;
  }
  return slots;
}

/** Leaves the flow in progress. */
export function withoutActive(state: DialogueState): DialogueState {
  const { active: _, expecting: __, ...rest } = state;
  return rest;
}

/** What one step of a flow came to. */
export type Advance = {
  replies: Reply[];
  choices: Choice[];
  state: DialogueState;
  action?: NewAction;
  offerPerson?: boolean;
  person?: { reason: HandoffReason; facts: Record<string, unknown> };
  done?: boolean;
};

// From the second asking on a person stands beside the question.
const maxTries = 1;
