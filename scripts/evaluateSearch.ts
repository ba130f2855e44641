import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { createTokeniser } from '../core/language/tokenise.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { createSearch } from '../knowledge/search.ts';

// How good the search is without any key on the articles of an invented shop and questions that were written apart, in twelve languages.
const folder = join(import.meta.dirname, '../test/knowledge/retrieval');
const lexicon = loadConcepts();
const understand = createUnderstanding({ lexicon });
const search = createSearch({ tokenise: createTokeniser(lexicon), gistOf: understand.gist });
const variants = readArticlesAt(join(folder, 'articles')).map((file) => {
  const { content, ...article } = file.read();
  return { ...article, ...content };
});
search.replace(variants, {});
const questions = readFileSync(join(folder, 'questions.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Question);
const rows = questions.map((question) => {
  const { intents } = understand(question.text, { language: question.lang });
  const found = search.search({ text: question.text, language: question.lang, intents, limit: 10 });
  return { question, found, rank: found.results.findIndex(({ slug }) => slug === question.slug) };
});
type Question = { id: string; text: string; lang: string; slug: string | null; kind: 'within' | 'across' | 'none' };
type Row = (typeof rows)[number];

print('questions', ['n', 'first hit', 'first three', 'refused']);
for (const [name, own] of groups()) {
  print(name, [
    own.length,
    share(own, ({ rank }) => rank === 0),
    share(own, ({ rank }) => rank >= 0 && rank < 3),
    share(own, ({ found }) => !found.answer),
  ]);
}
const answerable = rows.filter(({ question }) => question.kind !== 'none');
const none = rows.filter(({ question }) => question.kind === 'none');
print('answered though no article fits (≤ 12 %)', [share(none, ({ found }) => found.answer)]);
print('refused though an article fits (≤ 15 %)', [share(answerable, ({ found }) => !found.answer)]);

function groups(): [string, Row[]][] {
  const of = (name: string, is: (row: Row) => boolean): [string, Row[]] => [name, rows.filter(is)];
  return [
    of('within a language (≥ 80, 93 %)', ({ question }) => question.kind === 'within'),
    of('across languages (≥ 55, 75 %)', ({ question }) => question.kind === 'across'),
    ...[...new Set(questions.map(({ lang }) => lang))].map((lang) =>
      of(`  ${lang}`, ({ question }) => question.lang === lang && question.kind !== 'none'),
    ),
  ];
}

function print(name: string, cells: (string | number)[]): void {
  process.stdout.write(`${name.padEnd(44)}${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
}

function share<T>(list: readonly T[], is: (item: T) => boolean): string {
  return list.length === 0 ? 'none' : `${((list.filter(is).length / list.length) * 100).toFixed(1)} %`;
}
