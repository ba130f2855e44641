import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generator } from './linear.ts';

const root = join(import.meta.dirname, '../..');
const data = join(root, 'bot/understanding/data');
const development = join(root, 'test/bot/understanding/development');

/** A phrase of the training data with its label (an intent, or an emotion). */
export type Phrase = { language: string; label: string; style: string; text: string };

/** The intent examples of every language: data/examples/<tag>/<intent>.tsv, lines of style and text. */
export function readExamples(): Phrase[] {
  return readdirSync(join(data, 'examples'))
    .sort()
    .flatMap((language) =>
      readdirSync(join(data, 'examples', language))
        .filter((name) => name.endsWith('.tsv'))
        .sort()
        .flatMap((name) =>
          linesOf(join(data, 'examples', language, name)).map(([style = '', text = '']) => ({
            language,
            label: name.slice(0, -'.tsv'.length),
            style,
            text,
          })),
        ),
    )
    .filter((phrase) => phrase.text !== '');
}

/** The emotion examples: data/emotion/<tag>.tsv, lines of label and text. */
export function readEmotions(): Phrase[] {
  return readdirSync(join(data, 'emotion'))
    .sort()
    .flatMap((name) =>
      linesOf(join(data, 'emotion', name)).map(([label = '', text = '']) => ({
        language: name.slice(0, -'.tsv'.length),
        label,
        style: 'emotion',
        text,
      })),
    )
    .filter((phrase) => phrase.text !== '');
}

/** The hand-over examples: data/handoff/<tag>.tsv, lines of cause and text. */
export function readCauses(): Phrase[] {
  return readdirSync(join(data, 'handoff'))
    .sort()
    .flatMap((name) =>
      linesOf(join(data, 'handoff', name)).map(([label = '', text = '']) => ({
        language: name.slice(0, -'.tsv'.length),
        label,
        style: 'cause',
        text,
      })),
    )
    .filter((phrase) => phrase.text !== '');
}

/** The development test: messages written apart, never trained on, from which only temperatures and thresholds are chosen. */
export function readDevelopment(): Judged[] {
  return readdirSync(development)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(development, name), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Judged),
    );
}

/** A message of the development test with what a fair judge says of it. */
export type Judged = {
  id: string;
  text: string;
  language: string;
  intent: string;
  style: string;
  emotion: 'calm' | 'frustrated' | 'angry';
  handoff: boolean;
  reason: string | null;
  entities: Record<string, string[]>;
};

/** SHA-256 of the development test: it is frozen, so that no figure is bettered by changing the question. */
export function developmentHash(): string {
  return hashFiles(['test/bot/understanding/development']);
}

/** SHA-256 over the files that weights are made from, so that stale weights are noticed. */
export function sourceHashes(): Record<string, string> {
  return {
    examples: hashFiles([
      'bot/understanding/data/examples',
      'bot/understanding/data/emotion',
      'bot/understanding/data/handoff',
    ]),
    concepts: hashFiles(['core/language/data/concepts']),
    features: hashFiles([
      'bot/understanding/features.ts',
      'core/language/detectFeatures.ts',
      'core/language/normalise.ts',
      'core/language/segment.ts',
      'core/language/hash.ts',
      'core/language/concepts.ts',
    ]),
    trainer: hashFiles(['scripts/training', 'scripts/train.ts', 'bot/understanding/network.ts']),
  };
}

/** A phrase as hurried people type it: without accents, with a slip of the finger, in capitals, run together. */
export function augment(text: string, seed: number): string[] {
  const random = generator(seed);
  const variants = [
    text.normalize('NFD').replace(/[\u0300-\u036f]/g, ''),
    text.replace(/[.,;:!?¿¡。，！？؟،]/g, '').toLowerCase(),
  ];
  const letters = [...text];
  if (letters.length > 8) {
    const at = 1 + Math.floor(random() * (letters.length - 3));
    const slip = [...letters];
    const kind = random();
    if (kind < 0.4) [slip[at], slip[at + 1]] = [letters[at + 1] ?? '', letters[at] ?? ''];
    else if (kind < 0.8) slip.splice(at, 1);
    else slip.splice(at, 0, letters[at] ?? '');
    variants.push(slip.join(''));
  }
  return [...new Set(variants)].filter((variant) => variant !== text && variant.trim() !== '');
}

function linesOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/\r$/, '').split('\t'));
}

function hashFiles(paths: string[]): string {
  const sum = createHash('sha256');
  for (const path of paths)
    for (const file of filesBelow(join(root, path)))
      sum.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return sum.digest('hex');
}

function filesBelow(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
