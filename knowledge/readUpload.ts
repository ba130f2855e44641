import { basename } from 'node:path';
import { decodeText } from './decodeText.ts';
import { type ArticleFile, parseArticleFile } from './files.ts';
import type { Readable } from './importArticles.ts';
import { readPage } from './pageFile.ts';
import { type Reason, Refusal } from './refusal.ts';
import { readCsv, readJson } from './tableFiles.ts';
import { readZip } from './zipFile.ts';

/** The articles in one file: Markdown, HTML, DOCX, CSV, JSON, or a zip of Markdown, HTML and DOCX. Throws a Refusal for anything else. */
export async function readUpload(fileName: string, bytes: Uint8Array, shopLanguage: string): Promise<Readable[]> {
  const ending = endingOf(fileName);
  if (ending === 'zip') {
    const files = await readZip(bytes, (name) => !ignored.test(name));
    return [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => readable(name, content, shopLanguage));
  }
  if (ending === 'csv' || ending === 'json') {
    const { text, notes } = decodeText(bytes);
    const rows = ending === 'csv' ? readCsv(text) : readJson(text);
    return rows.map(({ name, read }) => ({ name, read: () => withNotes(read(), notes) }));
  }
  return [readable(fileName, bytes, shopLanguage)];
}

/** The limit of a file that holds one article. */
export const maxArticleBytes = 1_000_000;

function readable(path: string, bytes: Uint8Array, shopLanguage: string): Readable {
  return {
    name: path,
    async read() {
      const ending = endingOf(path);
      if (ending === 'docx') return readPage(path, bytes, shopLanguage);
      if (!['md', 'html', 'htm'].includes(ending)) throw new Refusal('fileKind');
      if (bytes.length > maxArticleBytes) throw new Refusal('tooLarge', { megabytes: maxArticleBytes / 1_000_000 });
      const { text, notes } = decodeText(bytes);
      const article =
        ending === 'md' ? parseArticleFile(basename(path), text) : await readPage(path, text, shopLanguage);
      return withNotes(article, notes);
    },
  };
}

// What operating systems put into archives beside the files.
const ignored = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;

function endingOf(name: string): string {
  return (/\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? '').toLowerCase();
}

function withNotes(article: ArticleFile, notes: readonly Reason[]): ArticleFile {
  return notes.length > 0 ? { ...article, notes: [...notes, ...(article.notes ?? [])] } : article;
}
