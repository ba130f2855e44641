import { type Kysely, sql, type Transaction } from 'kysely';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import { publish } from '../events.ts';
import { type Role, rolesOf } from './staff.ts';
import { type StaffTables, staffDb } from './tables.ts';

/** Everyone who has an account, by name. */
export async function listPeople(database: Kysely<CoreTables>): Promise<Person[]> {
  const rows = await staffDb(database)
    .selectFrom('staff')
    .select(['id', 'name', 'email', 'roles', 'active', 'created_at'])
    .select(
      sql<boolean>`exists (select 1 from staff_link where staff_link.staff_id = staff.id and expires_at > now())`.as(
        'invited',
      ),
    )
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    roles: rolesOf(row.roles),
    active: row.active,
    invited: row.invited,
    since: row.created_at.toISOString(),
  }));
}

/** Changes roles or shuts an account; the last admin keeps the role. What was taken away ends at once, on open streams too. */
export async function changePerson(
  database: Kysely<CoreTables>,
  id: string,
  change: { roles?: Role[] | undefined; active?: boolean | undefined },
): Promise<void> {
  await staffDb(database)
    .transaction()
    .execute(async (tx) => {
      // All admins are locked in one order, so that two of them cannot demote each other at the same moment.
      const admins = await tx
        .selectFrom('staff')
        .select('id')
        .where('roles', 'like', '%admin%')
        .where('active', '=', true)
        .orderBy('id')
        .forNoKeyUpdate()
        .execute();
      const before = await tx
        .selectFrom('staff')
        .select(['roles', 'active'])
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!before) throw new AppError('not_found', 'no such person');
      const roles = change.roles ?? rolesOf(before.roles);
      const active = change.active ?? before.active;
      if (admins.length === 1 && admins[0]?.id === id && (!active || !roles.includes('admin'))) {
        throw new AppError('conflict', 'the last admin cannot be taken away', { lastAdmin: true });
      }
      await tx
        .updateTable('staff')
        .set({ roles: roles.join(','), active })
        .where('id', '=', id)
        .execute();
      if (!active || rolesOf(before.roles).some((role) => !roles.includes(role))) await endSessionsIn(tx, id);
      await publish(tx, { t: 'people' });
    });
}

/** A line of the people page. */
export type Person = {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  active: boolean;
  invited: boolean;
  since: string;
};

async function endSessionsIn(tx: Transaction<StaffTables>, id: string) {
  await tx.deleteFrom('staff_session').where('staff_id', '=', id).execute();
  await publish(tx, { t: 'revoked', staffId: id });
}
