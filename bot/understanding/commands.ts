import { closedPhrase } from '../../core/language/closedPhrases.ts';
import type { Command, Understanding } from './types.ts';

/**
 * Turns what a message says into what the dialogue may do. Confirm and deny come only from a button or from a closed phrase
 * that is the whole message: "yes, but to another address" is no yes.
 */
export function toCommands({ understanding, text, payload, zones, flowOf, slotOf }: CommandRequest): Command[] {
  if (payload) return fromPayload(payload);
  const closed = closedPhrase(text);
  if (closed === 'person') return [{ type: 'handoff', reason: 'person_wanted', sentence: text }];
  if (closed === 'affirm') return [{ type: 'confirm' }];
  if (closed === 'deny') return [{ type: 'deny' }];
  if (closed === 'cancel') return [{ type: 'cancel' }];
  if (closed) return [{ type: 'chitchat', kind: closed }];
  const { handoff, intents, entities } = understanding;
  if (handoff.now && handoff.reason)
    return [{ type: 'handoff', reason: handoff.reason, ...(handoff.sentence ? { sentence: handoff.sentence } : {}) }];

  const commands: Command[] = [];
  const given = entities.filter(({ name }) => slotOf(name) !== undefined);
  for (const { name, value } of given) commands.push({ type: 'set', slot: slotOf(name) ?? '', value });
  const [first] = intents;
  const sure = first !== undefined && first.confidence >= zones.act;
  // A message that is nothing but the value that was asked for says nothing else, whatever its digits remind of.
  if (commands.length > 0 && !sure && onlyValues(text, given)) return commands;
  if (!first) return commands.length > 0 ? commands : [{ type: 'unclear', candidates: [] }];
  if (!sure && commands.length > 0) {
    const flow = flowOf(first.name);
    return flow ? [{ type: 'start', flow }, ...commands] : commands;
  }
  // A flow that only asks and reads may begin on less: at worst it asks for an order number.
  const likely = flowOf(first.name);
  if (!sure && likely && first.confidence >= startFloor && first.confidence >= 3 * (intents[1]?.confidence ?? 0)) {
    return [{ type: 'start', flow: likely }];
  }
  // An article may be shown on less than an action needs, when nothing else is near.
  if (
    !sure &&
    !quiet.has(first.name) &&
    first.confidence >= askFloor &&
    first.confidence >= 2 * (intents[1]?.confidence ?? 0)
  )
    return [{ type: 'ask', question: text, intent: first.name }];
  if (!sure) {
    // The best three stand as buttons together, or none does: one button alone looks like a guess.
    const named = intents.filter((intent) => !quiet.has(intent.name)).slice(0, 3);
    const candidates = (named[0]?.confidence ?? 0) >= zones.offer ? named.map((intent) => intent.name) : [];
    return [{ type: 'unclear', candidates }];
  }
  const kind = chitchat[first.name];
  if (kind && commands.length === 0) return [{ type: 'chitchat', kind }];
  const flow = flowOf(first.name);
  if (flow) return [{ type: 'start', flow }, ...commands, { type: 'ask', question: text, intent: first.name }];
  return [...commands, { type: 'ask', question: text, intent: first.name }];
}

/** A button's payload as the command that it stands for; what is no payload of ours is unclear. */
export function fromPayload(payload: string): Command[] {
  const [kind = '', rest = ''] = split(payload, ':');
  if (kind === 'confirm') return [{ type: 'confirm', digest: rest }];
  if (kind === 'deny') return [{ type: 'deny' }];
  if (kind === 'cancel') return [{ type: 'cancel' }];
  if (kind === 'person') return [{ type: 'handoff', reason: 'person_wanted' }];
  if (kind === 'intent') return [{ type: 'ask', question: '', intent: rest }];
  if (kind === 'slot') {
    const [slot = '', value = ''] = split(rest, '=');
    return [{ type: 'set', slot, value }];
  }
  return [{ type: 'unclear', candidates: [] }];
}

type CommandRequest = {
  understanding: Understanding;
  text: string;
  payload: string | null;
  zones: { act: number; offer: number };
  /** The flow that an intent starts, if any. */
  flowOf(intent: string): string | undefined;
  /** The slot that takes this kind of value now. */
  slotOf(entity: string): string | undefined;
};

const chitchat: Record<string, 'greeting' | 'thanks' | 'goodbye' | 'praise'> = {
  greeting: 'greeting',
  thanks: 'thanks',
  goodbye: 'goodbye',
  praise: 'praise',
};

const startFloor = 0.45;
const askFloor = 0.5;

// Never offered as a choice: nobody presses "deny".
const quiet = new Set(['affirm', 'deny', 'greeting', 'thanks', 'goodbye', 'out_of_scope', 'praise', 'human_agent']);

function onlyValues(text: string, entities: Understanding['entities']): boolean {
  const covered = entities.reduce((sum, entity) => sum + entity.text.length, 0);
  return covered >= text.trim().length * 0.5;
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
