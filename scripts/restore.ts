import { restore } from '../core/database/restore.ts';
import { command } from './command.ts';

await command('restore -- FILE', 1, async ({ connection, args: [file = ''] }) => {
  const done = await restore(connection, file);
  process.stdout.write(`${JSON.stringify({ file, ...done })}\n`);
});
