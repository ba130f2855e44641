import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createModelReader } from '../bot/understanding/llm.ts';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { readConfig } from '../core/config.ts';
import { closedPhrase } from '../core/language/closedPhrases.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { createLog } from '../core/log.ts';
import { createModel } from '../core/model/model.ts';

// JSON Lines in, JSON Lines out, in order; a bad line is answered and the rest goes on.
const words = process.argv.slice(2);
const model = words[0] === '--model' ? words[1] : undefined;
if (words.length > 0 && (words.length !== 2 || (model !== 'local' && model !== 'llm'))) {
  process.stderr.write('usage: npm run -s understand [-- --model local|llm] < messages.jsonl\n');
  process.exit(2);
}
const understand = createUnderstanding({ lexicon: loadConcepts() });
const read = model === 'llm' ? modelReader() : undefined;
let number = 0;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  number += 1;
  if (line.trim() === '') continue;
  if (!process.stdout.write(`${JSON.stringify(await answer(line, number))}\n`))
    await new Promise((resolve) => process.stdout.once('drain', resolve));
}

async function answer(line: string, lineNumber: number) {
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
  const local = understand(request.text, { language: prior ? prior.toLowerCase().split('-')[0] : undefined });
  const certain = !read || local.handoff.now || closedPhrase(request.text) !== undefined;
  const found = certain
    ? local
    : ((await read({ text: request.text, local, flows: [], recent: [], known: {} }))?.understanding ?? local);
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

// No database here, so no daily budget: who pipes a file through it knows how long it is.
function modelReader() {
  const config = readConfig(resolve(import.meta.dirname, '..'));
  if (!config.model) {
    process.stderr.write('no model is configured: set MODEL_NAME and MODEL_BASE_URL or MODEL_API_KEY\n');
    process.exit(1);
  }
  const budget = { take: async () => '', settle: async () => undefined };
  const asked = createModel({ settings: config.model, budget, log: createLog('warn') });
  return createModelReader({ model: asked, understand, seconds: config.model.understandSeconds });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
