import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Binaries } from './binaries.ts';
import type { Runner } from './runner.ts';

/**
 * Makes the data folder of a new cluster, or checks that an existing one fits the programs. A cluster is made under another
 * name and renamed when it is complete, so that a kill in between leaves nothing half made.
 */
export async function prepareCluster({
  runner,
  binaries,
  passwordFile,
}: {
  runner: Runner;
  binaries: Binaries;
  passwordFile: string;
}): Promise<{ password: string }> {
  const { data } = runner;
  const versionFile = join(data, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const major = Number(readFileSync(versionFile, 'utf8'));
    if (major !== binaries.major)
      throw new AppError(
        'unavailable',
        `the data in ${data} is of PostgreSQL ${major}, the programs are of ${binaries.major}`,
      );
    if (!existsSync(passwordFile))
      throw new AppError('unavailable', `${passwordFile} is missing: without it the data in ${data} cannot be opened`);
    return { password: readFileSync(passwordFile, 'utf8').trim() };
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const making = join(dirname(data), 'pg.new');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  runner.own(making);
  const secret = join(making, '..', 'pg.secret');
  writeFileSync(secret, password, { mode: 0o600 });
  runner.own(secret);
  try {
    await initdb(runner, making, secret);
  } finally {
    rmSync(secret, { force: true });
  }
  chmodSync(making, 0o700);
  renameSync(making, data);
  return { password };
}

/** The database role and database that the application uses. */
export const clusterUser = 'anshin';

async function initdb(runner: Runner, folder: string, secret: string): Promise<void> {
  const child = runner.run(
    'initdb',
    [
      '-D',
      folder,
      '-U',
      clusterUser,
      `--pwfile=${secret}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=icu',
      '--icu-locale=und',
      '--locale=C',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new AppError('unavailable', `the database could not be created: ${lastLine(said)}`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
