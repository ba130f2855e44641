import { createInterface } from 'node:readline';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { createTokeniser } from '../core/language/tokenise.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { createSearch } from '../knowledge/search.ts';
import type { PublishedVariant } from '../knowledge/types.ts';

// Articles of a folder in memory; questions as JSON Lines on stdin, answers on stdout.
const [flag, folder] = process.argv.slice(2);
if (flag !== '--articles' || !folder) {
  process.stderr.write('usage: npm run -s search -- --articles DIR < questions.jsonl\n');
  process.exit(2);
}
const lexicon = loadConcepts();
const understand = createUnderstanding({ lexicon });
const search = createSearch({ tokenise: createTokeniser(lexicon), gistOf: understand.gist });
const variants: PublishedVariant[] = [];
try {
  for (const file of readArticlesAt(folder)) {
    try {
      const { slug, language, content, intents, markets, validFrom, validUntil } = file.read();
      variants.push({ slug, language, ...content, intents, markets, validFrom, validUntil });
    } catch (error) {
      process.stderr.write(`${file.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
search.replace(variants, {});

let number = 0;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  number += 1;
  if (line.trim() === '') continue;
  process.stdout.write(`${JSON.stringify(answer(line, number))}\n`);
}

function answer(line: string, lineNumber: number) {
  let request: unknown;
  try {
    request = JSON.parse(line.replace(/^\ufeff/, ''));
  } catch {
    return { error: 'not valid JSON', line: lineNumber };
  }
  if (typeof request !== 'object' || request === null || !('text' in request) || typeof request.text !== 'string')
    return { error: 'text must be a string', line: lineNumber };
  const given =
    'lang' in request && typeof request.lang === 'string' ? request.lang.toLowerCase().split('-')[0] : undefined;
  const understood = understand(request.text, { language: given });
  const language = given ?? understood.language;
  const found = search.search({
    text: request.text,
    language,
    intents: understood.intents,
    gist: understood.gist,
    limit: 10,
  });
  return {
    id: 'id' in request ? request.id : undefined,
    lang: language,
    results: found.results.map(({ slug, language: tag, score }) => ({ slug, language: tag, score })),
    answer: found.answer,
  };
}
