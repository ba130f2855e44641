/**
 * Cuts an article's Markdown into passages that answer by themselves: a section under its heading, long ones at paragraphs.
 * Lists and tables stay whole, because half a list of steps is a wrong answer.
 */
export function passagesOf(markdown: string): string[] {
  const blocks = markdown
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/);
  const passages: string[] = [];
  let heading = '';
  let current: string[] = [];
  let length = 0;
  const flush = () => {
    if (current.length > 0) passages.push([heading, ...current].filter(Boolean).join('\n\n'));
    current = [];
    length = 0;
  };
  for (const block of joinLists(blocks)) {
    const title = /^#{1,6}\s+(.*)$/.exec(block.split('\n')[0] ?? '');
    if (title) {
      flush();
      const [first = '', ...rest] = block.split('\n');
      heading = first;
      const text = rest.join('\n').trim();
      if (text) {
        current.push(text);
        length += text.length;
      }
      continue;
    }
    if (length + block.length > targetCharacters && current.length > 0 && !isList(block)) flush();
    current.push(block);
    length += block.length;
  }
  flush();
  return passages.length > 0 ? passages : [''];
}

// About three chat bubbles; measured in UTF-16 units, which CJK text uses up with fewer words but as many lines.
const targetCharacters = 700;

function isList(block: string): boolean {
  return /^\s*([-*+]|\d+[.)])\s|^\|/.test(block);
}

// A list whose items are set apart by blank lines is one list.
function joinLists(blocks: string[]): string[] {
  const joined: string[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last !== undefined && isList(block) && isList(last) && !/^\|/.test(block))
      joined[joined.length - 1] = `${last}\n${block}`;
    else if (block.trim()) joined.push(block);
  }
  return joined;
}
