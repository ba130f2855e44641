import { installationKey } from '../core/keys.ts';
import { createStaff, emailOf } from '../core/staff/staff.ts';
import { staffDb } from '../core/staff/tables.ts';
import { command } from './command.ts';

await command('staff:reset -- EMAIL', 1, async ({ db, config, args: [email = ''] }) => {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Error(`"${email}" is not an e-mail address`);
  const staff = createStaff({ db, config, key: await installationKey(db, 'staff') });
  const known = await staffDb(db)
    .selectFrom('staff')
    .select(['id', 'active'])
    .where('email', '=', emailOf(email))
    .executeTakeFirst();
  const admins = await staffDb(db)
    .selectFrom('staff')
    .select('id')
    .where('roles', 'like', '%admin%')
    .where('active', '=', true)
    .execute();
  if (!known && admins.length > 0) throw new Error(`nobody here has the address ${email}`);
  const id = known?.id ?? (await staff.create({ email, name: 'Admin', roles: ['admin'] }));
  if (known && !known.active)
    await staffDb(db).updateTable('staff').set({ active: true }).where('id', '=', id).execute();
  await staff.endSessions(id);
  process.stdout.write(`${await staff.link(id)}\n`);
});
