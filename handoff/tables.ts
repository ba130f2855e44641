import type { Generated } from 'kysely';

/** The tables that only the hand-over uses. */
export type HandoffTables = {
  handoff_webhook: {
    id: Generated<string>;
    conversation_id: string;
    event_seq: number;
    attempts: Generated<number>;
    next_at: Generated<Date>;
    sent_at: Date | null;
    error: string | null;
    created_at: Generated<Date>;
  };
};
