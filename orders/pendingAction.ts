import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';

/** Whether something is being done to this order whose outcome is not known yet: another action has to wait. */
export async function pendingAction(db: Kysely<CoreTables>, orderId: string): Promise<boolean> {
  const row = await db
    .selectFrom('action')
    .select('id')
    .where('order_id', '=', orderId)
    .where('state', 'in', ['stored', 'running', 'unknown'])
    .executeTakeFirst();
  return row !== undefined;
}
