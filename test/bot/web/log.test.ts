import { expect, test } from 'vitest';
import { createMessageLog } from '../../../bot/web/log.ts';

const message = (seq: number, clientId?: string) => ({
  seq,
  id: `m${seq}`,
  from: 'customer' as const,
  language: 'en',
  body: [],
  at: '',
  ...(clientId ? { clientId } : {}),
});

test('what is told twice is shown once, in the order of the numbers', () => {
  const log = createMessageLog();
  for (const seq of [3, 1, 2, 3, 1]) log.add(message(seq));
  expect(log.messages.map((entry) => entry.seq)).toEqual([1, 2, 3]);
  expect(log.last).toBe(3);
});

test('the stream goes on where nothing is missing: an own message that was numbered meanwhile hides no earlier one', () => {
  const log = createMessageLog();
  log.clear(3);
  log.add(message(4));
  // Sent after a gap in the network, before the stream has told what came in between.
  log.add(message(7, 'a'));
  expect(log.last).toBe(4);
  log.add(message(5));
  log.add(message(6));
  expect(log.last).toBe(7);
});

test('a message leaves the outbox when its number comes back, whoever brings it', () => {
  const log = createMessageLog();
  log.queue({ clientId: 'a', text: 'x', at: '', status: 'sending' });
  log.queue({ clientId: 'b', text: 'y', at: '', status: 'sending' });
  log.mark('a', 'retrying');
  expect(log.outbox.map((entry) => entry.status)).toEqual(['retrying', 'sending']);
  log.add(message(1, 'a'));
  expect(log.outbox.map((entry) => entry.clientId)).toEqual(['b']);
});

test('another conversation starts from nothing, what waits to be sent stays', () => {
  const log = createMessageLog();
  log.add(message(1));
  log.queue({ clientId: 'a', text: 'x', at: '', status: 'sending' });
  log.clear(0);
  expect(log.last).toBe(0);
  expect(log.outbox).toHaveLength(1);
});
