/** The blocks of a Markdown text in their order, each line looked at once: nothing that an editor writes can make it slow. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { kind: 'text' | 'list' | 'table' | 'code'; lines: string[] } | undefined;
  let blanks = 0;
  const close = () => {
    const text = open?.lines.join('\n').trim();
    if (open && text) blocks.push({ kind: open.kind, text });
    open = undefined;
  };
  const begin = (kind: 'text' | 'list' | 'table' | 'code', line: string) => {
    close();
    open = { kind, lines: [line] };
  };
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n');
  for (const [i, line] of lines.entries()) {
    const gap = blanks > 0;
    if (open?.kind === 'code') {
      open.lines.push(line);
      if (fence.test(line)) close();
      continue;
    }
    if (line.trim() === '') {
      blanks += 1;
      continue;
    }
    blanks = 0;
    const heading = /^(#{1,6})\s+(?=\S)/.exec(line);
    if (heading) {
      close();
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: line.trim() });
    } else if (fence.test(line)) begin('code', line);
    // Items set apart by blank lines are one list; so is what is indented below an item.
    else if (open?.kind === 'list' && (item.test(line) || !gap || /^(?: {2}|\t)/.test(line))) open.lines.push(line);
    else if (item.test(line)) begin('list', line);
    else if (open?.kind === 'table' && !gap && line.includes('|')) open.lines.push(line);
    else if (line.startsWith('|') || (line.includes('|') && isRule(lines[i + 1] ?? ''))) begin('table', line);
    else if (open?.kind === 'text' && !gap) open.lines.push(line);
    else begin('text', line);
  }
  close();
  return blocks;
}

/** A part of a Markdown text. Only `text` may be cut. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'text' | 'list' | 'table' | 'code'; text: string };

const fence = /^ {0,3}(?:```|~~~)/;
const item = /^\s{0,12}(?:[-*+]|\d{1,9}[.)])\s/;

// The line below the head of a table: nothing but dashes, colons and bars.
function isRule(line: string): boolean {
  return line.includes('-') && line.includes('|') && /^[\s|:-]+$/.test(line);
}
