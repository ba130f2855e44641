import { createHash, randomBytes } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { ContactTable, CoreTables } from './database/tables.ts';

/** Makes a visitor of a pull channel; the secret is the only key to the conversation and is stored hashed. */
export async function createVisitor(
  db: Kysely<CoreTables>,
  visitor: NewVisitor,
): Promise<{ contact: ContactRow; secret: string }> {
  const secret = randomBytes(32).toString('base64url');
  const contact = await db
    .insertInto('contact')
    .values({
      channel: visitor.channel,
      secret_hash: hashSecret(secret),
      language: visitor.language ?? null,
      market: visitor.market ?? null,
      time_zone: visitor.timeZone ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { contact, secret };
}

/** The visitor that holds this secret, unless it is older than `maxDays`. */
export async function visitorOf(
  db: Kysely<CoreTables>,
  channel: string,
  secret: string,
  maxDays: number,
): Promise<ContactRow | undefined> {
  return db
    .selectFrom('contact')
    .selectAll()
    .where('secret_hash', '=', hashSecret(secret))
    .where('channel', '=', channel)
    .where('created_at', '>', sql<Date>`now() - ${maxDays} * interval '1 day'`)
    .executeTakeFirst();
}

/** The contact of a channel that knows people by an id of its own; made on first sight. */
export async function contactOf(
  db: Kysely<CoreTables>,
  channel: string,
  externalId: string,
  name?: string,
): Promise<ContactRow> {
  return db
    .insertInto('contact')
    .values({ channel, external_id: externalId, name: name ?? null })
    .onConflict((conflict) =>
      conflict.columns(['channel', 'external_id']).doUpdateSet({ ...(name ? { name } : { channel }) }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Binds the shop's customer to the contact after the shop's token was verified; the view ends when nobody uses it. */
export async function identify(
  db: Kysely<CoreTables>,
  contactId: string,
  customer: { id: string; name?: string },
  idleMinutes: number,
): Promise<void> {
  await db
    .updateTable('contact')
    .set({
      customer_id: customer.id,
      identified_until: sql<Date>`now() + ${idleMinutes} * interval '1 minute'`,
      ...(customer.name ? { name: customer.name } : {}),
    })
    .where('id', '=', contactId)
    .execute();
}

/** The proven customer of a contact while the identified view lives; using it keeps it alive. */
export async function identifiedCustomer(
  db: Kysely<CoreTables>,
  contactId: string,
  idleMinutes: number,
): Promise<string | null> {
  const row = await db
    .updateTable('contact')
    .set({ identified_until: sql<Date>`now() + ${idleMinutes} * interval '1 minute'` })
    .where('id', '=', contactId)
    .where('identified_until', '>', sql<Date>`now()`)
    .returning('customer_id')
    .executeTakeFirst();
  return row?.customer_id ?? null;
}

/** A person who writes, as stored. */
export type ContactRow = Selectable<ContactTable>;
export type NewVisitor = { channel: string; language?: string; market?: string; timeZone?: string };

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
