import { createHmac } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { messagesAfter, type NameOf } from '../core/conversations/read.ts';
import type { MessageView } from '../core/conversations/types.ts';
import type { CoreTables } from '../core/database/tables.ts';
import { postOut } from '../core/http/postOut.ts';
import type { Log } from '../core/log.ts';
import { type CardParts, createCard } from './card.ts';
import type { HandoffTables } from './tables.ts';

/**
 * Tells the shop's own system of every hand-over to a person, with the card and the transcript: signed, in the order of a
 * conversation, with the same id in every retry, for three days. Nobody else ever gets either.
 */
export function createHandoffWebhook({ db: core, target, local, language, ordersFor, nameOf, log }: WebhookParts) {
  const db = core.withTables<HandoffTables>();
  const cardOf = createCard({ db: core, ordersFor });
  let running: Promise<void> | undefined;
  let again = false;

  async function drain({ url, secret }: { url: URL; secret: string }): Promise<void> {
    await begin(db);
    for (let due = await take(db); due; due = await take(db)) {
      try {
        const body = JSON.stringify({
          id: due.id,
          type: 'handoff.initiated',
          created_at: due.created_at.toISOString(),
          conversation_id: due.conversation_id,
          data: {
            card: await cardOf(due.conversation_id, language),
            transcript: await transcriptOf(due.conversation_id, due.after_message),
          },
        });
        const headers = { 'Content-Type': 'application/json', 'Anshin-Signature': signature(secret, body) };
        const status = await postOut(url, { body, headers, local });
        if (status < 200 || status > 299) throw new Error(`the target answered ${status}`);
        await db
          .updateTable('handoff_webhook')
          .set({ sent_at: sql<Date>`now()`, error: null })
          .where('id', '=', due.id)
          .execute();
      } catch (error) {
        log.warn(
          { err: error, webhook: due.id, attempts: due.attempts },
          'a hand-over was not delivered to the webhook',
        );
        await db
          .updateTable('handoff_webhook')
          .set({
            next_at: sql<Date>`now() + least(power(2, attempts), 7200) * interval '1 second'`,
            error: error instanceof Error ? error.message.slice(0, 200) : 'unknown',
          })
          .where('id', '=', due.id)
          .execute();
      }
    }
  }

  async function transcriptOf(conversationId: string, until: number): Promise<MessageView[]> {
    const all: MessageView[] = [];
    for (let page: MessageView[] | undefined; page === undefined || page.length === pageSize; ) {
      page = await messagesAfter(core, conversationId, all.at(-1)?.seq ?? 0, pageSize, nameOf);
      all.push(...page.filter((message) => message.seq <= until));
      if ((page.at(-1)?.seq ?? 0) > until) break;
    }
    return all;
  }

  return {
    /** Delivers what is due; calls while it runs make it look once more. */
    async flush(): Promise<void> {
      if (!target) return;
      again = true;
      running ??= (async () => {
        while (again) {
          again = false;
          await drain(target);
        }
      })().finally(() => {
        running = undefined;
      });
      await running;
    },
  };
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 of the seconds, a dot and the body. */
export function signature(secret: string, body: string, seconds = Math.floor(Date.now() / 1000)): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

type WebhookParts = CardParts & {
  /** Without a target nothing is told to anybody. */
  target: { url: URL; secret: string } | undefined;
  /** This machine may be the target: in development. */
  local: boolean;
  /** Of the card's words. */
  language: string;
  nameOf: NameOf;
  log: Log;
};

type Db = Kysely<CoreTables & HandoffTables>;
type Due = { id: string; conversation_id: string; created_at: Date; attempts: number; after_message: number };

const pageSize = 200;

// Hand-overs of the last hour that nobody has begun to tell; older ones are no news to a target that was configured just now.
async function begin(db: Db): Promise<void> {
  await sql`insert into handoff_webhook (conversation_id, event_seq, created_at)
    select conversation_id, seq, created_at from desk_event
    where kind = 'handoff' and created_at > now() - interval '1 hour'
      and not exists (select 1 from handoff_webhook told where told.conversation_id = desk_event.conversation_id and told.event_seq = desk_event.seq)
    on conflict (conversation_id, event_seq) do nothing`.execute(db);
}

// The pause that is set here is the lease: a process that dies while sending leaves the row due again a minute later.
async function take(db: Db): Promise<Due | undefined> {
  const { rows } = await sql<Due>`
    update handoff_webhook set attempts = attempts + 1, next_at = now() + interval '60 seconds'
    from desk_event
    where handoff_webhook.id = (
      select due.id from handoff_webhook due
      where due.sent_at is null and due.next_at <= now() and due.created_at > now() - interval '3 days'
        and not exists (select 1 from handoff_webhook earlier where earlier.conversation_id = due.conversation_id
          and earlier.sent_at is null and earlier.event_seq < due.event_seq and earlier.created_at > now() - interval '3 days')
      order by due.next_at limit 1 for update skip locked)
      and desk_event.conversation_id = handoff_webhook.conversation_id and desk_event.seq = handoff_webhook.event_seq
    returning handoff_webhook.id, handoff_webhook.conversation_id, handoff_webhook.created_at, attempts,
      coalesce((desk_event.data ->> 'afterMessage')::int, 2147483647) as after_message`.execute(db);
  return rows[0];
}
