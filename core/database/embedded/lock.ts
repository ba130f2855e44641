import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

/**
 * Makes this process the owner of the data folder, or names who is. The file `owner.json` says who (process and boot), for
 * others to read; a socket in the kernel's abstract namespace decides races, because it dies with its process.
 */
export async function takeOwnership(dataFolder: string): Promise<Ownership | Owner> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const guard = await bind(guardName(dataFolder));
  const before = readOwner(dataFolder);
  if (!guard || (before && isAlive(before))) {
    guard?.close();
    return before ?? { pid: 0, boot: '', started: '' };
  }
  const file = join(dataFolder, 'owner.json');
  const fresh = join(dataFolder, `owner.${process.pid}.tmp`);
  const own: Owner = { pid: process.pid, boot: bootId(), started: startedAt(process.pid) ?? '' };
  rmSync(file, { force: true });
  writeFileSync(fresh, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
  return {
    release() {
      const now = readOwner(dataFolder);
      if (now?.pid === own.pid && now.started === own.started) rmSync(file, { force: true });
      guard.close();
    },
  };
}

/** Who owns the data folder now, dead or alive. */
export function readOwner(dataFolder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(dataFolder, 'owner.json'), 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** A process is the one of the file only if boot and start time agree: process numbers are used again. */
export function isAlive(owner: Owner): boolean {
  return owner.boot === bootId() && startedAt(owner.pid) === owner.started;
}

export type Owner = { pid: number; boot: string; started: string };
export type Ownership = { release(): void };

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

// Field 22 of /proc/<pid>/stat (proc(5)); the second field may hold spaces and ends with the last parenthesis.
function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: nobody has waited for it yet.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function guardName(dataFolder: string): string {
  return `\0anshin-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 32)}`;
}

async function bind(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const bound = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => resolve(true));
  });
  if (!bound) return undefined;
  server.unref();
  return server;
}
