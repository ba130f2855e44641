import { Worker } from 'node:worker_threads';
import type { Page } from './htmlMarkdown.ts';
import { type Reason, Refusal } from './refusal.ts';

/**
 * Markdown of HTML (a text) or of a Word document (bytes), made beside the thread that answers customers. What is built to keep
 * a parser busy is stopped after some seconds and refused.
 */
export function convert(content: string | Uint8Array): Promise<Page> {
  const next = queue.then(() => run(content));
  queue = next.catch(() => undefined);
  return next;
}

/** What the worker sends back. */
export type Converted = { page: Page } | { reason: Reason };

const mostMs = 6_000;
const idleMs = 5_000;

let queue: Promise<unknown> = Promise.resolve();
let kept: Worker | undefined;
let settle: ((answer: Converted) => void) | undefined;
let idle: NodeJS.Timeout | undefined;

async function run(content: string | Uint8Array): Promise<Page> {
  clearTimeout(idle);
  kept ??= start();
  const worker = kept;
  const answer = await new Promise<Converted>((resolve) => {
    const deadline = setTimeout(() => settle?.(broken), mostMs);
    settle = (given) => {
      clearTimeout(deadline);
      settle = undefined;
      if (given === broken) dismiss(worker);
      else idle = setTimeout(() => dismiss(worker), idleMs).unref();
      resolve(given);
    };
    worker.postMessage(content);
  });
  if ('page' in answer) return answer.page;
  throw new Refusal(answer.reason.code, answer.reason.values);
}

function start(): Worker {
  const worker = new Worker(new URL('./convertWorker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.on('message', (answer: Converted) => settle?.(answer));
  worker.on('error', () => settle?.(broken));
  worker.on('exit', () => {
    if (kept === worker) settle?.(broken);
  });
  // Waiting for work must keep no process alive; the deadline does while there is some.
  worker.unref();
  return worker;
}

function dismiss(worker: Worker): void {
  if (kept === worker) kept = undefined;
  void worker.terminate();
}

const broken: Converted = { reason: { code: 'nested', values: {} } };
