import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import type { ClientConfig } from 'pg';
import { type Config, readConfig } from '../core/config.ts';
import { openDatabase } from '../core/database/openDatabase.ts';
import type { CoreTables } from '../core/database/tables.ts';
import { createLog } from '../core/log.ts';

/**
 * Runs a command against the installation's database, running or not: exit 0 on success, 1 with one line on a failure,
 * 2 on wrong use. `usage` is what follows `npm run`; a word of `args` that starts with -- is a switch.
 */
export async function command(
  usage: string,
  argumentCount: number,
  run: (context: CommandContext) => Promise<void>,
  switches: string[] = [],
): Promise<void> {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('--'));
  const args = words.filter((word) => !word.startsWith('--'));
  if (args.length !== argumentCount || flags.some((word) => !switches.includes(word))) {
    process.stderr.write(`usage: npm run ${usage}\n`);
    process.exit(2);
  }
  try {
    const config = readConfig(join(dirname(import.meta.dirname)));
    const database = await openDatabase({ config, log: createLog('warn'), mode: 'connect' });
    try {
      await run({ db: database.db, connection: database.connection, config, args, flags: new Set(flags), progress });
    } finally {
      await database.stop();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

export type CommandContext = {
  db: Kysely<CoreTables>;
  /** For a connection of one's own. */
  connection: ClientConfig;
  config: Config;
  args: string[];
  flags: Set<string>;
  /** Shown on a terminal only. */
  progress(text: string): void;
};

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
}
