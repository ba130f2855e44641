import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { findBinaries } from './binaries.ts';
import { clusterUser, prepareCluster } from './cluster.ts';
import { isAlive, readOwner, takeOwnership } from './lock.ts';
import { answers, type Place, postmasterPid, postmasterPlace, runs, waitUntil } from './postmaster.ts';
import { chooseRunner, type Runner } from './runner.ts';

/**
 * Runs our own PostgreSQL on the data folder. `start` makes this process the owner, or throws `conflict` when another one is;
 * `connect` uses the server of a living owner, else becomes the owner for as long as it needs. The owner restarts a server that
 * was killed, adopts one whose owner died, and is the only one that stops it.
 */
export async function startEmbedded(request: EmbeddedRequest): Promise<Embedded> {
  const { dataFolder, mode, log } = request;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const ownership = await takeOwnership(dataFolder);
  if ('pid' in ownership) {
    if (mode === 'start')
      throw new AppError(
        'conflict',
        `Anshin is running already on ${dataFolder} (process ${ownership.pid}); stop it first, or set ANSHIN_DATA and PORT for another one`,
      );
    return connectTo(dataFolder);
  }
  try {
    return await own(request, ownership.release);
  } catch (error) {
    ownership.release();
    log.error({ err: error }, 'the built-in database did not start');
    throw error;
  }
}

/** How to run our own server; all but folder, mode and log is for tests. */
export type EmbeddedRequest = {
  dataFolder: string;
  mode: 'start' | 'connect';
  log: Log;
  /** Another folder of programs, with bin/ inside. */
  binaries?: string | undefined;
  allowNamespace?: boolean | undefined;
  stage?: string | undefined;
  socketParent?: string | undefined;
};

/** A running server: how to connect, how it runs, and the end of our part in it. */
export type Embedded = { connection: pg.ClientConfig; kind: Runner['kind'] | 'guest'; stop(): Promise<void> };

async function own(request: EmbeddedRequest, release: () => void): Promise<Embedded> {
  const { dataFolder, log } = request;
  const binaries = findBinaries({ folder: request.binaries });
  const runner = chooseRunner({
    bin: binaries.bin,
    data: join(dataFolder, 'pg'),
    allowNamespace: request.allowNamespace,
    stage: request.stage,
  });
  const { password } = await prepareCluster({ runner, binaries, passwordFile: join(dataFolder, 'pg.password') });
  const place = await choosePlace(runner, request.socketParent ?? tmpdir());
  const connection = { ...place, user: clusterUser, password, database: 'postgres' };
  const logFile = join(dataFolder, 'pg.log');
  let stopping = false;

  let pid = await adoptOrLaunch(runner, place, connection, logFile, log);
  await checkDurable(connection);

  // Watching the process by its number serves a launched and an adopted server alike.
  void (async () => {
    while (!stopping) {
      await sleep(watchMs, undefined, { ref: false });
      if (stopping || runs(pid)) continue;
      log.error({ pid }, 'the database server ended unexpectedly and is started again');
      try {
        pid = await adoptOrLaunch(runner, place, connection, logFile, log);
      } catch (error) {
        log.error({ err: error }, 'the database server does not start; trying again');
      }
    }
  })();

  return {
    connection,
    kind: runner.kind,
    async stop() {
      stopping = true;
      await stopServer(pid);
      release();
    },
  };
}

async function connectTo(dataFolder: string): Promise<Embedded> {
  const passwordFile = join(dataFolder, 'pg.password');
  for (const end = Date.now() + startDeadlineMs; Date.now() < end; await sleep(100)) {
    const place = existsSync(join(dataFolder, 'pg.place'))
      ? (JSON.parse(readFileSync(join(dataFolder, 'pg.place'), 'utf8')) as Place)
      : undefined;
    if (place && existsSync(passwordFile)) {
      const connection = {
        ...place,
        user: clusterUser,
        password: readFileSync(passwordFile, 'utf8').trim(),
        database: 'postgres',
      };
      if (await answers(connection)) return { connection, kind: 'guest', stop: async () => undefined };
    }
    const owner = readOwner(dataFolder);
    if (!owner || !isAlive(owner))
      throw new AppError('unavailable', `the owner of ${dataFolder} ended just now; try again`);
  }
  throw new AppError('unavailable', `the database in ${dataFolder} does not answer`);
}

