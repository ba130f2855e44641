import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';

/** Cuts a text that is too long at the widest gap that helps: paragraphs, sentences, clauses, words, in any script. */
export function createTextPieces(characters: number): (text: string) => string[] {
  const splitter = new PieceSplitter({
    chunkSize: characters,
    chunkOverlap: 0,
    separators: [...paragraphs, ...sentences, ...clauses, ' ', words],
  });
  return (text) => splitter.pieces(text);
}

const paragraphs = ['\n\n', '\n'];
// Latin, Cyrillic and Korean; Chinese and Japanese; Arabic and Urdu. Thai and Khmer end a sentence with a space, which comes below.
const sentences = ['. ', '! ', '? ', '。', '！', '？', '؟', '۔', '។', '…'];
const clauses = ['; ', '；', '؛', ': ', '：', ', ', '，', '、', '،', '\u200b'];
// Stands for the borders that a dictionary knows: Chinese, Japanese and Thai write none.
const words = '';

// The package's own walk over the separators answers in promises, and begins each piece with the mark that ends the one before.
// The index is built in one go, so its separators and measures are walked here, and a mark stays with its sentence.
class PieceSplitter extends RecursiveCharacterTextSplitter {
  pieces(text: string, level = 0): string[] {
    const separator = this.separators[level];
    if (text.length <= this.chunkSize || separator === undefined) return [text.trim()].filter(Boolean);
    if (separator !== words && !text.includes(separator)) return this.pieces(text, level + 1);
    const pieces: string[] = [];
    let piece = '';
    const flush = () => {
      if (piece.trim()) pieces.push(piece.trim());
      piece = '';
    };
    for (const part of this.splitOnSeparator(text, separator)) {
      if (piece.length + part.length > this.chunkSize) flush();
      if (part.length > this.chunkSize) pieces.push(...this.pieces(part, level + 1));
      else piece += part;
    }
    flush();
    return pieces;
  }

  protected override splitOnSeparator(text: string, separator: string): string[] {
    if (separator === words) return [...wordBorders.segment(text)].map(({ segment }) => segment);
    return text.split(separator).map((part, i, parts) => (i < parts.length - 1 ? part + separator : part));
  }
}

const wordBorders = new Intl.Segmenter('th', { granularity: 'word' });
