import { type QueryExecutorProvider, sql } from 'kysely';
import pg from 'pg';
import type { Log } from './log.ts';

/**
 * Wakes listeners of all processes by NOTIFY. An event says only where to look: listeners re-read the database, and
 * after a lost connection they hear `resync`, so nothing depends on an event being heard.
 */
export function createEvents({
  connection,
  schema,
  log,
}: {
  connection: pg.ClientConfig;
  schema: string;
  log: Log;
}): Events {
  const listeners = new Set<(event: AppEvent) => void>();
  let client: pg.Client | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  function tell(event: AppEvent) {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error({ err: error, event: event.t }, 'an event listener failed');
      }
    }
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({ ...connection, keepAlive: true });
    next.on('notification', (message) => {
      if (message.payload) tell(JSON.parse(message.payload) as AppEvent);
    });
    next.on('error', () => undefined);
    next.once('end', () => {
      if (stopped || client !== next) return;
      client = undefined;
      reconnect();
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channelOf(schema))}`);
    client = next;
  }

  function reconnect() {
    retry = setTimeout(() => {
      connect().then(
        () => tell({ t: 'resync' }),
        (error) => {
          log.warn({ err: error }, 'cannot listen for events yet');
          if (!stopped) reconnect();
        },
      );
    }, reconnectMs);
  }

  return {
    start: connect,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}

/** Tells all processes, when the transaction commits; on rollback nothing is sent. */
export async function publish(tx: QueryExecutorProvider, event: AppEvent): Promise<void> {
  await sql`select pg_notify(current_schema() || '_events', ${JSON.stringify(event)})`.execute(tx);
}

/** Where to look; never what is there. */
export type AppEvent =
  | { t: 'conversation'; id: string }
  /** A sentence of a reply that is forming; `n` counts from 0. What is stored later replaces it. */
  | { t: 'draft'; id: string; n: number; text: string }
  | { t: 'withdraw'; id: string }
  | { t: 'knowledge' }
  /** Vectors of passages are there, or another model's serve. */
  | { t: 'vectors' }
  | { t: 'action' }
  /** A turn of this conversation is due for another reason than a message. */
  | { t: 'due'; id: string }
  | { t: 'people' }
  /** All sessions of this staff member ended: streams close. */
  | { t: 'revoked'; staffId: string }
  /** Events may have been missed: read everything again. */
  | { t: 'resync' };

/** The wake-up line of this process. */
export type Events = {
  start(): Promise<void>;
  subscribe(listener: (event: AppEvent) => void): () => void;
  stop(): Promise<void>;
};

const reconnectMs = 500;

// The channel carries the schema, so that two installations in one database do not wake each other.
function channelOf(schema: string): string {
  return `${schema}_events`;
}
