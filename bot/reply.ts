import type { Block } from '../core/blocks.ts';

/** One bubble in one language. */
export type Reply = { language: string; body: Block[] };

/** `key` makes it happen once; `seen` is the order state that the customer said yes to. */
export type NewAction = {
  key: string;
  orderId: string;
  data: Record<string, unknown>;
  seen: Record<string, unknown>;
  proof: { rung: 'full'; customerId: string };
};

/** Why a person takes over; the labels that agents see and reports count. */
export type HandoffReason =
  | 'person_wanted'
  | 'anger'
  | 'legal'
  | 'safety'
  | 'fraud'
  | 'repeated_failure'
  | 'several_problems'
  | 'no_evidence'
  | 'flow_exit'
  | 'failure';
