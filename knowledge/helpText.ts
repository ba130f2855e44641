import type { Block } from '../core/blocks.ts';
import { plainText } from '../core/blocks.ts';
import { parseBlocks } from '../core/markdown.ts';
import { type Facts, fillFacts } from './facts.ts';
import { type Html, html } from './helpHtml.ts';
import type { Tokenise } from './types.ts';

/** An article's text cut at its headings; what stands before the first one has no heading. */
export function sectionsOf(markdown: string, linkHosts: readonly string[]): Section[] {
  const sections: { heading: string; level: number; lines: string[] }[] = [{ heading: '', level: 0, lines: [] }];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (/^ {0,3}(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^ {0,3}(#{1,6})[ \t]+(.+)$/.exec(line);
    if (heading)
      sections.push({
        heading: plainText(parseBlocks((heading[2] ?? '').replace(/[ \t]#+[ \t]*$/, ''), linkHosts)),
        level: heading[1]?.length ?? 1,
        lines: [],
      });
    else sections.at(-1)?.lines.push(line);
  }
  return sections
    .map(({ heading, level, lines }) => ({ heading, level, blocks: parseBlocks(lines.join('\n'), linkHosts) }))
    .filter(({ heading, blocks }) => heading || blocks.length > 0);
}

/** A part of an article under its heading. */
export type Section = { heading: string; level: number; blocks: Block[] };

/** The first words of a text, cut at the end of a word. */
export function opening(markdown: string, facts: Facts, language: string, most = 155): string {
  const text = plainText(parseBlocks(fillFacts(markdown, facts, language), [])).replace(/\s+/g, ' ');
  if (text.length <= most) return text;
  const words = wordsOf(text.slice(0, most + 30), language);
  return `${upTo(words, most)}…`;
}

/** The place of a passage that speaks of what was searched, with the matched words marked. */
export function markedPassage(passage: string, query: string, language: string, tokenise: Tokenise): Html {
  const text = plainText(parseBlocks(passage.slice(0, 4000), [])).replace(/\s+/g, ' ');
  const asked = new Set(tokenise(query, language).words.filter(tells).flatMap(forms));
  const words = wordsOf(text, language).map(({ segment, isWordLike }) => ({
    segment,
    marked:
      Boolean(isWordLike) &&
      tokenise(segment, language).words.some((word) => forms(word).some((form) => asked.has(form))),
  }));
  const first = words.findIndex(({ marked }) => marked);
  let from = 0;
  for (let before = 0, i = first - 1; i >= 0 && before <= 80; i -= 1) {
    before += words[i]?.segment.length ?? 0;
    from = i;
  }
  if (first <= 0) from = 0;
  const shown: Html[] = [];
  let length = 0;
  let to = from;
  for (; to < words.length && length < 240; to += 1) {
    const { segment = '', marked } = words[to] ?? {};
    length += segment.length;
    shown.push(marked ? html`<mark>${segment}</mark>` : html`${segment}`);
  }
  return html`${from > 0 && '…'}${shown}${to < words.length && '…'}`;
}

// Little words are in every passage: marking them shows nothing.
function tells({ word }: { word: string }): boolean {
  if (/^\p{Script=Hiragana}+$/u.test(word)) return false;
  return word.length > 3 || /[\p{N}\p{Script=Han}\p{Script=Katakana}\p{Script=Hangul}]/u.test(word);
}

function forms({ word, stems }: { word: string; stems: readonly string[] }): string[] {
  return [word, ...stems];
}

function wordsOf(text: string, language: string): Intl.SegmentData[] {
  return [...new Intl.Segmenter(language, { granularity: 'word' }).segment(text)];
}

function upTo(words: readonly Intl.SegmentData[], most: number): string {
  const kept = words.filter(({ index, segment }) => index + segment.length <= most);
  return kept
    .map(({ segment }) => segment)
    .join('')
    .trimEnd();
}
