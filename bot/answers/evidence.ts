import { detectLanguage } from '../../core/language/detect.ts';
import { normalise } from '../../core/language/normalise.ts';
import { segment } from '../../core/language/segment.ts';
import { factsOf, type NumberFact } from './evidenceFacts.ts';
import { patternOf, wordLists } from './wordLists.ts';

/**
 * Holds a composed sentence against the passages that it cites: each number with what it counts, each date, price, contact and
 * name in capitals must stand there, and offers, promises, refusals and done deeds that the passages do not speak of are
 * refused. It is strict: what it refuses is answered with the passage itself.
 */
export function createEvidenceCheck(passages: readonly Passage[], language: string): EvidenceCheck {
  const said: string[] = [];

  return (written, cited) => {
    const sentence = written.normalize('NFKC');
    const sources = cited.map((n) => passages[n - 1]);
    if (sources.length === 0 || sources.some((source) => source === undefined)) return false;
    const evidence = sources.filter((source) => source !== undefined);
    const ok =
      isProse(sentence, language) &&
      !said.includes(normalise(sentence)) &&
      factsStand(sentence, language, evidence) &&
      contactsStand(sentence, evidence) &&
      sharesWords(sentence, language, evidence);
    said.push(normalise(sentence));
    return ok;
  };
}

/** Whether a sentence stands on the passages that it cites, numbered from 1. */
export type EvidenceCheck = (sentence: string, cited: readonly number[]) => boolean;
/** A passage as evidence: what the reader of the article sees. */
export type Passage = { title: string; text: string; language: string };

const refusal = new RegExp(patternOf(wordLists.refusals), 'u');
const self = new Map(Object.entries(wordLists.self).map(([tag, words]) => [tag, new RegExp(patternOf(words), 'u')]));
// "我们" is the shop, "我" alone would be the writer.
const chineseSelf = /(?<![\p{sc=Han}])我(?![们們])/u;
const longest = 500;
// A tag, an entity, code, a tool call: none of it is a sentence.
const machine = /<[/!?a-z|]|&(?:#|[a-z]{2,8};)|[{}`\\]|\]\(|tool_call|function_call|"\w+"\s*:/i;

// Letters of two scripts in one word, turned-around or invisible characters: what is read is not what is checked.
const disguise =
  /\p{sc=Latin}\p{M}*[\p{sc=Cyrillic}\p{sc=Greek}]|[\p{sc=Cyrillic}\p{sc=Greek}]\p{M}*\p{sc=Latin}|[\u200b\u202a-\u202e\u2060\ufeff\u{e0000}-\u{e007f}]/u;

function isProse(sentence: string, language: string): boolean {
  const plain = normalise(sentence);
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (disguise.test(sentence) || /\p{N}/u.test(plain.replace(/\d/g, ''))) return false;
  if (words.length === 0 || sentence.length > longest || machine.test(sentence) || /\p{Cc}/u.test(sentence))
    return false;
  if (refusal.test(plain) || self.get(language)?.test(plain) || (language === 'zh' && chineseSelf.test(sentence)))
    return false;
  if (
    /(.)\1{7}/u.test(plain) ||
    words.some((word, i) => i > 2 && words.slice(i - 3, i).every((other) => other === word))
  )
    return false;
  if (words.length > 20 && new Set(words).size < words.length / 3) return false;
  return detectLanguage(sentence, language).language === language;
}

function factsStand(sentence: string, language: string, evidence: readonly Passage[]): boolean {
  const own = factsOf(sentence, language);
  const theirs = evidence.map((passage) => factsOf(`${passage.title}\n${passage.text}`, passage.language));
  const numbers = theirs.flatMap((facts) => facts.numbers);
  return (
    own.numbers.every((number) => numbers.some((other) => sameNumber(number, other))) &&
    own.days.every((day) => theirs.some((facts) => facts.days.includes(day))) &&
    own.kinds.every((kind) => theirs.some((facts) => facts.kinds.includes(kind)))
  );
}

// Where the evidence does not say what it counts ("3 to 5 days" says it once), anything near it will do.
function sameNumber(own: NumberFact, other: NumberFact): boolean {
  if (own.value !== other.value) return false;
  return (
    own.unit === undefined || own.unit === other.unit || (other.unit === undefined && other.units.includes(own.unit))
  );
}

const address = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+/gu;
const link =
  /(?:https?:\/\/|www\.)[^\s)]+|(?<![\p{L}\p{N}@.-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.[a-z]{2,}(?:\/[^\s)]*)?/giu;
const capitals = /(?<![\p{L}\p{N}])[A-Z][A-Z0-9]+(?![\p{L}\p{N}])/gu;
const everyday = new Set(['EU', 'UK', 'US', 'USA', 'UE', 'VAT', 'TVA', 'IVA', 'BTW', 'FAQ', 'PDF', 'ID', 'OK']);

function contactsStand(sentence: string, evidence: readonly Passage[]): boolean {
  const source = evidence.map((passage) => `${passage.title}\n${passage.text}`).join('\n');
  const folded = source.toLowerCase();
  const found = [...sentence.matchAll(address), ...sentence.matchAll(link)].map((match) =>
    match[0].replace(/[.,;:!?]+$/, ''),
  );
  if (!found.every((contact) => folded.includes(contact.toLowerCase()))) return false;
  return [...sentence.matchAll(capitals)].every(([word]) => everyday.has(word) || source.includes(word));
}

// A sentence about something else shares too few words with its source. Between languages only the facts can be compared.
function sharesWords(sentence: string, language: string, evidence: readonly Passage[]): boolean {
  if (evidence.some((passage) => passage.language !== language)) return true;
  const own = stems(sentence);
  if (own.size < 3) return true;
  const theirs = stems(evidence.map((passage) => `${passage.title} ${passage.text}`).join(' '));
  const shared = [...own].filter((stem) => theirs.has(stem)).length;
  return shared / own.size >= leastShared;
}

const leastShared = 0.4;

function stems(text: string): Set<string> {
  return new Set(
    segment(normalise(text))
      .filter((word) => /[^\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}]/u.test(word) || word.length > 3)
      .map((word) => word.slice(0, 5)),
  );
}
