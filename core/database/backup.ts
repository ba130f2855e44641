import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { migrationsFolder } from './openDatabase.ts';

/**
 * Writes everything of the installation as one gzip file, as of one moment, while it runs. The form: a JSON line per table
 * with its columns, then the rows as PostgreSQL's COPY text writes them, then `\.`; the last line carries the SHA-256 of all before.
 */
export async function backup(connection: pg.ClientConfig, output: Writable): Promise<{ tables: number; rows: number }> {
  const client = new pg.Client(connection);
  await client.connect();
  const sum = createHash('sha256');
  let rows = 0;
  let tables = 0;
  try {
    // One snapshot: what commits meanwhile is not in it, in no table.
    await client.query('begin isolation level repeatable read read only');
    const { rows: applied } = await client.query('select name, sha256 from migration order by name');
    const lines = async function* () {
      yield `${JSON.stringify({ anshin: formatVersion, migrations: applied, at: new Date().toISOString() })}\n`;
      for (const { name, columns } of await ownTables(client)) {
        tables += 1;
        yield `${JSON.stringify({ table: name, columns })}\n`;
        const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
        const source: Readable = client.query(copyTo(`copy ${pg.escapeIdentifier(name)} (${list}) to stdout`));
        for await (const chunk of source) {
          const bytes = chunk as Buffer;
          for (const byte of bytes) if (byte === newline) rows += 1;
          yield bytes;
        }
        yield '\\.\n';
      }
    };
    const hashed = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sum.update(chunk);
        done(null, chunk);
      },
      flush(done) {
        this.push(`${JSON.stringify({ end: true, sha256: sum.digest('hex') })}\n`);
        done();
      },
    });
    await pipeline(lines, hashed, createGzip(), output);
    await client.query('commit');
    return { tables, rows };
  } finally {
    await client.end();
  }
}

/** Our own tables in an order in which each stands after those it refers to; what jobs keep for themselves is not ours. */
export async function ownTables(client: pg.ClientBase): Promise<{ name: string; columns: string[] }[]> {
  const own = new Set(
    readdirSync(migrationsFolder).flatMap((file) =>
      [...readFileSync(join(migrationsFolder, file), 'utf8').matchAll(/^create table (\w+|"\w+")/gim)].map(
        ([, name = '']) => name.replaceAll('"', ''),
      ),
    ),
  );
  const { rows: columns } = await client.query<{ table_name: string; columns: string[] }>(
    `select table_name, array_agg(column_name::text order by ordinal_position) as columns from information_schema.columns
     where table_schema = current_schema() and is_generated = 'NEVER' group by table_name`,
  );
  const { rows: references } = await client.query<{ child: string; parent: string }>(
    `select child.relname as child, parent.relname as parent from pg_constraint
     join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
     where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid <> confrelid`,
  );
  const waiting = columns
    .filter((row) => own.has(row.table_name))
    .map((row) => row.table_name)
    .sort();
  const ordered: string[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex((name) =>
      references.every((reference) => reference.child !== name || !waiting.includes(reference.parent)),
    );
    if (at < 0) throw new Error('tables refer to each other in a circle');
    ordered.push(...waiting.splice(at, 1));
  }
  const byName = new Map(columns.map((row) => [row.table_name, row.columns]));
  return ordered.map((name) => ({ name, columns: byName.get(name) ?? [] }));
}

/** The version of the file's form. */
export const formatVersion = 1;
const newline = 10;
