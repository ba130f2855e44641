import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportOrders } from '../orders/exportOrders.ts';
import { command } from './command.ts';

await command('orders:export -- FILE', 1, async ({ db, args: [file = ''] }) => {
  let count = 0;
  const lines = async function* () {
    for await (const line of exportOrders(db)) {
      count += 1;
      yield `${line}\n`;
    }
  };
  // Written beside and renamed: a full disk leaves no half file under the name that was asked for.
  const part = `${file}.part`;
  try {
    await pipeline(Readable.from(lines()), createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  process.stdout.write(`${JSON.stringify({ exported: count })}\n`);
});
