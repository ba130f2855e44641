import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { textBlock } from '../core/blocks.ts';
import { identifiedCustomer } from '../core/contacts.ts';
import { addDeskEvent } from '../core/conversations/deskEvents.ts';
import { tellDraft, withdrawDraft } from '../core/conversations/drafts.ts';
import { moveIn } from '../core/conversations/moves.ts';
import {
  type ActionRow,
  commitTurn,
  failTurn,
  giveBackLease,
  inputOf,
  leaveTurn,
  renewTurn,
  type Turn,
  type TurnResult,
  takeTurn,
} from '../core/conversations/turns.ts';
import type { CoreTables } from '../core/database/tables.ts';
import type { I18n } from '../core/i18n.ts';
import type { Limits } from '../core/limits.ts';
import type { Log } from '../core/log.ts';
import type { DialogueState } from './flows/types.ts';
import type { ActionOutcome, Decision, TurnInput } from './types.ts';

/**
 * One conversation from receipt to reply or queue. Start reading here: take the lease, leave if a person has it, decide,
 * re-check and store; what fails too often ends at a person.
 */
export function createTurn(parts: TurnParts): (conversationId: string) => Promise<TurnOutcome> {
  const { db, limits, log } = parts;

  return async function runTurn(conversationId) {
    const started = performance.now();
    const leaseId = randomUUID();
    const turn = await takeTurn(db, conversationId, leaseId, limits.TURN_LEASE_SECONDS).catch((error) => {
      // The answer was lost, the lease perhaps not.
      void giveBackSoon(parts, conversationId, leaseId);
      throw error;
    });
    if (!turn) return 'nothing';
    let outcome: TurnOutcome = 'failed';
    let trace: Decision['trace'] = {};
    try {
      if (turn.conversation.state !== 'bot') outcome = await leaveToPerson(db, turn);
      else if (turn.messages.length === 0 && turn.outcomes.length === 0) outcome = await leave(db, turn);
      else if (turn.conversation.turn_failures > limits.TURN_RETRIES) outcome = await giveUp(parts, turn);
      else ({ outcome, trace } = await withLease(parts, turn, (signal) => answer(parts, turn, signal)));
    } catch (error) {
      log.error({ err: error, conversation: conversationId }, 'a turn failed');
      await failTurn(db, turn).catch(() => void giveBackSoon(parts, conversationId, leaseId));
    }
    log.info({ conversation: conversationId, outcome, ...trace, ms: Math.round(performance.now() - started) }, 'turn');
    return outcome;
  };
}

// Tried until the database is back or the lease has run out by itself: the sweep then takes the conversation up at once.
async function giveBackSoon({ db, limits, log }: TurnParts, conversationId: string, leaseId: string): Promise<void> {
  for (const end = Date.now() + limits.TURN_LEASE_SECONDS * 1000; Date.now() < end; ) {
    try {
      return await giveBackLease(db, conversationId, leaseId);
    } catch (error) {
      log.debug({ err: error, conversation: conversationId }, 'a lease cannot be given back yet');
      await new Promise((resolve) => setTimeout(resolve, 500).unref());
    }
  }
}

export type TurnParts = {
  db: Kysely<CoreTables>;
  decide(input: TurnInput): Promise<Decision>;
  i18n: I18n;
  limits: Limits;
  log: Log;
};

/** `nothing`: not due, or another process has it; `person`: the owner is a person, the bot said nothing. */
export type TurnOutcome = 'nothing' | 'stored' | 'handed_over' | 'dropped' | 'person' | 'failed';

// Computed at most twice: a message that arrives before the commit joins the input once, later ones are the next turn.
async function answer(
  parts: TurnParts,
  turn: Turn,
  signal: AbortSignal,
): Promise<{ outcome: TurnOutcome; trace: Decision['trace'] }> {
  const draft = createDraft(parts.db, turn);
  let current = turn;
  try {
    for (const mayRepeat of [true, false]) {
      const decision = await parts.decide(await inputFor(parts, current, signal, draft.tell));
      const stored = await commitTurn(parts.db, current, resultOf(decision, mayRepeat));
      if (stored !== 'stored') await draft.withdraw();
      if (stored === 'newer') {
        current = { ...turn, ...(await inputOf(parts.db, turn.conversation)) };
        continue;
      }
      return { outcome: stored === 'stored' && decision.handoff ? 'handed_over' : stored, trace: decision.trace };
    }
  } catch (error) {
    await draft.withdraw().catch(() => undefined);
    throw error;
  }
  throw new Error('a turn was asked to repeat twice');
}

// What is stored replaces the sentences shown so far; where nothing is stored they are taken back.
function createDraft(db: Kysely<CoreTables>, { conversation: { id, owner_version } }: Turn) {
  let n = 0;
  return {
    async tell(text: string): Promise<boolean> {
      const still = await tellDraft(db, { conversationId: id, ownerVersion: owner_version, n, text });
      n += 1;
      return still;
    },
    async withdraw(): Promise<void> {
      if (n > 0) await withdrawDraft(db, id);
      n = 0;
    },
  };
}

