import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeText } from './decodeText.ts';
import { parseArticleFile } from './files.ts';
import { maxArticleBytes } from './readUpload.ts';
import { Refusal } from './refusal.ts';
import { readCsv, readJson, type TableRow } from './tableFiles.ts';

/** What stands at a path: a folder of Markdown files, or a CSV or JSON file. Throws for anything else. */
export function readArticlesAt(path: string): TableRow[] {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) throw new Error(`${path} does not exist`);
  if (info.isDirectory()) {
    const names = readdirSync(path)
      .filter((name) => name.endsWith('.md') && !name.startsWith('.'))
      .sort();
    return names.map((name) => markdown(join(path, name)));
  }
  if (path.endsWith('.md')) return [markdown(path)];
  if (path.endsWith('.csv')) return readCsv(decodeText(readFileSync(path)).text);
  if (path.endsWith('.json')) return readJson(decodeText(readFileSync(path)).text);
  throw new Error(`${path} is neither a folder of .md files nor a .csv or .json file`);
}

function markdown(path: string): TableRow {
  const name = basename(path);
  return {
    name,
    read() {
      if (statSync(path).size > maxArticleBytes)
        throw new Refusal('tooLarge', { megabytes: maxArticleBytes / 1_000_000 });
      return parseArticleFile(name, decodeText(readFileSync(path)).text);
    },
  };
}
