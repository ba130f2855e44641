import type { Transaction } from 'kysely';
import type { CoreTables } from '../database/tables.ts';

/**
 * Leaves word, in the transaction of what happened, for those who learn from it later: it exists exactly when that does. Who
 * takes it in deletes it in the transaction of what came of it.
 */
export async function addSignals(
  tx: Transaction<CoreTables>,
  conversationId: string,
  signals: readonly Signal[],
): Promise<void> {
  if (signals.length === 0) return;
  await tx
    .insertInto('signal')
    .values(
      signals.map(({ seq, kind, ...data }) => ({
        conversation_id: conversationId,
        seq,
        kind,
        data: JSON.stringify(data),
      })),
    )
    .execute();
}

/**
 * What happened at which message. A question that the bot answered or refused has the number of its first message in `since`;
 * it holds no text, which stands in the message.
 */
export type Signal =
  | Asked
  | { kind: 'handoff'; seq: number; reason: string }
  | { kind: 'vote'; seq: number }
  | { kind: 'agent'; seq: number };

/** How the bot dealt with a question: from an article, not at all, or as none of the shop's business. */
export type Asked = {
  kind: 'answered' | 'refused' | 'off_topic';
  seq: number;
  since: number;
  slug?: string;
};
