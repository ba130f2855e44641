import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';

/**
 * Decides how PostgreSQL, which refuses root, is run here. An ordinary user runs it as itself. Root runs it as an
 * unprivileged user; where that user cannot reach programs or data (a parent folder closed to others), inside a user
 * namespace, in which root's own files belong to a number that is not 0; and where namespaces are refused, on copies under
 * /var/lib/anshin. Folders of the user's are never opened to others.
 */
export function chooseRunner({ bin, data, allowNamespace = true, stage = '/var/lib/anshin' }: RunnerRequest): Runner {
  if (process.getuid?.() !== 0)
    return {
      kind: 'self',
      bin,
      data,
      run: (program, args, options) => spawn(join(bin, program), args, options),
      own: () => undefined,
    };
  const account = unprivileged();
  if (reaches(account, bin, dirname(data))) return asAccount('account', account, bin, data);
  if (allowNamespace && namespaceWorks(bin)) {
    return {
      kind: 'namespace',
      bin,
      data,
      run: (program, args, options) => spawn('unshare', [...namespaceArgs, join(bin, program), ...args], options),
      own: () => undefined,
    };
  }
  return staged(account, bin, data, stage);
}

/** `own` gives a path to the account that the server runs as. */
export type Runner = {
  kind: 'self' | 'account' | 'namespace' | 'staged';
  bin: string;
  data: string;
  run(
    program: string,
    args: string[],
    options: { detached?: boolean; stdio: ['ignore', 'ignore' | 'pipe' | number, 'pipe' | number] },
  ): ChildProcess;
  own(path: string): void;
};

type RunnerRequest = { bin: string; data: string; allowNamespace?: boolean | undefined; stage?: string | undefined };
type Account = { uid: number; gid: number };

const namespaceArgs = ['--user', '--map-user=1000', '--map-group=1000'];

function asAccount(kind: 'account' | 'staged', account: Account, bin: string, data: string): Runner {
  return {
    kind,
    bin,
    data,
    run: (program, args, options) => spawn(join(bin, program), args, { ...options, ...account, cwd: '/' }),
    own: (path) => chownSync(path, account.uid, account.gid),
  };
}

// `postgres` where a PostgreSQL package made it, else the account that owns nothing.
function unprivileged(): Account {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(row?.[2] ?? 65534), gid: Number(row?.[3] ?? 65534) };
}

function reaches(account: Account, bin: string, dataParent: string): boolean {
  const asks = spawnSync('/bin/sh', ['-c', '"$0" --version && cd "$1"', join(bin, 'postgres'), dataParent], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return asks.status === 0;
}

function namespaceWorks(bin: string): boolean {
  return spawnSync('unshare', [...namespaceArgs, join(bin, 'postgres'), '--version'], { stdio: 'ignore' }).status === 0;
}

function staged(account: Account, bin: string, data: string, stage: string): Runner {
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const root = join(stage, name);
  try {
    mkdirSync(root, { recursive: true, mode: 0o755 });
    const source = dirname(bin);
    const copy = join(root, `native-${statSync(join(bin, 'postgres')).size}`);
    if (!existsSync(join(copy, 'bin', 'postgres'))) cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
    const place = join(root, 'pg-parent');
    mkdirSync(place, { recursive: true });
    chownSync(place, account.uid, account.gid);
    return asAccount('staged', account, join(copy, 'bin'), join(place, 'pg'));
  } catch (error) {
    throw new AppError(
      'unavailable',
      `PostgreSQL cannot run as root here, and ${root} cannot be used: start as an ordinary user or set DATABASE_URL`,
      undefined,
      error,
    );
  }
}
