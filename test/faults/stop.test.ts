import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { visitor } from '../support/app.ts';
import { freePort } from '../support/freePort.ts';
import { endProcess, startProcess } from '../support/process.ts';

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends turns first and the database last; the log holds no word of a customer',
  async (signal) => {
    const data = mkdtempSync(join(tmpdir(), 'anshin-stop-'));
    const port = String(await freePort());
    const environment = { PORT: port, ANSHIN_DATA: data, LOG_LEVEL: 'debug' };
    const app = await startProcess(environment);
    let log = '';
    app.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const customer = await visitor({ base: `http://127.0.0.1:${port}` }, { language: 'en' });
    await customer.say('canary-4711 my mail is canary@example.com, where is HH-24806');
    const response = await customer.post('/messages', {
      clientId: 'last-words-01',
      text: 'canary-4712 how much is shipping?',
    });
    expect(response.ok).toBe(true);
    await endProcess(app, signal);
    expect(app.exitCode).toBe(0);
    expect(existsSync(join(data, 'pg/postmaster.pid'))).toBe(false);
    expect(existsSync(join(data, 'owner.json'))).toBe(false);
    expect(log).toContain('"turn"');
    expect(log).not.toMatch(/canary/);

    const again = await startProcess(environment);
    const back = await visitor({ base: `http://127.0.0.1:${port}` }, { secret: customer.secret });
    const messages = await (
      await fetch(`http://127.0.0.1:${port}/channels/web/messages?after=0`, { headers: back.headers })
    ).text();
    expect(messages).toContain('canary-4712');
    expect(messages).toContain('€4.90');
    await endProcess(again, 'SIGTERM');
    rmSync(data, { recursive: true, force: true });
  },
);

test('a signal to npm alone, as a service manager sends it, stops everything too', async () => {
  const data = mkdtempSync(join(tmpdir(), 'anshin-npm-'));
  const port = String(await freePort());
  const npm = spawn('npm', ['start'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, PORT: port, ANSHIN_DATA: data, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const serves = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
  for (let i = 0; i < 300 && !(await serves()); i += 1) await sleep(100);
  const postmaster = Number(readFileSync(join(data, 'pg/postmaster.pid'), 'utf8').split('\n')[0]);
  const gone = new Promise((done) => npm.once('exit', done));
  npm.kill('SIGTERM');
  await gone;
  await expect.poll(serves, { timeout: 15_000 }).toBe(false);
  await expect.poll(() => existsSync(join(data, 'pg/postmaster.pid')), { timeout: 15_000 }).toBe(false);
  expect(() => process.kill(postmaster, 0)).toThrow();
  rmSync(data, { recursive: true, force: true });
}, 60_000);
