import { parentPort, workerData } from 'node:worker_threads';
import { loadConcepts } from '../core/language/concepts.ts';
import { createTokeniser } from '../core/language/tokenise.ts';
import type { ReplayFound, ReplayWork } from './replay.ts';
import { createSearch } from './search.ts';
import type { PublishedVariant } from './types.ts';

// The thread of replay.ts: it has an index of its own, first of what is published, then of what would be.
const { published, withDraft, questions, facts } = workerData as ReplayWork;
const search = createSearch({ tokenise: createTokeniser(loadConcepts()) });

async function answersOf(variants: PublishedVariant[]): Promise<(string | null)[]> {
  await search.replace(variants, facts);
  const out: (string | null)[] = [];
  for (const question of questions) {
    const { results, answer } = await search.search({ ...question, limit: 1 });
    out.push(answer ? (results[0]?.slug ?? null) : null);
  }
  return out;
}

const found: ReplayFound = { before: await answersOf(published), after: await answersOf(withDraft) };
parentPort?.postMessage(found);
