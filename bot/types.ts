import type { Asked } from '../core/conversations/signals.ts';
import type { DialogueState } from './flows/types.ts';
import type { HandoffReason, NewAction, Reply } from './reply.ts';

/** What the turn hands to the dialogue: everything unanswered of one conversation that the bot owns. */
export type TurnInput = {
  conversation: {
    id: string;
    channel: string;
    language: string;
    timeZone: string | null;
    market: string | null;
    /** The shop's customer proven by a token, while the identified view is alive. */
    customerId: string | null;
    context: Record<string, unknown>;
    /** The network address that wrong proofs of identity are counted by. */
    address: string | null;
    state: DialogueState;
    /** True when the bot has not spoken here yet: the first reply says that this is an assistant. */
    first: boolean;
  };
  /** The customer's unanswered messages, oldest first; empty when only outcomes woke the turn. */
  messages: CustomerMessage[];
  outcomes: ActionOutcome[];
  /** Aborts when the turn lost its lease. */
  signal: AbortSignal;
  /** Shows a whole sentence of a reply that is forming; false when somebody else owns the conversation by now. */
  tellDraft(text: string): Promise<boolean>;
};

export type CustomerMessage = { seq: number; text: string; payload: string | null; language: string };

/** What became of an action that an earlier turn stored; `slow`: no outcome after 30 s; `stuck`: none after 5 min, so a person takes it. */
export type ActionOutcome = {
  actionId: string;
  orderId: string;
  data: Record<string, unknown>;
  state: 'done' | 'refused' | 'failed' | 'slow' | 'stuck';
  outcome: Record<string, unknown>;
};

/** What the turn stores in one transaction, or drops when the owner changed meanwhile. */
export type Decision = {
  replies: Reply[];
  state: DialogueState;
  actions: NewAction[];
  handoff?: Handoff;
  /** The questions of this turn and whether an article answered them. */
  asked: Asked[];
  /** What the turn was about, for the one log line: no customer text. */
  trace: { intent?: string; confidence?: number; model?: boolean; flow?: string; article?: string };
};

/** Why a person takes over, and what the person sees first. */
export type Handoff = {
  reason: HandoffReason;
  /** The customer's sentence that shows it, as written. */
  sentence?: string;
  /** Facts from records, already collected: order number, parcels, pending action. */
  facts?: Record<string, unknown>;
};
