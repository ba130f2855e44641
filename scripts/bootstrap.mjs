// Every npm script enters here. Runs on Node 20 without dependencies: installs what is missing, builds the browser parts
// when they are stale, and hands over to the Node of node_modules. Installer output goes to stderr: stdout is for data.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules', '.bin', 'node');

// script → what it runs; `dev` needs the development packages, `browser` the built browser parts.
const commands = {
  // A small nursery: the garbage of starting up would otherwise stay in memory, 120 MB more.
  start: { run: ['--max-semi-space-size=4', 'main.ts'], browser: true },
  build: { run: ['scripts/build.ts'] },
  check: { run: ['scripts/check.ts'], dev: true },
  test: { run: ['scripts/test.ts'], dev: true, browser: true },
  'test:full': { run: ['scripts/test.ts', '--full'], dev: true, browser: true },
  train: { run: ['scripts/train.ts'] },
  evaluate: { run: ['scripts/evaluate.ts'], dev: true },
  'evaluate:search': { run: ['scripts/evaluateSearch.ts'], dev: true },
  understand: { run: ['scripts/understand.ts'] },
  search: { run: ['scripts/search.ts'] },
  'orders:import': { run: ['scripts/ordersImport.ts'] },
  'orders:export': { run: ['scripts/ordersExport.ts'] },
  'knowledge:import': { run: ['scripts/knowledgeImport.ts'] },
  'knowledge:export': { run: ['scripts/knowledgeExport.ts'] },
  backup: { run: ['scripts/backup.ts'] },
  restore: { run: ['scripts/restore.ts'] },
  'staff:reset': { run: ['scripts/staffReset.ts'] },
  bench: { run: ['scripts/bench.ts'], dev: true, browser: true },
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`unknown script "${name}"; there are: ${Object.keys(commands).join(', ')}`, 2);
process.chdir(root);
install(command.dev === true);
if (command.browser) run([join(root, 'scripts', 'build.ts'), '--if-stale']);
hand(command.run);

// Installed is what the lockfile says, read off a mark that stands beside the packages.
function install(dev) {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const mark = join('node_modules', '.anshin-installed');
  const [marked, kind] = existsSync(mark) ? readFileSync(mark, 'utf8').split(' ') : [];
  if (marked === lock && (kind === 'dev' || !dev) && existsSync(node)) return;
  // Packages that somebody installed with `npm ci` by hand are taken as they are.
  if (
    !marked &&
    existsSync(node) &&
    existsSync(join('node_modules', '.package-lock.json')) &&
    (!dev || existsSync(join('node_modules', 'vitest')))
  )
    return;
  process.stderr.write(`Installing packages${dev ? ' for development' : ''} (a minute or two, once)…\n`);
  const result = spawnSync(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(dev ? ['--include=dev'] : ['--omit=dev'])],
    {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, NODE_ENV: '' },
    },
  );
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail('the packages could not be installed; the lines above say why');
  if (!existsSync(node)) hydrateNode();
  writeFileSync(mark, `${lock} ${dev ? 'dev' : 'run'}`);
}

// Where install scripts are switched off, the `node` package has not put its binary in place.
function hydrateNode() {
  const result = spawnSync('npm', ['rebuild', 'node', '--foreground-scripts'], { stdio: ['ignore', 2, 2] });
  if (result.status !== 0 || !existsSync(node))
    fail(`Node 24 for ${process.platform} ${process.arch} could not be installed`);
}

function run(argv) {
  const result = spawnSync(node, argv, { stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('the browser parts could not be built; the lines above say why', result.status ?? 1);
}

// The child gets the signals of the terminal by itself; those sent to us alone are passed on, and its end is ours.
function hand(argv) {
  const child = spawn(node, [...argv, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
