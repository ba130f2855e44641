import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../core/database/embedded/server.ts';
import { createLog } from '../../core/log.ts';

/** One server for the whole run; each test makes a schema of its own on it. TEST_DATABASE_URL takes another server. */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    project.provide('database', { connectionString: given });
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'anshin-test-'));
  const server = await startEmbedded({ dataFolder: folder, mode: 'start', log: createLog('warn') });
  project.provide('database', { ...server.connection } as Record<string, string | number>);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  export interface ProvidedContext {
    database: Record<string, string | number>;
  }
}
