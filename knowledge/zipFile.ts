import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { Refusal } from './refusal.ts';

/**
 * The files of a zip archive whose names `wanted` accepts, read into memory. Bombs, traversal, links and encryption are refused
 * from the directory, before anything is unpacked; what unpacks to more than it says is stopped.
 */
export async function readZip(bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Map<string, Buffer>> {
  const zip = await open(bytes);
  try {
    const entries = await entriesOf(zip);
    check(entries, bytes.length);
    const files = new Map<string, Buffer>();
    for (const entry of entries) {
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      files.set(entry.fileName, await contentOf(zip, entry));
    }
    return files;
  } finally {
    zip.close();
  }
}

const maxEntries = 1000;
const maxBytes = 50_000_000;
const maxRatio = 100;

function open(bytes: Uint8Array): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(Buffer.from(bytes), { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) =>
      error ? reject(new Refusal('noZip')) : resolve(zip),
    );
  });
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > maxEntries) throw new Refusal('tooManyFiles', { most: maxEntries });
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > maxEntries) reject(new Refusal('tooManyFiles', { most: maxEntries }));
      else zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    // Names that lead out of the folder are refused by the reader.
    zip.on('error', (error: Error) =>
      reject(new Refusal(/path|fileName|characters/i.test(error.message) ? 'zipPath' : 'noZip')),
    );
    zip.readEntry();
  });
}

function check(entries: readonly Entry[], size: number): void {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (total > maxBytes) throw new Refusal('tooLargeUnpacked', { megabytes: maxBytes / 1_000_000 });
  if (total > size * maxRatio) throw new Refusal('zipBomb');
  for (const entry of entries) {
    const { fileName, uncompressedSize, compressedSize, externalFileAttributes } = entry;
    // A few equal lines pack well without being an attack.
    if (uncompressedSize > 1_000_000 && uncompressedSize > compressedSize * maxRatio) throw new Refusal('zipBomb');
    if (((externalFileAttributes >>> 16) & 0xf000) === 0xa000) throw new Refusal('zipLink', { file: fileName });
    if (entry.isEncrypted()) throw new Refusal('zipLocked');
  }
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Refusal('noZip'));
    zip.openReadStream(entry, (error, stream) => {
      if (error) return refuse();
      const parts: Buffer[] = [];
      let length = 0;
      stream.on('data', (part: Buffer) => {
        length += part.length;
        if (length > entry.uncompressedSize) stream.destroy(new Error('longer than announced'));
        else parts.push(part);
      });
      stream.on('error', refuse);
      stream.on('end', () => resolve(Buffer.concat(parts)));
    });
  });
}
