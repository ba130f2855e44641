import type { Choice } from '../../core/blocks.ts';
import type { HandoffReason, NewAction, Reply } from '../reply.ts';
import type { EntityName } from '../understanding/types.ts';

/** The dialogue's memory of one conversation, stored as JSON between turns. Every field is optional and more may come. */
export type DialogueState = {
  /** The flow in progress, and those that a change of topic put aside (latest last). */
  active?: FlowState;
  paused?: FlowState[];
  /** What the last reply asked for: a value, the yes to a summary, or the yes to an offer. */
  expecting?: { slot: string } | { confirm: string } | { offer: 'person' };
  /** How often in a row nothing fitted; two lead to the offer of a person. */
  misses?: number;
  /** Intents of the last turns, newest last: the same problem again is a sign for a person. */
  recent?: string[];
  /** The feeling was named already: never twice. */
  condoled?: boolean;
  /** The order that was talked about last. */
  orderId?: string;
};

/** Values by slot name, as the customer gave them. */
export type Slots = Record<string, string>;
export type FlowState = { flow: string; slots: Slots; tries: Record<string, number>; bound?: string };

/** What a flow may know and use; it never calls a backend's write. */
export type FlowContext = {
  conversationId: string;
  address: string | null;
  customerId: string | null;
  /** The number of the order that the customer's page shows: what "my order" means there. It proves nothing. */
  shownOrder: string | null;
  language: string;
  zone: string;
  /** Says a sentence of bot/locales in the conversation's language. */
  say(key: string, values?: Record<string, string | number>): Reply;
  text(key: string, values?: Record<string, string | number>): string;
};

/** One thing that the bot can do, as data and two questions: what is still missing, and what follows when nothing is. */
export type Flow = {
  name: string;
  /** Intents that start it. */
  intents: readonly string[];
  /** How each value is recognised and asked for. */
  slots: Record<string, { entities: readonly EntityName[]; values?: readonly string[] }>;
  /** What is known without asking. */
  prefill?(slots: Slots, context: FlowContext): Promise<Slots>;
  /** What comes next with these values. */
  next(slots: Slots, context: FlowContext): Promise<Step>;
  /** After the bound yes. */
  commit?(slots: Slots, context: FlowContext): Promise<{ replies: Reply[]; action: NewAction } | { replies: Reply[] }>;
};

/** `ask`: a value is missing (`wrong` counts as a failed try); `confirm`: the summary that the yes is bound to. */
export type Step =
  | { type: 'ask'; slot: string; replies: Reply[]; choices?: Choice[]; wrong?: boolean; forget?: readonly string[] }
  | { type: 'confirm'; replies: Reply[]; choices: Choice[]; digest: string }
  | { type: 'done'; replies: Reply[]; orderId?: string; offerPerson?: boolean }
  | { type: 'person'; reason: HandoffReason; facts?: Record<string, unknown> };
