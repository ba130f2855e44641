import type { Reason } from './refusal.ts';

/**
 * Takes out of an imported Markdown text what a reader would not see and a machine would: comments, scripts, hidden elements,
 * invisible characters. Each removal is noted. Linear in the length of the text.
 */
export function cleanText(text: string): { text: string; notes: Reason[] } {
  const notes: Reason[] = [];
  const note = (code: string, before: string, after: string) => {
    if (before !== after) notes.push({ code, values: {} });
    return after;
  };
  let clean = text;
  clean = note('commentsOut', clean, cutBetween(clean, '<!--', '-->'));
  for (const name of ['script', 'style', 'template', 'iframe', 'object'])
    clean = note('scriptsOut', clean, cutBetween(clean, `<${name}`, `</${name}>`));
  clean = note('hiddenOut', clean, cutHidden(clean));
  clean = note('invisibleOut', clean, visible(clean));
  return {
    text: clean,
    notes: notes.filter((entry, i) => notes.findIndex((other) => other.code === entry.code) === i),
  };
}

/** Without characters that show nothing and carry text past the reader; joiners and direction marks that scripts need stay. */
export function visible(text: string): string {
  return text.replace(/[\u180e\u200b\u202d\u202e\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu, '');
}

/** Whether an element's style makes its text unseen: not displayed, tiny, transparent, or white as paper. */
export function isHiddenStyle(style: string): boolean {
  const plain = style.toLowerCase().replace(/\s+/g, '');
  return /(?:^|;)(?:display:none|visibility:hidden|opacity:0(?:\.0\d*)?(?:;|$)|font-size:[01](?:\.\d+)?(?:px|pt|em|rem|%)?(?:;|!|$)|(?:max-)?(?:height|width):0(?:px)?(?:;|$)|color:(?:white|transparent|#fff|#ffffff|rgb\(255,255,255\)|rgba\(\d+,\d+,\d+,0\))(?:;|!|$)|text-indent:-\d{3,}|(?:left|top):-\d{3,})/.test(
    plain,
  );
}

// A comment or script without an end stays as the text that it then is.
function cutBetween(text: string, start: string, end: string): string {
  const lower = text.toLowerCase();
  let out = '';
  let from = 0;
  for (;;) {
    const open = lower.indexOf(start, from);
    const close = open < 0 ? -1 : lower.indexOf(end, open + start.length);
    if (close < 0) return out + text.slice(from);
    out += text.slice(from, open);
    from = close + end.length;
  }
}

function cutHidden(text: string): string {
  const tag = /<([a-z][a-z0-9]{0,10})\b([^<>]*)>/gi;
  const lower = text.toLowerCase();
  let out = '';
  let from = 0;
  for (let match = tag.exec(text); match; match = tag.exec(text)) {
    const [whole, name = '', attributes = ''] = match;
    const style = /style\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
    if (!/\shidden\b/i.test(attributes) && !isHiddenStyle(style?.[1] ?? style?.[2] ?? '')) continue;
    const end = `</${name.toLowerCase()}>`;
    const close = lower.indexOf(end, match.index + whole.length);
    out += text.slice(from, match.index);
    from = close < 0 ? match.index + whole.length : close + end.length;
    tag.lastIndex = from;
  }
  return out + text.slice(from);
}
