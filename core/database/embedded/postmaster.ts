import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The number of the server that wrote postmaster.pid into this data folder, running or not. */
export function postmasterPid(data: string): number | undefined {
  const line = pidFile(data)[0];
  return line && /^\d+$/.test(line) ? Number(line) : undefined;
}

/** Where that server listens. */
export function postmasterPlace(data: string): Place | undefined {
  const [, , , port, socketFolder, address] = pidFile(data);
  const host = socketFolder || (address === '*' ? '127.0.0.1' : address);
  return host && port ? { host, port: Number(port) } : undefined;
}

/** Whether a process of this number runs and is a server (or the command that becomes one). */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return state !== 'Z' && /\((postgres|unshare)/.test(stat);
  } catch {
    return false;
  }
}

/** Whether a server answers there. */
export async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** Looks again and again until it is so, or `ms` have passed, or `meanwhile` no longer holds. */
export async function waitUntil(
  check: () => Promise<boolean>,
  ms: number,
  meanwhile: () => boolean = () => true,
): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end && meanwhile(); await sleep(30)) if (await check()) return true;
  return false;
}

/** Where a server listens: a folder with its socket, or an address. */
export type Place = { host: string; port: number };

// postmaster.pid: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
function pidFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch {
    return [];
  }
}
