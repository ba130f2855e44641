import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts the application as a process of its own and waits until it can serve; its number is `child.pid`. */
export async function startProcess(environment: Record<string, string>, deadlineMs = 30_000): Promise<ChildProcess> {
  const root = resolve(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['--max-semi-space-size=4', 'main.ts'], {
    cwd: root,
    env: { ...process.env, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  for (const end = Date.now() + deadlineMs; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`the process ended: ${said}`);
    const ready = await fetch(`http://127.0.0.1:${environment.PORT}/readyz`).catch(() => undefined);
    if (ready?.ok) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`the process was not ready in time: ${said}`);
}

/** Ends a process and waits until it is gone. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await gone;
}
