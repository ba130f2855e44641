import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../core/database/embedded/server.ts';
import { createLog } from '../core/log.ts';

// All checks in turn; --full repeats them with the whole counts, then on PostgreSQL 15, and trains the weights anew.
const root = join(import.meta.dirname, '..');
const full = process.argv.includes('--full');
const started = Date.now();

ensureBrowser();
run('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']);
run('types', ['node_modules/typescript/bin/tsc', '-p', '.']);
run('tests', ['node_modules/vitest/vitest.mjs', 'run'], full ? { TEST_FULL: '1' } : {});
if (full) {
  await onPostgres15();
  run('weights', ['scripts/train.ts', '--compare']);
}
process.stderr.write(`all checks passed in ${Math.round((Date.now() - started) / 1000)} s\n`);

function run(name: string, args: string[], environment: Record<string, string> = {}): void {
  process.stderr.write(`\n== ${name}\n`);
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (result.status !== 0) {
    process.stderr.write(`${name} failed\n`);
    process.exit(1);
  }
}

// Root on Debian may install it; everybody else is told.
function ensureBrowser(): void {
  if (existsSync('/usr/bin/chromium')) return;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (debian) {
    process.stderr.write('Installing Chromium for the browser tests…\n');
    const quiet = {
      stdio: ['ignore', 2, 2] as ['ignore', number, number],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-noto-core', 'fonts-noto-cjk'], quiet);
  }
  if (existsSync('/usr/bin/chromium')) return;
  process.stderr.write(
    'Chromium is needed for the browser tests: install it as /usr/bin/chromium (on Debian: apt-get install chromium)\n',
  );
  process.exit(1);
}

async function onPostgres15(): Promise<void> {
  const require = createRequire(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), 'anshin-pg15-'));
  const server = await startEmbedded({
    dataFolder: folder,
    mode: 'start',
    log: createLog('warn'),
    binaries: join(dirname(dirname(require.resolve('pg15'))), 'native'),
  });
  const { host, port } = server.connection;
  try {
    // No superuser: what an installation is given by a careful administrator.
    const admin = new pg.Client(server.connection);
    await admin.connect();
    await admin.query(`create role shop login password 'secret'`);
    await admin.query('create database shop owner shop');
    await admin.end();
    run(
      'tests on PostgreSQL 15',
      ['node_modules/vitest/vitest.mjs', 'run', '--exclude', 'test/journeys/**', '--exclude', 'test/core/database/**'],
      { TEST_DATABASE_URL: `postgres://shop:secret@localhost:${port}/shop?host=${encodeURIComponent(String(host))}` },
    );
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
