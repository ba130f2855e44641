import { zipSync } from 'fflate';
import type { Block, Span } from '../core/blocks.ts';
import { rightToLeft } from '../core/i18n.ts';
import { parseBlocks } from '../core/markdown.ts';
import type { ArticleFile } from './files.ts';

/** An article as a Word document: headings, paragraphs, lists, bold and italic. */
export function docxPage({ language, content }: ArticleFile): Uint8Array {
  const look = rightToLeft.has(language) ? '<w:bidi/>' : '';
  const body = [
    paragraph([{ text: content.title }], `<w:pStyle w:val="Heading1"/>${look}`),
    ...parseBlocks(content.body, []).flatMap((block) => paragraphs(block, look)),
  ].join('');
  const files = {
    '[Content_Types].xml': `<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${parts
      .map((part) => `<Override PartName="/word/${part}.xml" ContentType="${wordType}.${contentTypes[part]}+xml"/>`)
      .join('')}</Types>`,
    '_rels/.rels': relationships([['officeDocument', 'word/document.xml']]),
    'word/_rels/document.xml.rels': relationships([
      ['styles', 'styles.xml'],
      ['numbering', 'numbering.xml'],
    ]),
    'word/document.xml': `<w:document ${space}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `<w:styles ${space}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style></w:styles>`,
    'word/numbering.xml': `<w:numbering ${space}>${['bullet', 'decimal']
      .map(
        (kind, i) =>
          `<w:abstractNum w:abstractNumId="${i}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="${kind}"/><w:lvlText w:val="${i ? '%1.' : '•'}"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>`,
      )
      .join(
        '',
      )}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>`,
  };
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, new TextEncoder().encode(head + xml)])),
    { mtime: '2000-01-01' },
  );
}

const office = 'http://schemas.openxmlformats.org';
const space = `xmlns:w="${office}/wordprocessingml/2006/main"`;
const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const parts = ['document', 'styles', 'numbering'] as const;
const contentTypes = { document: 'document.main', styles: 'styles', numbering: 'numbering' };

function relationships(targets: [string, string][]): string {
  const links = targets.map(
    ([kind, target], i) =>
      `<Relationship Id="r${i}" Type="${office}/officeDocument/2006/relationships/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${office}/package/2006/relationships">${links.join('')}</Relationships>`;
}

function paragraphs(block: Block, look: string): string[] {
  if (block.type === 'text') return [paragraph(block.spans, look)];
  if (block.type !== 'list') return [];
  const number = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${block.ordered ? 2 : 1}"/></w:numPr>`;
  return block.items.map((item) => paragraph(item, number + look));
}

function paragraph(spans: readonly Span[], look: string): string {
  return `<w:p><w:pPr>${look}</w:pPr>${spans.map(run).join('')}</w:p>`;
}

function run({ text, strong, em }: Span): string {
  const look = `${strong ? '<w:b/>' : ''}${em ? '<w:i/>' : ''}`;
  return `<w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
}

// Control characters have no place in XML, not even escaped.
function escapeXml(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
