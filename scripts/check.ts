import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// The quick half of the checks: format and lint (mended where that is safe), types.
const root = join(import.meta.dirname, '..');
for (const args of [
  ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
  ['node_modules/typescript/bin/tsc', '-p', '.'],
]) {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(1);
}
