import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { importOrders } from '../orders/importOrders.ts';
import { command } from './command.ts';

await command('orders:import -- FILE', 1, async ({ db, args: [file = ''], progress }) => {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  let lines = 0;
  const counted = async function* () {
    for await (const line of createInterface({
      input: createReadStream(file, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      lines += 1;
      if (lines % 1000 === 0) progress(`${lines} lines read`);
      yield line;
    }
  };
  const report = await importOrders(db, counted(), (line, error) =>
    process.stdout.write(`${JSON.stringify({ error, line })}\n`),
  );
  process.stdout.write(`${JSON.stringify(report)}\n`);
});