async function inputFor(
  { db, limits }: TurnParts,
  { conversation, messages, outcomes }: Turn,
  signal: AbortSignal,
  tellDraft: TurnInput['tellDraft'],
): Promise<TurnInput> {
  const contact = await db
    .selectFrom('contact')
    .select(['time_zone', 'market'])
    .where('id', '=', conversation.contact_id)
    .executeTakeFirstOrThrow();
  return {
    conversation: {
      id: conversation.id,
      channel: conversation.channel,
      language: conversation.language,
      timeZone: contact.time_zone,
      market: contact.market,
      customerId: await identifiedCustomer(db, conversation.contact_id, limits.IDENTIFIED_IDLE_MINUTES),
      context: conversation.context,
      address: conversation.address,
      state: conversation.dialogue as DialogueState,
      first: conversation.message_seq === messages.length,
    },
    messages,
    outcomes: outcomes.map((action) => ({
      actionId: action.id,
      orderId: action.order_id,
      data: action.data,
      state: outcomeState(action),
      outcome: action.outcome ?? {},
    })),
    signal,
    tellDraft,
  };
}

function outcomeState(action: ActionRow): ActionOutcome['state'] {
  if (action.finished_at === null) return action.escalated_at === null ? 'slow' : 'stuck';
  return action.state === 'done' || action.state === 'refused' ? action.state : 'failed';
}

function resultOf(decision: Decision, mayRepeat: boolean): TurnResult {
  return {
    messages: decision.replies.map((reply) => ({ sender: 'bot', language: reply.language, body: reply.body })),
    dialogue: decision.state,
    actions: decision.actions.map((action) => ({
      key: action.key,
      order_id: action.orderId,
      data: JSON.stringify(action.data),
      seen: JSON.stringify(action.seen),
      proof: JSON.stringify(action.proof),
    })),
    asked: decision.asked,
    ...(decision.handoff ? { card: { ...decision.handoff } } : {}),
    mayRepeat,
  };
}

async function withLease<T>(
  { db, limits }: TurnParts,
  turn: Turn,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const timer = setInterval(
    () => {
      renewTurn(db, turn, limits.TURN_LEASE_SECONDS).then(
        (kept) => kept || lost.abort(),
        () => undefined,
      );
    },
    (limits.TURN_LEASE_SECONDS * 1000) / 3,
  );
  try {
    return await run(lost.signal);
  } finally {
    clearInterval(timer);
  }
}

async function leave(db: Kysely<CoreTables>, turn: Turn): Promise<TurnOutcome> {
  await leaveTurn(db, turn);
  return 'nothing';
}

// What became of an action is told to the person who has the conversation; a closed one opens again, for the customer waits for it.
async function leaveToPerson(db: Kysely<CoreTables>, turn: Turn): Promise<TurnOutcome> {
  if (turn.conversation.state === 'closed') {
    await db.transaction().execute((tx) => moveIn(tx, { conversationId: turn.conversation.id, move: 'reopen' }));
    await giveBackLease(db, turn.conversation.id, turn.leaseId);
    return 'nothing';
  }
  await db.transaction().execute(async (tx) => {
    for (const action of turn.outcomes) await noteOutcome(tx, turn.conversation.id, action);
  });
  await leaveTurn(db, turn);
  return 'person';
}

async function noteOutcome(
  tx: Parameters<Parameters<ReturnType<Kysely<CoreTables>['transaction']>['execute']>[0]>[0],
  conversationId: string,
  action: ActionRow,
) {
  await addDeskEvent(tx, conversationId, {
    kind: 'outcome',
    clientId: `outcome:${action.id}:${action.finished_at === null ? 'slow' : 'end'}`,
    data: { orderId: action.order_id, action: action.data, state: action.state, outcome: action.outcome },
  });
  await tx
    .updateTable('action')
    .set(action.finished_at === null ? { told_at: new Date() } : { reported_at: new Date() })
    .where('id', '=', action.id)
    .execute();
}

// The honest end of a turn that cannot be computed: the customer hears that a person looks at it.
async function giveUp({ db, i18n, log }: TurnParts, turn: Turn): Promise<TurnOutcome> {
  const { id, language, dialogue, turn_failures: failures } = turn.conversation;
  log.warn({ conversation: id, failures }, 'a turn failed too often: a person takes over');
  const stored = await commitTurn(db, turn, {
    messages: [{ sender: 'bot', language, body: [textBlock(i18n.t(language, 'bot:failure.toPerson'))] }],
    dialogue,
    actions: [],
    card: { reason: 'failure', sentence: turn.messages.at(-1)?.text ?? '' },
    mayRepeat: false,
  });
  return stored === 'stored' ? 'handed_over' : 'dropped';
}
