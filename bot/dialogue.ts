import { closedPhrase } from '../core/language/closedPhrases.ts';
import type { DialogueParts } from './dialogueParts.ts';
import { valuesFor } from './flows/engine.ts';
import type { Flow, Slots } from './flows/types.ts';
import { createTalk, decisionOf, flowNamed, handOver, offerPerson, remember, type Talk } from './talk.ts';
import { answerQuestion, clarify, otherLanguage, smallTalk } from './talkAnswers.ts';
import { runFlow, sayNo, sayYes, startFlow, stopFlow } from './talkFlows.ts';
import type { Decision, TurnInput } from './types.ts';
import { toCommands } from './understanding/commands.ts';
import type { Command, Understanding } from './understanding/types.ts';
import { asksWhatWeAre } from './understanding/whatWeAre.ts';

/**
 * Decides what the bot says and does on one turn: understanding says what the customer wants, this code decides. It reads
 * orders and articles and writes nothing; what it decides is stored by the turn, or dropped.
 */
export function createDialogue(parts: DialogueParts): (input: TurnInput) => Promise<Decision> {
  return async (input) => {
    const talk = createTalk(parts, input);
    if (parts.model && input.messages.length > 0) talk.model = await parts.model.begin(input);
    for (const outcome of input.outcomes) {
      const told = await parts.tellOutcome(outcome, talk.context);
      talk.replies.push(...told.replies);
      if (told.person) handOver(talk, told.person);
      if (told.offerPerson) offerPerson(talk);
    }
    for (const message of joined(input.messages)) {
      if (talk.handoff) break;
      await hear(talk, message);
    }
    return decisionOf(talk);
  };
}

type Heard = { text: string; payload: string | null; language: string; since: number; seq: number };

// Several messages that nobody answered yet are one input; a press of a button stands by itself.
function joined(messages: TurnInput['messages']): Heard[] {
  const out: Heard[] = [];
  for (const message of messages) {
    const last = out.at(-1);
    if (last && last.payload === null && message.payload === null) {
      last.text = `${last.text}\n${message.text}`;
      last.language = message.language;
      last.seq = message.seq;
    } else out.push({ ...message, since: message.seq });
  }
  return out;
}

async function hear(talk: Talk, { text, payload, language, since, seq }: Heard): Promise<void> {
  const { parts, state } = talk;
  talk.hearing = { since, seq };
  // A photo without a word: it is with the conversation for the person who looks at it.
  if (text === '' && !payload) {
    talk.replies.push(talk.context.say('photo'));
    return offerPerson(talk);
  }
  // Honest before helpful: who asks whether this is a person is told first, and may have one.
  if (!payload && asksWhatWeAre(text)) {
    talk.replies.push(talk.context.say('assistant.areYou'));
    return offerPerson(talk);
  }
  const { expecting } = state;
  const local = parts.understand(text, {
    language,
    ...(expecting && 'slot' in expecting ? { expecting: expecting.slot } : {}),
  });
  if (!payload && !local.languageKnown && local.language !== 'und' && !local.handoff.now)
    return otherLanguage(talk, local.language);
  const open = flowNamed(talk, state.active?.flow) ?? parts.flows[0];
  const own = toCommands({
    understanding: local,
    text,
    payload,
    zones: parts.understand.zones,
    flowOf: (intent) => parts.flows.find((flow) => flow.intents.includes(intent))?.name,
    slotOf: (entity) =>
      Object.entries(open?.slots ?? {}).find(([, slot]) => (slot.entities as readonly string[]).includes(entity))?.[0],
  });
  const read = payload ? undefined : await readByModel(talk, text, local, own);
  const { commands, understanding } = read ?? { commands: own, understanding: local };
  const [first] = understanding.intents;
  if (first)
    talk.trace = {
      intent: first.name,
      confidence: Math.round(first.confidence * 100) / 100,
      ...(read ? { model: true } : {}),
    };
  if (!payload) remember(talk, first?.name);
  await obey(talk, commands, text, understanding, payload);
}

// What is certain is not asked: closed phrases, the wish for a person and other triggers, and the value that was asked for.
async function readByModel(talk: Talk, text: string, local: Understanding, own: Command[]) {
  const { parts, state, model } = talk;
  if (!parts.model || !model) return undefined;
  const certain =
    closedPhrase(text) !== undefined || local.handoff.now || own.every((command) => command.type === 'set');
  if (certain) return undefined;
  const read = await parts.model.read({
    text,
    local,
    flows: parts.flows,
    openFlow: state.active?.flow,
    waitingFor: state.expecting && 'slot' in state.expecting ? state.expecting.slot : undefined,
    recent: model.recent,
    known: model.known,
    signal: model.signal,
  });
  if (!read) return undefined;
  // A value that was found by its form is not lost because the model was silent about it, unless it only belongs to a question.
  if (read.commands.some((command) => command.type === 'ask')) return read;
  const set = new Set(read.commands.map((command) => ('slot' in command ? command.slot : '')));
  const more = own.filter((command) => command.type === 'set' && !set.has(command.slot));
  return { ...read, commands: [...read.commands, ...more] };
}

async function obey(
  talk: Talk,
  commands: Command[],
  said: string,
  understanding: Understanding,
  payload: string | null,
): Promise<void> {
  const [first] = commands;
  if (first?.type === 'handoff') return handOver(talk, first.reason, first.sentence ?? (said || undefined));
  if (first?.type === 'confirm') return sayYes(talk, first.digest);
  if (first?.type === 'deny') return sayNo(talk);
  if (first?.type === 'cancel') return stopFlow(talk);
  if (first?.type === 'chitchat') return smallTalk(talk, first.kind, said);
  const ask = commands.find((command) => command.type === 'ask');
  if (payload?.startsWith('intent:')) return chosen(talk, ask?.intent ?? '');
  const values: Slots = {};
  for (const command of commands)
    if (command.type === 'set' || command.type === 'correct') values[command.slot] = command.value;
  const given = Object.keys(values).length > 0;
  const start = commands.find((command) => command.type === 'start');
  const active = flowNamed(talk, talk.state.active?.flow);
  if (active && given && (!start || start.flow === active.name))
    return runFlow(talk, active, { ...valuesFor(active, understanding.entities), ...values });
  const flow = flowNamed(talk, start?.flow);
  if (flow) return startFlow(talk, flow, startValues(flow, understanding, values), said, understanding);
  const [status] = talk.parts.flows;
  if (given && !ask && status)
    return startFlow(talk, status, startValues(status, understanding, values), said, understanding);
  if (ask) return answerQuestion(talk, said, understanding.intents, ask.intent);
  return clarify(talk, said, understanding, first?.type === 'unclear' ? first.candidates : []);
}

function startValues(flow: Flow, { entities }: Understanding, values: Slots): Slots {
  return {
    ...valuesFor(flow, entities),
    ...Object.fromEntries(Object.entries(values).filter(([slot]) => slot in flow.slots)),
  };
}

// A button of "is it one of these?" was pressed: the customer said it, so there is no doubt left.
async function chosen(talk: Talk, intent: string): Promise<void> {
  if (intent === 'human_agent') return handOver(talk, 'person_wanted');
  const flow = talk.parts.flows.find((candidate) => candidate.intents.includes(intent));
  if (flow) return runFlow(talk, flow, {});
  return answerQuestion(talk, talk.context.text(`intent.${intent}`), [{ name: intent, confidence: 1 }], intent);
}
