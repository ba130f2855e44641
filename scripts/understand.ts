import { createInterface } from 'node:readline';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { loadConcepts } from '../core/language/concepts.ts';

// JSON Lines in, JSON Lines out, in order; a bad line is answered and the rest goes on.
const words = process.argv.slice(2);
const model = words[0] === '--model' ? words[1] : undefined;
if (words.length > 0 && (words.length !== 2 || model !== 'local')) {
  process.stderr.write('usage: npm run -s understand < messages.jsonl\n');
  process.exit(2);
}
const understand = createUnderstanding({ lexicon: loadConcepts() });
let number = 0;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  number += 1;
  if (line.trim() === '') continue;
  if (!process.stdout.write(`${JSON.stringify(answer(line, number))}\n`))
    await new Promise((resolve) => process.stdout.once('drain', resolve));
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
  const id = 'id' in request ? request.id : undefined;
  const prior = 'language' in request ? request.language : undefined;
  if (prior !== undefined && prior !== null && typeof prior !== 'string')
    return { error: 'language must be a string', line: lineNumber };
  const found = understand(request.text, { language: prior ? prior.toLowerCase().split('-')[0] : undefined });
  const entities: Record<string, string[]> = {};
  // The labels know dates that stand in the message; "tomorrow" is none of them.
  for (const entity of found.entities.filter(({ relative }) => !relative))
    entities[entity.name] = [...(entities[entity.name] ?? []), entity.text];
  return {
    id,
    lang: found.language,
    intent: found.intents[0]?.name ?? 'out_of_scope',
    confidence: round(found.intents[0]?.confidence ?? 0),
    intents: found.intents.map(({ name, confidence }) => ({ name, confidence: round(confidence) })),
    entities,
    emotion: found.emotion,
    handoff: found.handoff.now,
    ...(found.handoff.reason ? { reason: found.handoff.reason } : {}),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
