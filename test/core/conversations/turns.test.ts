import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textBlock } from '../../../core/blocks.ts';
import { createVisitor } from '../../../core/contacts.ts';
import { move } from '../../../core/conversations/moves.ts';
import { receive } from '../../../core/conversations/receive.ts';
import {
  commitTurn,
  dueTurns,
  failTurn,
  leaveTurn,
  type TurnResult,
  takeTurn,
} from '../../../core/conversations/turns.ts';
import { testDatabase } from '../../support/database.ts';

let base: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.drop());

const options = {
  detect: () => ({ language: 'en', confidence: 1, known: true }),
  reopenDays: 7,
  defaultLanguage: 'en',
};
let count = 0;

async function visitor() {
  return (await createVisitor(base.db, { channel: 'web', language: 'en' })).contact;
}

function say(contactId: string, text: string, externalId = `m${count}`) {
  count += 1;
  return receive(base.db, { channel: 'web', contactId, externalId, text }, options);
}

const reply = (text: string, extra: Partial<TurnResult> = {}): TurnResult => ({
  messages: [{ sender: 'bot', language: 'en', body: [textBlock(text)] }],
  dialogue: {},
  actions: [],
  mayRepeat: true,
  ...extra,
});

describe('receive', () => {
  test('a message that comes twice is stored once', async () => {
    const contact = await visitor();
    const answers = await Promise.all([1, 2, 3, 4].map(() => say(contact.id, 'hello', 'same')));
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
  });

  test('ten first messages at once meet in one conversation, numbered without a gap', async () => {
    const contact = await visitor();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => say(contact.id, `hello ${i}`)));
    expect(new Set(answers.map((answer) => answer.conversationId)).size).toBe(1);
    expect(answers.map((answer) => answer.seq).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a closed conversation opens again within the days, later a new one begins', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    await move(base.db, { conversationId, move: 'close' });
    expect((await say(contact.id, 'one more thing')).conversationId).toBe(conversationId);
    await move(base.db, { conversationId, move: 'close' });
    await base.pool.query(`update conversation set closed_at = now() - interval '8 days' where id = $1`, [
      conversationId,
    ]);
    const later = await say(contact.id, 'and now?');
    expect(later.conversationId).not.toBe(conversationId);
    const { rows } = await base.pool.query('select previous_id from conversation where id = $1', [
      later.conversationId,
    ]);
    expect(rows[0].previous_id).toBe(conversationId);
  });

  test('what a person closed goes back to the queue', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    await move(base.db, { conversationId, move: 'takeover', owner: 'mei' });
    await move(base.db, { conversationId, move: 'close', ownerId: 'mei' });
    await say(contact.id, 'still broken');
    const { rows } = await base.pool.query('select state from conversation where id = $1', [conversationId]);
    expect(rows[0].state).toBe('waiting');
  });
});

describe('a turn', () => {
  test('is taken by one of many', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) => takeTurn(base.db, conversationId, `lease-${i}`, 45)),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('whose owner changed meanwhile stores nothing', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    const turn = await takeTurn(base.db, conversationId, 'a', 45);
    if (!turn) throw new Error('no turn');
    await move(base.db, { conversationId, move: 'takeover', owner: 'mei' });
    expect(await commitTurn(base.db, turn, reply('too late'))).toBe('dropped');
    const { rows } = await base.pool.query(
      `select count(*)::int as n from message where conversation_id = $1 and sender = 'bot'`,
      [conversationId],
    );
    expect(rows[0].n).toBe(0);
    expect(await takeTurn(base.db, conversationId, 'b', 45)).toBeUndefined();
  });

  test('is computed again when a newer message came, but only once', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'where is my order');
    const turn = await takeTurn(base.db, conversationId, 'a', 45);
    if (!turn) throw new Error('no turn');
    await say(contact.id, 'it is HH-1');
    expect(await commitTurn(base.db, turn, reply('which order?'))).toBe('newer');
    expect(await commitTurn(base.db, turn, reply('which order?', { mayRepeat: false }))).toBe('stored');
    const next = await takeTurn(base.db, conversationId, 'b', 45);
    expect(next?.messages.map((message) => message.text)).toEqual(['it is HH-1']);
  });

  test('that was lost in a crash is due again and counted', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    await takeTurn(base.db, conversationId, 'dead', 0);
    const again = await takeTurn(base.db, conversationId, 'alive', 45);
    expect(again?.conversation.turn_failures).toBe(1);
    if (again) await failTurn(base.db, again);
    expect(await dueTurns(base.db, 0)).toContain(conversationId);
  });

  test('of a lease that was lost stores nothing', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    const slow = await takeTurn(base.db, conversationId, 'slow', 0);
    const quick = await takeTurn(base.db, conversationId, 'quick', 45);
    if (!slow || !quick) throw new Error('no turn');
    expect(await commitTurn(base.db, slow, reply('late'))).toBe('dropped');
    expect(await commitTurn(base.db, quick, reply('in time'))).toBe('stored');
  });

  test('leaves to a person what a person has', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'hello');
    await move(base.db, { conversationId, move: 'takeover', owner: 'mei' });
    const turn = await takeTurn(base.db, conversationId, 'a', 45);
    if (!turn) throw new Error('no turn');
    await leaveTurn(base.db, turn);
    expect(await dueTurns(base.db, -1)).not.toContain(conversationId);
  });

  test('hands over in the same step as its reply', async () => {
    const contact = await visitor();
    const { conversationId } = await say(contact.id, 'I want a person');
    const turn = await takeTurn(base.db, conversationId, 'a', 45);
    if (!turn) throw new Error('no turn');
    expect(await commitTurn(base.db, turn, reply('Mei is coming', { card: { reason: 'person_wanted' } }))).toBe(
      'stored',
    );
    const { rows } = await base.pool.query('select state, card, turn_due_at from conversation where id = $1', [
      conversationId,
    ]);
    expect(rows[0]).toMatchObject({ state: 'waiting', card: { reason: 'person_wanted' }, turn_due_at: null });
  });
});

test('of many claims one wins, and the losers learn who has it', async () => {
  const contact = await visitor();
  const { conversationId } = await say(contact.id, 'a person please');
  await move(base.db, { conversationId, move: 'handoff' });
  const claims = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      move(base.db, { conversationId, move: 'claim', ownerVersion: 1, owner: `agent-${i}`, by: `agent-${i}` }),
    ),
  );
  expect(claims.filter((claim) => claim.status === 'fulfilled')).toHaveLength(1);
  const lost = claims.find((claim) => claim.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'stale', details: { state: 'agent' } });
});
