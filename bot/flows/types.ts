/** The dialogue's memory of one conversation, stored as JSON between turns. Fields may grow; every one is optional. */
export type DialogueState = {
  /** The flow in progress, and those that a change of topic put aside (latest last). */
  active?: FlowState;
  paused?: FlowState[];
  /** What the last reply asked for. */
  expecting?: { slot: string } | { confirm: string } | { choice: { payload: string; label: string }[] };
  /** How often in a row nothing fitted; two lead to the offer of a person. */
  misses?: number;
  /** Intents of the last turns, newest last: the same problem again is a sign for a person. */
  recent?: string[];
  /** The feeling was named already: never twice in a row. */
  condoled?: boolean;
  /** Actions without a reported outcome. */
  pending?: { orderId: string; number: string; kind: string }[];
};

export type FlowState = { flow: string; slots: Record<string, string>; tries: Record<string, number>; bound?: string };
