import type { Generated, Kysely } from 'kysely';
import type { CoreTables } from '../database/tables.ts';

/** The staff tables that we read ourselves (migrations/202611241010_staff.sql); the rest is better-auth's. */
export type StaffTables = CoreTables & {
  staff: {
    id: string;
    name: string;
    email: string;
    roles: string;
    language: string | null;
    active: boolean;
    must_change: boolean;
    created_at: Generated<Date>;
  };
  staff_session: { id: string; staff_id: string; token: string; expires_at: Date; created_at: Generated<Date> };
  staff_link: {
    token_hash: Buffer;
    staff_id: string;
    expires_at: Date;
    created_by: string | null;
    created_at: Generated<Date>;
  };
};

/** The database with the staff tables in sight. */
export function staffDb(db: Kysely<CoreTables>): Kysely<StaffTables> {
  return db.withTables<StaffTables>();
}
