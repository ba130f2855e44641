import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup } from '../core/database/backup.ts';
import { command } from './command.ts';

await command('backup -- FILE', 1, async ({ connection, args: [file = ''] }) => {
  // Written beside and renamed: a full disk leaves no half backup under the name that was asked for.
  const part = `${file}.part`;
  try {
    const done = await backup(connection, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
    process.stdout.write(`${JSON.stringify({ file, ...done })}\n`);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
});
