import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { CoreTables } from './database/tables.ts';

/** A secret of 32 bytes that the installation makes for itself once and all its processes share. */
export async function installationKey(db: Kysely<CoreTables>, name: string): Promise<Uint8Array> {
  await db
    .insertInto('setting')
    .values({ name: `key.${name}`, value: JSON.stringify(randomBytes(32).toString('base64')) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', `key.${name}`)
    .executeTakeFirstOrThrow();
  return Buffer.from(String(row.value), 'base64');
}
