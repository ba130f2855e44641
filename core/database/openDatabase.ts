import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type EmbeddedRequest, startEmbedded } from './embedded/server.ts';
import { migrate } from './migrate.ts';
import type { CoreTables } from './tables.ts';

/**
 * Opens the database of the installation: the server of DATABASE_URL, else our own on the data folder. Creates the schema
 * where that is allowed and migrates it. Everything above sees one pool and does not know which it is.
 */
export async function openDatabase({ config, log, mode, embedded: options }: OpenRequest): Promise<Database> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({ dataFolder: config.dataFolder, mode, log, ...options });
  const schema = config.databaseSchema;
  const base: pg.ClientConfig = embedded ? embedded.connection : { connectionString: config.databaseUrl };
  const connection: pg.ClientConfig = { ...base, application_name: 'anshin', options: `-c search_path=${schema}` };
  try {
    await prepareSchema(base, connection, schema);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const pool = openPool(connection, log);
  return {
    db: kyselyOn(pool),
    pool,
    connection,
    schema,
    embedded: embedded !== undefined,
    async stop() {
      await pool.end();
      await embedded?.stop();
    },
  };
}

export type OpenRequest = {
  config: Pick<Config, 'databaseUrl' | 'databaseSchema' | 'dataFolder'>;
  log: Log;
  /** `start`: own the data folder or refuse; `connect`: use the running server, or start one for the time being. */
  mode: 'start' | 'connect';
  embedded?: Partial<EmbeddedRequest>;
};

/** The open database; `stop` ends the pool and, where we own it, the server: call it last. */
export type Database = {
  db: Kysely<CoreTables>;
  pool: pg.Pool;
  /** For a connection of one's own, such as that which listens for events. */
  connection: pg.ClientConfig;
  schema: string;
  /** True when the server is our own. */
  embedded: boolean;
  stop(): Promise<void>;
};

/** A pool whose idle connections may break (a restarted server) without taking the process down. */
export function openPool(connection: pg.ClientConfig, log: Log, max = 10): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    types,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
  // The pool listens to idle connections only: one that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Typed queries over a pool. */
export function kyselyOn(pool: pg.Pool): Kysely<CoreTables> {
  return new Kysely<CoreTables>({ dialect: new PostgresDialect({ pool }) });
}

/** Where the migrations lie. */
export const migrationsFolder: string = join(import.meta.dirname, 'migrations');

// A date is a day and no moment: as a Date of the server's zone it could become the day before.
const types: pg.CustomTypesConfig = {
  getTypeParser(id, format) {
    if (id === pg.types.builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(id, format as 'text');
  },
};

async function prepareSchema(base: pg.ClientConfig, connection: pg.ClientConfig, schema: string): Promise<void> {
  const client = new pg.Client({ ...base, application_name: 'anshin' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new AppError(
      'unavailable',
      `the database does not answer: ${error instanceof Error ? error.message || error.name : String(error)}`,
      undefined,
      error,
    );
  }
  try {
    const { rows } = await client.query(
      'select current_setting($1)::int as version, exists (select from pg_namespace where nspname = $2) as there',
      ['server_version_num', schema],
    );
    if (rows[0]?.version < 150_000)
      throw new AppError('unavailable', 'the database server is older than PostgreSQL 15');
    // `create schema if not exists` asks for the right to create even where the schema is there already.
    if (!rows[0]?.there) await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`);
  } finally {
    await client.end();
  }
  const migrator = new pg.Client(connection);
  migrator.on('error', () => undefined);
  await migrator.connect();
  try {
    await migrate(migrator, migrationsFolder);
  } finally {
    await migrator.end();
  }
}
