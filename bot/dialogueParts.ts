import type { I18n } from '../core/i18n.ts';
import type { Answers } from './answers/answer.ts';
import type { Flow, FlowContext } from './flows/types.ts';
import type { DialogueModel } from './modelTurn.ts';
import type { HandoffReason, Reply } from './reply.ts';
import type { ActionOutcome } from './types.ts';
import type { Understand } from './understanding/understanding.ts';

/** What the dialogue needs of the other parts. */
export type DialogueParts = {
  understand: Understand;
  /** The first one is what a bare order number is about. */
  flows: readonly Flow[];
  answers: Answers;
  /** Where a language model is configured. */
  model?: DialogueModel | undefined;
  tellOutcome(
    outcome: ActionOutcome,
    context: FlowContext,
  ): Promise<{ replies: Reply[]; person?: HandoffReason; offerPerson?: boolean }>;
  /** What records say that the person who takes over should see. */
  factsFor(
    conversationId: string,
    customerId: string | null,
    orderId: string | undefined,
  ): Promise<Record<string, unknown>>;
  i18n: I18n;
  shopName: string;
  shopTimeZone: string;
};
