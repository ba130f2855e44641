import { createRequire } from 'node:module';
import { type Block, blocksOf } from './markdownBlocks.ts';
import type { createTextPieces } from './textPieces.ts';

/**
 * Cuts an article's Markdown into passages that answer by themselves: what stands under a heading, with the headings above it in
 * front, long text at the ends of its sentences. Lists, tables and code stay whole, because half a list of steps is a wrong answer.
 */
export function passagesOf(markdown: string): string[] {
  const passages: string[] = [];
  const headings: string[] = [];
  let current: string[] = [];
  let length = 0;
  const flush = () => {
    if (current.length > 0) passages.push([...headings.filter(Boolean), ...current].join('\n\n'));
    current = [];
    length = 0;
  };
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'heading') {
      flush();
      headings.length = Math.max(0, block.level - 1);
      headings[block.level - 1] = block.text;
      continue;
    }
    for (const text of piecesOf(block)) {
      // What is kept whole stays with the sentence that announces it, however long both are.
      if (block.kind === 'text' && length > 0 && length + text.length > targetCharacters) flush();
      current.push(text);
      length += text.length;
    }
  }
  flush();
  return passages.length > 0 ? passages : [headings.filter(Boolean).join('\n\n')];
}

// About three chat bubbles; measured in UTF-16 units, which CJK text uses up with fewer words but as many lines.
const targetCharacters = 700;
const load = createRequire(import.meta.url);
let splitter: ((text: string) => string[]) | undefined;

// The splitter's package takes 60 MB: it is loaded for the first text that is too long, which many shops never write.
function splitText(text: string): string[] {
  splitter ??= (load('./textPieces.ts') as { createTextPieces: typeof createTextPieces }).createTextPieces(
    targetCharacters,
  );
  return splitter(text);
}

function piecesOf(block: Block): string[] {
  return block.kind === 'text' && block.text.length > targetCharacters ? splitText(block.text) : [block.text];
}
