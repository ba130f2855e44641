import type { Kysely } from 'kysely';
import type { CoreTables } from '../database/tables.ts';
import { publish } from '../events.ts';

/**
 * Shows a whole sentence of a reply that is still forming, unless somebody else owns the conversation by now: then it
 * returns false and the rest need not be computed. Drafts have no number and are kept nowhere.
 */
export async function tellDraft(
  db: Kysely<CoreTables>,
  { conversationId, ownerVersion, n, text }: { conversationId: string; ownerVersion: number; n: number; text: string },
): Promise<boolean> {
  const still = await db
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', conversationId)
    .where('owner_version', '=', ownerVersion)
    .where('state', '=', 'bot')
    .executeTakeFirst();
  if (!still) return false;
  await publish(db, { t: 'draft', id: conversationId, n, text: text.slice(0, maxCharacters) });
  return true;
}

/** Takes the sentences back: the reply was dropped. */
export async function withdrawDraft(db: Kysely<CoreTables>, conversationId: string): Promise<void> {
  await publish(db, { t: 'withdraw', id: conversationId });
}

// NOTIFY carries at most 8,000 bytes; four bytes is the most that a character takes.
const maxCharacters = 1800;
