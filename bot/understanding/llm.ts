import { normalise } from '../../core/language/normalise.ts';
import { type Model, ModelError } from '../../core/model/model.ts';
import type { Known } from '../../core/model/redactor.ts';
import { type Spoken, spokenForm, understandInstructions } from './llmForm.ts';
import type { Command, Understanding } from './types.ts';
import type { Understand } from './understanding.ts';

/**
 * Reads a message with a language model, which may propose commands and nothing else: code checks each of them against the
 * customer's own words. Undefined whenever the model gives nothing usable: what was understood locally then counts.
 */
export function createModelReader({ model, understand, seconds }: ReaderParts): ModelReader {
  return async ({ text, local, flows, openFlow, waitingFor, recent, known, signal }) => {
    const spoken = await model
      .object({
        task: 'understand',
        instructions: understandInstructions,
        data: {
          message: text,
          conversation: recent,
          candidates: local.intents.map((intent) => intent.name),
          waiting_for: waitingFor ?? null,
          open_flow: openFlow ?? null,
          flows: flows.map((flow) => ({ name: flow.name, values: Object.keys(flow.slots) })),
        },
        schema: spokenForm,
        known,
        timeoutMs: seconds * 1000,
        ...(signal ? { signal } : {}),
      })
      .catch((error) => {
        if (error instanceof ModelError) return undefined;
        throw error;
      });
    const commands = spoken && check(spoken);
    if (!spoken || !commands) return undefined;
    return { commands, understanding: merged(local, spoken, commands) };

    // Undefined for the whole when one command is not the customer's: who invents once is not believed in the rest.
    function check({ commands: said }: Spoken): Command[] | undefined {
      if (said.length === 0 || said.length > mostCommands) return undefined;
      const checked: Command[] = [];
      for (const command of said) {
        if (command.type === 'start') {
          if (!flows.some((flow) => flow.name === command.flow)) return undefined;
          checked.push(command);
        } else if (command.type === 'set' || command.type === 'correct') {
          const value = checkedValue(command.slot, command.value);
          if (value === undefined) return undefined;
          checked.push({ type: command.type, slot: command.slot, value });
        } else if (command.type === 'cancel') {
          if (openFlow) checked.push(command);
        } else if (command.type === 'ask') checked.push({ type: 'ask', question: text, intent: command.intent });
        else if (command.type === 'handoff') {
          const sentence = contains(text, command.sentence) ? command.sentence : undefined;
          checked.unshift({ type: 'handoff', reason: command.reason, ...(sentence ? { sentence } : {}) });
        } else if (command.type === 'unclear')
          checked.push({
            type: 'unclear',
            candidates: command.candidates.filter((name) => !unspoken.has(name)).slice(0, 3),
          });
        else checked.push(command);
      }
      // Who is angry gets a person, whatever else the message wants.
      if (spoken?.emotion === 'angry' && checked[0]?.type !== 'handoff')
        checked.unshift({ type: 'handoff', reason: 'anger' });
      return checked.length > 0 ? checked : undefined;
    }

    // A value stands in the message and has the form that the slot takes, by the rules that hold without a model too.
    function checkedValue(slot: string, value: string): string | undefined {
      if (!contains(text, value)) return undefined;
      const named = said(flows, openFlow).find((flow) => slot in flow.slots)?.slots[slot];
      if (!named) return undefined;
      return named.entities
        .map((name) =>
          understand(value, { language: local.language, expecting: slot }).entities.find(
            (found) => found.name === name,
          ),
        )
        .find((found) => found !== undefined)?.value;
    }
  };
}

/** Reads one message; `local` is what was understood without a model. */
export type ModelReader = (
  request: ReadRequest,
) => Promise<{ commands: Command[]; understanding: Understanding } | undefined>;

/** What the reader may know: the flows, the last messages before this one, and what records say about the person. */
export type ReadRequest = {
  text: string;
  local: Understanding;
  flows: readonly FlowShape[];
  openFlow?: string | undefined;
  waitingFor?: string | undefined;
  recent: readonly { from: string; text: string }[];
  known: Known;
  signal?: AbortSignal;
};

/** What the bot needs of a model to understand messages. */
export type CommandModel = Pick<Model, 'object'>;

type FlowShape = { name: string; slots: Record<string, { entities: readonly string[] }> };
type ReaderParts = { model: CommandModel; understand: Understand; seconds: number };

const mostCommands = 4;
// Never offered as a choice.
const unspoken = new Set(['greeting', 'thanks', 'goodbye', 'praise', 'out_of_scope', 'human_agent']);

// The flow in progress is asked first what a value is for.
function said(flows: readonly FlowShape[], openFlow: string | undefined): FlowShape[] {
  return [...flows].sort((a, b) => Number(b.name === openFlow) - Number(a.name === openFlow));
}

function contains(text: string, part: string): boolean {
  const plain = normalise(part).trim();
  return plain !== '' && normalise(text).includes(plain);
}

// The model's order of intents before the local one; its confidence is a habit, not a measurement.
function merged(local: Understanding, spoken: Spoken, commands: readonly Command[]): Understanding {
  const named = [...new Set<string>(spoken.intents)].slice(0, 3);
  const rest = local.intents.filter((intent) => !named.includes(intent.name));
  const handoff = commands.find((command) => command.type === 'handoff');
  return {
    ...local,
    intents: [
      ...named.map((name, i) => ({ name, confidence: [0.9, 0.06, 0.02][i] ?? 0 })),
      ...rest.map(({ name, confidence }) => ({ name, confidence: named.length > 0 ? confidence * 0.02 : confidence })),
    ].slice(0, 5),
    emotion: local.emotion === 'angry' ? 'angry' : spoken.emotion,
    handoff: local.handoff.now || !handoff ? local.handoff : { now: true, reason: handoff.reason },
  };
}
