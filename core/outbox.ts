import { type Kysely, sql } from 'kysely';
import type { Block } from './blocks.ts';
import type { CoreTables } from './database/tables.ts';
import type { Log } from './log.ts';

/**
 * Sends stored messages to channels that must be sent to, in the order of their conversation, with the delivery's id as
 * idempotency key. A failure is retried with growing pauses for a day, then it stands as failed for everyone to see. Each
 * channel has its own senders: one that is slow holds up no other, and a few of its conversations at most.
 */
export function createOutbox({
  db,
  channels,
  log,
  sendSeconds = 40,
}: {
  db: Kysely<CoreTables>;
  channels: Map<string, SendingChannel>;
  log: Log;
  /** After these a channel that does not answer counts as failed; less than the lease of a delivery. */
  sendSeconds?: number;
}) {
  const names = [...channels.keys()];
  // Undefined stands for what belongs to no configured channel.
  const lanes = [...names, undefined].map((name): Lane => ({ name, calls: 0, running: new Set() }));

  // A call that came while the database said "nothing is due" makes it ask once more.
  async function next(lane: Lane): Promise<Delivery | undefined> {
    for (;;) {
      const { calls } = lane;
      const due = await take(db, lane.name === undefined ? { not: names } : { only: lane.name });
      if (due || lane.calls === calls) return due;
    }
  }

  async function drain(lane: Lane): Promise<void> {
    for (let delivery = await next(lane); delivery; delivery = await next(lane)) {
      const channel = channels.get(delivery.channel);
      try {
        if (!channel) throw new Error(`channel ${delivery.channel} is not configured`);
        const externalId = await within(sendSeconds, channel.send(delivery));
        await db
          .updateTable('delivery')
          .set({ state: 'sent', external_id: externalId, sent_at: sql<Date>`now()`, error: null })
          .where('id', '=', delivery.id)
          .execute();
      } catch (error) {
        log.warn({ err: error, delivery: delivery.id, attempts: delivery.attempts }, 'a delivery failed');
        await db
          .updateTable('delivery')
          .set({
            state: delivery.attempts >= maxAttempts ? 'failed' : 'queued',
            next_at: sql<Date>`now() + least(power(2, attempts), 7200) * interval '1 second'`,
            error: error instanceof Error ? error.message.slice(0, 200) : 'unknown',
          })
          .where('id', '=', delivery.id)
          .execute();
      }
    }
  }

  return {
    /** Sends what is due and waits for it; what a call before this one sends still is left to that one. */
    async flush(): Promise<void> {
      const started = lanes.flatMap((lane) => {
        lane.calls += 1;
        return Array.from({ length: atOnce - lane.running.size }, () => {
          const run = drain(lane).finally(() => lane.running.delete(run));
          lane.running.add(run);
          return run;
        });
      });
      await Promise.all(started);
    },
  };
}

/** A channel that is sent to; the returned id is the vendor's. `id` is the same in every retry. */
export type SendingChannel = { send(delivery: Delivery): Promise<string> };

/** A message on its way to a channel. */
export type Delivery = {
  id: string;
  conversation_id: string;
  channel: string;
  contact_external_id: string | null;
  /** What the channel keeps to reach this contact. */
  reference: Record<string, unknown> | null;
  language: string;
  body: Block[];
  attempts: number;
};

// 2^1 … 2^13 s, capped at two hours, add up to about a day.
const maxAttempts = 22;

type Lane = { name: string | undefined; calls: number; running: Set<Promise<void>> };

// How many conversations of one channel are sent to at once.
const atOnce = 4;

function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// The pause that is set here is the lease: a process that dies while sending leaves the row due again a minute later.
async function take(db: Kysely<CoreTables>, of: { only: string } | { not: string[] }): Promise<Delivery | undefined> {
  const lane = 'only' in of ? sql`due.channel = ${of.only}` : sql`due.channel <> all (${of.not}::text[])`;
  const { rows } = await sql<Delivery>`
    update delivery set attempts = attempts + 1, next_at = now() + interval '60 seconds'
    from message, conversation, contact
    where delivery.id = (
      select due.id from delivery due
      where due.state = 'queued' and due.next_at <= now() and ${lane}
        and not exists (select 1 from delivery earlier
          where earlier.conversation_id = due.conversation_id and earlier.state = 'queued' and earlier.seq < due.seq)
      order by due.next_at limit 1 for update skip locked)
      and message.id = delivery.message_id and conversation.id = delivery.conversation_id and contact.id = conversation.contact_id
    returning delivery.id, delivery.conversation_id, delivery.channel, contact.external_id as contact_external_id, contact.reference,
      message.language, message.body, delivery.attempts`.execute(db);
  return rows[0];
}
