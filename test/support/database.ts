import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../core/database/migrate.ts';
import { type Database, kyselyOn, openPool } from '../../core/database/openDatabase.ts';
import { createLog } from '../../core/log.ts';

/** A fresh, migrated schema on the run's PostgreSQL. */
export async function testDatabase(): Promise<Omit<Database, 'stop' | 'embedded'> & { drop(): Promise<void> }> {
  const base = inject('database') as pg.ClientConfig;
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const connection: pg.ClientConfig = { ...base, options: `-c search_path=${schema}` };
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(`create schema ${schema}`);
  await migrate(client, join(import.meta.dirname, '../../core/database/migrations'));
  await client.end();
  const pool = openPool(connection, createLog('silent'));
  return {
    db: kyselyOn(pool),
    pool,
    connection,
    schema,
    async drop() {
      await pool.query(`drop schema ${schema} cascade`);
      await pool.end();
    },
  };
}

/** A second connection to a running application's schema. */
export async function connect({
  schema,
}: {
  schema: string;
}): Promise<{ db: ReturnType<typeof kyselyOn>; close(): Promise<void> }> {
  const base = inject('database') as pg.ClientConfig;
  const pool = openPool({ ...base, options: `-c search_path=${schema}` }, createLog('silent'));
  return { db: kyselyOn(pool), close: () => pool.end() };
}
