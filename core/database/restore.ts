import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { formatVersion, ownTables } from './backup.ts';

/**
 * Fills an empty installation from a backup, all of it or nothing. Refuses one that was used already, a file of a newer
 * version, and a file that is damaged or cut off.
 */
export async function restore(connection: pg.ClientConfig, file: string): Promise<{ tables: number; rows: number }> {
  const client = new pg.Client(connection);
  await client.connect();
  const sinks: Writable[] = [];
  try {
    await client.query('begin');
    const tables = await ownTables(client);
    await refuseUsed(client);
    await client.query(`truncate ${tables.map(({ name }) => pg.escapeIdentifier(name)).join(', ')} cascade`);
    const result = await load(client, file, new Map(tables.map(({ name, columns }) => [name, columns])), sinks);
    await setSequences(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A copy that waits for more rows would keep the connection for ever.
    for (const sink of sinks) if (!sink.destroyed) sink.on('error', () => undefined).destroy(new Error('given up'));
    await client.query('rollback').catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw new AppError(
      'invalid',
      `this is no whole backup: ${error instanceof Error ? error.message : String(error)}`,
      undefined,
      error,
    );
  } finally {
    await client.end();
  }
}

const header = z.object({
  anshin: z.int(),
  migrations: z.array(z.object({ name: z.string(), sha256: z.string() })),
});
const section = z.object({ table: z.string(), columns: z.array(z.string()) });
const ending = z.object({ end: z.literal(true), sha256: z.string() });

async function load(client: pg.Client, file: string, tables: Map<string, string[]>, sinks: Writable[]) {
  const sum = createHash('sha256');
  let rows = 0;
  let count = 0;
  let sink: Writable | undefined;
  let first = true;
  let complete = false;
  for await (const line of linesOf(file)) {
    if (complete) throw new AppError('invalid', 'something follows the end of the backup');
    if (sink) {
      sum.update(line);
      if (line.length === 3 && line[0] === 0x5c && line[1] === 0x2e) {
        sink.end();
        await finished(sink);
        sink = undefined;
        continue;
      }
      rows += 1;
      if (!sink.write(line))
        await Promise.race([once(sink, 'drain'), once(sink, 'error').then(([error]) => Promise.reject(error))]);
      continue;
    }
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (first) {
      await checkVersion(client, header.parse(value));
      first = false;
    } else if (ending.safeParse(value).success) {
      if (ending.parse(value).sha256 !== sum.digest('hex')) throw new AppError('invalid', 'the backup is damaged');
      complete = true;
      continue;
    } else {
      const { table, columns } = section.parse(value);
      const own = tables.get(table);
      if (!own || columns.some((column) => !own.includes(column)))
        throw new AppError('invalid', `the backup has a table or column that is not known: ${table}`);
      const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
      sink = client.query(copyFrom(`copy ${pg.escapeIdentifier(table)} (${list}) from stdin`));
      sinks.push(sink);
      count += 1;
    }
    sum.update(line);
  }
  if (!complete) throw new AppError('invalid', 'the backup is cut off');
  return { tables: count, rows };
}

async function checkVersion(client: pg.Client, { anshin, migrations }: z.infer<typeof header>): Promise<void> {
  if (anshin !== formatVersion) throw new AppError('invalid', 'the backup was made by another version of Anshin');
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migration');
  const here = new Map(rows.map((row) => [row.name, row.sha256]));
  const newer = migrations.find((migration) => here.get(migration.name) !== migration.sha256);
  if (newer) throw new AppError('invalid', `the backup is of a newer version: it has ${newer.name}`);
}

async function refuseUsed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select from contact) or exists (select from setting) as used',
  );
  if (rows[0]?.used)
    throw new AppError(
      'conflict',
      'this installation was used already: restore into an empty one (a new ANSHIN_DATA or schema)',
    );
}

async function setSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns
     where table_schema = current_schema() and (is_identity = 'YES' or column_default like 'nextval(%')
       and table_name in (select relname from pg_class where relnamespace = current_schema()::regnamespace)`,
  );
  for (const { table_name: table, column_name: column } of rows) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce((select max(${pg.escapeIdentifier(column)}) from ${pg.escapeIdentifier(table)}), 0) + 1, false)
       where pg_get_serial_sequence($1, $2) is not null`,
      [pg.escapeIdentifier(table), column],
    );
  }
}

// Lines as bytes, each with its newline: values may be of any size, and none holds a bare newline.
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  const input = createReadStream(file);
  const unpacked = createGunzip();
  input.on('error', (error) => unpacked.destroy(error));
  let rest: Buffer[] = [];
  for await (const chunk of input.pipe(unpacked)) {
    let bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10)) {
      yield Buffer.concat([...rest, bytes.subarray(0, at + 1)]);
      rest = [];
      bytes = bytes.subarray(at + 1);
    }
    if (bytes.length > 0) rest.push(bytes);
  }
  if (rest.length > 0) throw new AppError('invalid', 'the backup is cut off');
}
