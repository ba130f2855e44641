import { importArticles } from '../knowledge/importArticles.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { command } from './command.ts';
import { shopLanguages } from './languages.ts';

await command(
  'knowledge:import -- PATH [--dry-run]',
  1,
  async ({ db, args: [path = ''], flags }) => {
    const dryRun = flags.has('--dry-run');
    const report = await importArticles(db, readArticlesAt(path), { languages: shopLanguages(), dryRun });
    for (const { name, reason } of report.refused) process.stdout.write(`${JSON.stringify({ error: reason, name })}\n`);
    const counts = {
      created: report.created.length,
      updated: report.updated.length,
      unchanged: report.unchanged.length,
      refused: report.refused.length,
    };
    process.stdout.write(`${JSON.stringify({ ...counts, ...(dryRun ? { dry_run: true } : {}) })}\n`);
  },
  ['--dry-run'],
);
