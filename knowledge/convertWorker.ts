import { parentPort } from 'node:worker_threads';
import type { Converted } from './converter.ts';
import { docxToMarkdown } from './docxMarkdown.ts';
import { htmlToMarkdown } from './htmlMarkdown.ts';
import { reasonOf } from './refusal.ts';

// The worker's end of converter.ts: one document in, its Markdown or the reason against it out.
parentPort?.on('message', async (content: string | Uint8Array) => {
  let answer: Converted;
  try {
    answer = { page: typeof content === 'string' ? htmlToMarkdown(content) : await docxToMarkdown(content) };
  } catch (error) {
    answer = { reason: reasonOf(error) };
  }
  parentPort?.postMessage(answer);
});
