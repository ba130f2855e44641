import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { AppError } from '../errors.ts';

/**
 * Brings the schema up to date: files in the order of their names, each in a transaction, one process at a time. A file that
 * changed after it was applied is refused, for databases that have the old one would differ for ever.
 */
export async function migrate(client: pg.ClientBase, folder: string): Promise<string[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await client.query(`select pg_advisory_lock(hashtext('anshin.migrate:' || current_schema()))`);
  try {
    await client.query(
      'create table if not exists migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migration');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const unknown = [...applied.keys()].filter((name) => !files.includes(name));
    if (unknown.length > 0)
      throw new AppError('unavailable', `the database is of a newer version: it has ${unknown[0]}`);
    const done: string[] = [];
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined) throw new AppError('unavailable', `${name} was changed after it was applied`);
      await apply(client, name, text, sha256);
      done.push(name);
    }
    return done;
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('anshin.migrate:' || current_schema()))`);
  }
}

async function apply(client: pg.ClientBase, name: string, text: string, sha256: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new AppError(
      'unavailable',
      `${name} could not be applied: ${error instanceof Error ? error.message : String(error)}`,
      undefined,
      error,
    );
  }
}
