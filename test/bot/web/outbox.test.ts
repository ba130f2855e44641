import { beforeEach, expect, test } from 'vitest';
import { createMessageLog } from '../../../bot/web/log.ts';
import { type Answer, createOutbox } from '../../../bot/web/outbox.ts';
import { createStore } from '../../../bot/web/store.ts';
import type { Pending } from '../../../bot/web/types.ts';

// What the browser keeps for all tabs of a page.
let kept: Record<string, string>;
beforeEach(() => {
  kept = {};
  Object.defineProperties(kept, {
    getItem: { value: (name: string) => kept[name] ?? null },
    setItem: {
      value: (name: string, value: string) => {
        kept[name] = value;
      },
    },
    removeItem: { value: (name: string) => delete kept[name] },
  });
  Object.defineProperty(globalThis, 'localStorage', { value: kept, configurable: true });
});

function tab(answer: (text: string) => Answer | Promise<Answer>) {
  const log = createMessageLog();
  const tried: string[] = [];
  const outbox = createOutbox({
    store: createStore('t.'),
    log,
    deliver: async ({ text }) => {
      tried.push(text);
      return answer(text);
    },
    changed: () => {},
  });
  return { log, tried, outbox };
}

const pending = (text: string, at = new Date().toISOString()): Pending => ({
  clientId: `id-${text}`,
  text,
  at,
  status: 'sending',
});
const never = () => new Promise<Answer>(() => {});

test('tabs keep their messages side by side, and the next page sends all of them, in the order they were written', async () => {
  const [one, two] = [tab(never), tab(never)];
  one.outbox.queue(pending('first', '2026-01-01T10:00:00Z'));
  two.outbox.queue(pending('second', '2026-01-01T10:00:01Z'));
  one.outbox.queue(pending('third', '2026-01-01T10:00:02Z'));
  // A message of its own that is through takes nothing else with it.
  one.outbox.queue(pending('through'));
  one.outbox.forget('id-through');
  const later = tab(() => ({ sent: true }));
  await later.outbox.flush();
  expect(later.tried).toEqual(['first', 'second', 'third']);
  expect(Object.keys(kept)).toEqual([]);
});

test('what is refused for now goes again, the rest waits behind it; what is refused for good holds nobody up', async () => {
  let tries = 0;
  const { outbox, tried, log } = tab((text) => {
    tries += 1;
    if (text === 'bad') return { refused: 'tooLong' };
    return tries < 3 ? { again: true } : { sent: true };
  });
  outbox.queue(pending('slow'));
  outbox.queue(pending('bad'));
  outbox.queue(pending('last'));
  await outbox.flush();
  expect(tried).toEqual(['slow', 'slow', 'slow', 'bad', 'last']);
  expect(log.outbox.map(({ text, status, reason }) => [text, status, reason])).toEqual([['bad', 'refused', 'tooLong']]);
});

test('a try that throws is another try, and the network that is back cuts the wait short', async () => {
  let offline = true;
  const { outbox, tried } = tab(() => {
    if (offline) throw new TypeError('fetch failed');
    return { sent: true };
  });
  outbox.queue(pending('a'));
  await expect.poll(() => tried.length).toBe(1);
  offline = false;
  const started = performance.now();
  outbox.wake();
  await outbox.flush();
  expect(performance.now() - started).toBeLessThan(300);
});

test('a broken entry breaks nothing', async () => {
  kept['t.out.x'] = '{"half';
  kept['t.out.y'] = '[]';
  const { outbox, tried } = tab(() => ({ sent: true }));
  await outbox.flush();
  expect(tried).toEqual([]);
});
