import { clean } from '../../../core/language/normalise.ts';
import { digitWord } from './digitWords.ts';

/**
 * Brings a text into the form that the patterns read: digits and widths unified, invisible characters gone, digits that were
 * spelled out in dictation written as digits. Every unit remembers where it stood, so that spans lead back.
 */
export function readSource(text: string): Source {
  const { text: plain, offsets } = clean(text);
  const starts = offsets.slice(0, -1);
  // The end of the character itself: what follows unseen, such as a bidi mark, belongs to nobody.
  const ends = starts.map((start) => start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1));
  return withSpokenDigits({ text: plain, lower: lowered(plain), starts, ends });
}

/** The text as the patterns read it; unit `i` stood from `starts[i]` to `ends[i]` in the message. `lower` has the same length. */
export type Source = { text: string; lower: string; starts: number[]; ends: number[] };

// The one letter that grows in lower case would shift all that follows.
function lowered(text: string): string {
  return text.replace(/İ/g, 'I').toLowerCase();
}

// Four in a row are a number; fewer may be a quantity, or the word for "or".
const fewest = 4;

function withSpokenDigits(source: Source): Source {
  const runs = spokenRuns(source);
  if (runs.length === 0) return source;
  const out: Source = { text: '', lower: '', starts: [], ends: [] };
  let at = 0;
  const copy = (to: number) => {
    out.text += source.text.slice(at, to);
    for (let i = at; i < to; i += 1) {
      out.starts.push(source.starts[i] ?? 0);
      out.ends.push(source.ends[i] ?? 0);
    }
  };
  for (const run of runs) {
    copy(run.start);
    for (const { digits, start, end } of run.words)
      for (const digit of digits) {
        out.text += digit;
        out.starts.push(source.starts[start] ?? 0);
        out.ends.push(source.ends[end - 1] ?? 0);
      }
    at = run.end;
  }
  copy(source.text.length);
  out.lower = lowered(out.text);
  return out;
}

type Word = { digits: string; start: number; end: number };
type Run = { words: Word[]; start: number; end: number };

function spokenRuns({ lower }: Source): Run[] {
  const runs: Run[] = [];
  let words: Word[] = [];
  let times = 1;
  let end = 0;
  const close = () => {
    const said = words.map(({ digits }) => digits).join('');
    const spoken = words.some(({ start }) => !/\d/.test(lower[start] ?? ''));
    const enough = said.replace('-', '').length >= fewest;
    if (words[0] && spoken && enough) runs.push({ words, start: words[0].start, end: words.at(-1)?.end ?? 0 });
    words = [];
    times = 1;
  };
  for (const match of lower.matchAll(token)) {
    const [word] = match;
    // Words of one number stand side by side: a comma or a pause sign between them is speech too.
    if (words.length > 0 && !/^[\s,.、-]{0,3}$/.test(lower.slice(end, match.index).slice(0, 5))) close();
    end = match.index + word.length;
    const meaning = /^\d$/.test(word) ? word : digitWord(word);
    if (meaning === undefined) {
      const [dash] = words;
      // The rest of a number that was begun with a dash stays as it is: "HH dash 24817".
      if (words.length === 1 && dash?.digits === '-' && /^\d{3,}$/.test(word)) {
        runs.push({ words, start: dash.start, end: dash.end });
        words = [];
      } else close();
    } else if (meaning === 'double' || meaning === 'triple') times = meaning === 'double' ? 2 : 3;
    else {
      if (meaning === '-') close();
      words.push({ digits: meaning.repeat(times), start: match.index, end });
      times = 1;
    }
  }
  close();
  return runs;
}

// Digits of Han and Hangul have no spaces between them; a longer word there is no row of digits.
const token =
  /[〇零一二三四五六七八九幺两]|[\p{sc=Hangul}]{1,8}|[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}\p{M}'-]{1,20}|[\p{sc=Hiragana}\p{sc=Katakana}ー]{1,6}|\d{1,20}|\p{sc=Han}/gu;
