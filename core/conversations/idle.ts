import { type Kysely, sql } from 'kysely';
import { textBlock } from '../blocks.ts';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import type { I18n } from '../i18n.ts';
import type { Limits } from '../limits.ts';
import { append } from './append.ts';
import { moveIn } from './moves.ts';

/** Closes conversations in which nothing has happened for long, with a line to the customer; returns how many. */
export async function closeIdle(db: Kysely<CoreTables>, limits: Limits, i18n: I18n): Promise<number> {
  const idle = await db
    .selectFrom('conversation')
    .select(['id', 'owner_version', 'language'])
    .where((where) =>
      where.or([
        where.and([
          where('state', '=', 'bot'),
          where('changed_at', '<', sql<Date>`now() - ${limits.IDLE_BOT_HOURS} * interval '1 hour'`),
        ]),
        where.and([
          where('state', '=', 'agent'),
          where('changed_at', '<', sql<Date>`now() - ${limits.IDLE_AGENT_HOURS} * interval '1 hour'`),
        ]),
      ]),
    )
    .where('message_seq', '>', 0)
    .where('turn_due_at', 'is', null)
    .limit(200)
    .execute();
  let closed = 0;
  for (const { id, owner_version: ownerVersion, language } of idle) {
    try {
      await db.transaction().execute(async (tx) => {
        await append(tx, id, [
          { sender: 'system', language, body: [textBlock(i18n.t(language, 'handoff:toCustomer.idle'))] },
        ]);
        await moveIn(tx, { conversationId: id, move: 'close', ownerVersion });
      });
      closed += 1;
    } catch (error) {
      // Somebody wrote or moved it meanwhile: then it is not idle.
      if (!(error instanceof AppError) || error.code !== 'stale') throw error;
    }
  }
  return closed;
}
