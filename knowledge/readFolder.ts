import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArticleFile } from './files.ts';
import type { Readable } from './importArticles.ts';
import { readCsv, readJson } from './tableFiles.ts';

/** What stands at a path: a folder of Markdown files, or a CSV or JSON file. Throws for anything else. */
export function readArticlesAt(path: string): Readable[] {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) throw new Error(`${path} does not exist`);
  if (info.isDirectory()) {
    const names = readdirSync(path)
      .filter((name) => name.endsWith('.md') && !name.startsWith('.'))
      .sort();
    return names.map((name) => ({ name, read: () => parseArticleFile(name, text(join(path, name))) }));
  }
  if (path.endsWith('.md')) return [{ name: basename(path), read: () => parseArticleFile(basename(path), text(path)) }];
  if (path.endsWith('.csv')) return readCsv(text(path));
  if (path.endsWith('.json')) return readJson(text(path));
  throw new Error(`${path} is neither a folder of .md files nor a .csv or .json file`);
}

const maxBytes = 5_000_000;

function text(path: string): string {
  if (statSync(path).size > maxBytes) throw new Error('the file is larger than 5 MB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    throw new Error('the file is not UTF-8');
  }
}
