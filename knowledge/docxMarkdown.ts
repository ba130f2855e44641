import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { htmlToMarkdown, type Page } from './htmlMarkdown.ts';
import { Refusal } from './refusal.ts';
import { readZip } from './zipFile.ts';

/** Markdown of a Word document. Only its text parts are unpacked, within limits; hidden and white text is left out. */
export async function docxToMarkdown(bytes: Uint8Array): Promise<Page> {
  const parts = await readZip(bytes, (name) => textParts.test(name));
  const document = parts.get('word/document.xml');
  if (!document) throw new Refusal('noDocx');
  if ([...parts.values()].some((part) => part.length > maxPartBytes))
    throw new Refusal('tooLarge', { megabytes: maxPartBytes / 1_000_000 });
  if ([...parts.values()].some((part) => part.includes('<!DOCTYPE') || part.includes('<!ENTITY')))
    throw new Refusal('noDocx');
  const xml = document.toString('utf8');
  const shown = xml.replace(run, (text) => (hidden.test(text) ? '' : text));
  parts.set('word/document.xml', Buffer.from(shown));
  // What the reader gets was unpacked by us already: its own unpacking knows no limits.
  const safe = zipSync(Object.fromEntries(parts), { level: 0 });
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(safe) },
    { styleMap: ["p[style-name='Title'] => h1:fresh"], externalFileAccess: false },
  );
  const page = htmlToMarkdown(value);
  const images = (xml.match(/<(?:w:drawing|w:pict)\b/g) ?? []).length;
  return {
    ...page,
    notes: [
      ...(shown === xml ? [] : [{ code: 'hiddenOut', values: {} }]),
      ...(images > 0 ? [{ code: 'imagesOut', values: { number: images } }] : []),
      ...page.notes,
    ],
  };
}

const textParts =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|word\/(document|styles|numbering)\.xml|word\/_rels\/document\.xml\.rels)$/;
const maxPartBytes = 3_000_000;
const run = /<w:r[ >](?:(?!<\/w:r>)[\s\S])*<\/w:r>/g;
const hidden =
  /<w:(?:vanish|webHidden)(?: w:val="(?:1|true|on)")?\/>|<w:color w:val="(?:FFFFFF|ffffff)"|<w:sz w:val="[1-4]"\/>/;
