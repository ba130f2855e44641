import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportArticles, packArticles } from '../knowledge/exportArticles.ts';
import { formatArticleFile } from '../knowledge/files.ts';
import { writeCsv, writeJson } from '../knowledge/tableFiles.ts';
import { command } from './command.ts';

await command('knowledge:export -- PATH', 1, async ({ db, args: [path = ''] }) => {
  const articles = await exportArticles(db);
  if (path.endsWith('.csv')) writeFileSync(path, writeCsv(articles));
  else if (path.endsWith('.json')) writeFileSync(path, writeJson(articles));
  else if (path.endsWith('.zip')) writeFileSync(path, packArticles(articles, 'markdown').bytes);
  else {
    mkdirSync(path, { recursive: true });
    for (const article of articles)
      writeFileSync(join(path, `${article.slug}.${article.language}.md`), formatArticleFile(article));
  }
  process.stdout.write(`${JSON.stringify({ exported: articles.length })}\n`);
});
