import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatArticleFile } from '../knowledge/files.ts';
import { exportArticles } from '../knowledge/importArticles.ts';
import { writeCsv } from '../knowledge/tableFiles.ts';
import { command } from './command.ts';

await command('knowledge:export -- PATH', 1, async ({ db, args: [path = ''] }) => {
  const articles = await exportArticles(db);
  if (path.endsWith('.csv')) writeFileSync(path, writeCsv(articles));
  else if (path.endsWith('.json')) {
    const list = articles.map(
      ({
        slug,
        language,
        content,
        category,
        intents,
        markets,
        validFrom,
        validUntil,
        source,
        sourceHash,
        state,
        extra,
      }) => ({
        slug,
        language,
        ...content,
        category: category ?? undefined,
        intents,
        markets,
        valid_from: validFrom ?? undefined,
        valid_until: validUntil ?? undefined,
        source: source ?? undefined,
        source_hash: sourceHash ?? undefined,
        state,
        ...extra,
      }),
    );
    writeFileSync(path, `${JSON.stringify(list, null, 2)}\n`);
  } else {
    mkdirSync(path, { recursive: true });
    for (const article of articles)
      writeFileSync(join(path, `${article.slug}.${article.language}.md`), formatArticleFile(article));
  }
  process.stdout.write(`${JSON.stringify({ exported: articles.length })}\n`);
});