const watchMs = 250;
const startDeadlineMs = 60_000;
const stopDeadlineMs = 30_000;
// sun_path of unix(7) is 108 bytes with its end; PostgreSQL appends "/.s.PGSQL.<port>" and refuses longer paths.
const maxSocketPath = 107;

async function choosePlace(runner: Runner, parent: string): Promise<Place> {
  const port = 5432;
  const folder = join(parent, `anshin-${createHash('sha256').update(runner.data).digest('hex').slice(0, 12)}`);
  const path = `${folder}/.s.PGSQL.${port}`;
  if (Buffer.byteLength(path) > maxSocketPath) return { host: '127.0.0.1', port: await freePort() };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (statSync(folder).mode & 0o077) throw new AppError('unavailable', `${folder} is open to others: remove it`);
  runner.own(folder);
  return { host: folder, port };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function adoptOrLaunch(
  runner: Runner,
  place: Place,
  connection: pg.ClientConfig,
  logFile: string,
  log: Log,
): Promise<number> {
  const orphan = postmasterPid(runner.data);
  if (orphan && runs(orphan)) {
    const found = postmasterPlace(runner.data);
    if (found) Object.assign(connection, found);
    if (await waitUntil(() => answers(connection), 5_000)) {
      log.warn({ pid: orphan }, 'adopted the database server of an owner that died');
      writeFileSync(
        join(dirname(logFile), 'pg.place'),
        JSON.stringify({ host: connection.host, port: connection.port }),
        { mode: 0o600 },
      );
      return orphan;
    }
  }
  Object.assign(connection, place);
  // Backends of a killed server may still be dying; PostgreSQL refuses to start beside them, rightly.
  for (const end = Date.now() + startDeadlineMs; ; await sleep(200)) {
    const pid = await launch(runner, place, logFile);
    if (
      pid &&
      (await waitUntil(
        () => answers(connection),
        startDeadlineMs,
        () => runs(pid),
      ))
    ) {
      writeFileSync(join(dirname(logFile), 'pg.place'), JSON.stringify(place), { mode: 0o600 });
      return pid;
    }
    if (Date.now() > end) throw new AppError('unavailable', `the database does not start: ${lastLine(logFile)}`);
  }
}

async function launch(runner: Runner, place: Place, logFile: string): Promise<number | undefined> {
  const out = openSync(logFile, 'a', 0o600);
  const socket = place.host.startsWith('/');
  const settings = {
    listen_addresses: socket ? '' : place.host,
    unix_socket_directories: socket ? place.host : '',
    port: String(place.port),
    max_connections: '100',
    shared_buffers: '64MB',
    // What a customer was told is stored, is stored.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    log_min_messages: 'warning',
    // Neither statements nor the values of rows belong in a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  const args = ['-D', runner.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // A session of its own: Ctrl-C in the terminal must reach us alone, for we still have turns to store.
  const child = runner.run('postgres', args, { detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  child.unref();
  const failed = new Promise<undefined>((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
  });
  // Under `unshare` the child becomes the server by exec, so its number stays.
  const ready = waitUntil(async () => postmasterPid(runner.data) === child.pid, startDeadlineMs).then(() => child.pid);
  return Promise.race([failed, ready]);
}

function lastLine(file: string): string {
  return existsSync(file) ? (readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '') : 'no log was written';
}

// Somebody may have edited postgresql.conf of an adopted server: then we do not promise what we cannot keep.
async function checkDurable(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      const { rows } = await client.query(`show ${name}`);
      if (rows[0]?.[name] !== 'on')
        throw new AppError('unavailable', `the database runs with ${name}=${rows[0]?.[name]}: messages could be lost`);
    }
  } finally {
    await client.end();
  }
}

async function stopServer(pid: number): Promise<void> {
  if (!runs(pid)) return;
  // SIGINT is PostgreSQL's fast shutdown: sessions are ended, what is committed is flushed.
  process.kill(pid, 'SIGINT');
  if (await waitUntil(async () => !runs(pid), stopDeadlineMs)) return;
  process.kill(pid, 'SIGQUIT');
  await waitUntil(async () => !runs(pid), stopDeadlineMs);
}
