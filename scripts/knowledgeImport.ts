import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createI18n } from '../core/i18n.ts';
import { importArticles } from '../knowledge/importArticles.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { readUpload } from '../knowledge/readUpload.ts';
import { type Reason, Refusal } from '../knowledge/refusal.ts';
import { command } from './command.ts';
import { shopLanguages } from './languages.ts';

const i18n = createI18n({ knowledge: join(import.meta.dirname, '../knowledge/locales') });
const say = ({ code, values }: Reason) => i18n.t('en', `knowledge:import.${code}`, values);

await command(
  'knowledge:import -- PATH [--dry-run]',
  1,
  async ({ db, config, args: [path = ''], flags }) => {
    const dryRun = flags.has('--dry-run');
    const files = await read(path, config.shopLanguage);
    const report = await importArticles(db, files, {
      languages: shopLanguages(),
      dryRun,
      shopLanguage: config.shopLanguage,
    });
    for (const { name, reason } of report.refused) print({ error: say(reason), name });
    for (const { name, note } of report.notes) print({ note: say(note), name });
    if (dryRun) {
      for (const name of report.created) print({ would: 'create', name });
      for (const { name, fields } of report.changes) print({ would: 'update', name, fields });
    }
    print({
      created: report.created.length,
      updated: report.updated.length,
      unchanged: report.unchanged.length,
      refused: report.refused.length,
      ...(dryRun ? { dry_run: true } : {}),
    });
  },
  ['--dry-run'],
);

async function read(path: string, shopLanguage: string) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info?.isFile()) return readArticlesAt(path);
  if (info.size > 100_000_000) throw new Error(`${path} is larger than 100 MB`);
  try {
    return await readUpload(basename(path), readFileSync(path), shopLanguage);
  } catch (error) {
    throw error instanceof Refusal ? new Error(`${path}: ${say(error.reason)}`) : error;
  }
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
