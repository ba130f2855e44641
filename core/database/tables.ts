import type { ColumnType, Generated } from 'kysely';
import type { Block } from '../blocks.ts';

/** Core's tables as Kysely sees them (migrations/202611241000_core.sql). Other folders add theirs with `db.withTables<…>()`. */
export type CoreTables = {
  contact: ContactTable;
  conversation: ConversationTable;
  message: MessageTable;
  desk_event: DeskEventTable;
  delivery: DeliveryTable;
  action: ActionTable;
  proof: { conversation_id: string; order_id: string; rung: 'coarse' | 'full'; used_at: Generated<Date> };
  proof_failure: {
    id: Generated<string>;
    conversation_id: string;
    address: string;
    number_key: string;
    created_at: Generated<Date>;
  };
  attachment: AttachmentTable;
  signal: SignalTable;
  model_use: { day: string; tokens: string };
  setting: { name: string; value: Json; changed_at: Generated<Date> };
};

/** jsonb: read as parsed, written as a JSON string, so that arrays are not taken for PostgreSQL arrays. */
export type Json<T = unknown> = ColumnType<T, string, string>;
/** jsonb with a default. */
export type DefaultJson<T> = ColumnType<T, string | undefined, string>;

/** Who owns a conversation; closed: nobody. */
export type State = 'bot' | 'waiting' | 'agent' | 'closed';
/** Who said a message. */
export type Sender = 'customer' | 'bot' | 'agent' | 'system';

/** A person who writes to the shop. */
export type ContactTable = {
  id: Generated<string>;
  channel: string;
  external_id: string | null;
  secret_hash: Buffer | null;
  customer_id: string | null;
  identified_until: Date | null;
  name: string | null;
  language: string | null;
  language_pinned: Generated<boolean>;
  market: string | null;
  time_zone: string | null;
  reference: Json<Record<string, unknown>> | null;
  created_at: Generated<Date>;
};

/** A conversation with its owner, numbers and turn. */
export type ConversationTable = {
  id: Generated<string>;
  contact_id: string;
  channel: string;
  previous_id: string | null;
  state: Generated<State>;
  owner_id: string | null;
  owner_version: Generated<number>;
  message_seq: Generated<number>;
  desk_seq: Generated<number>;
  answered_seq: Generated<number>;
  seen_seq: Generated<number>;
  turn_due_at: Date | null;
  turn_by: string | null;
  turn_until: Date | null;
  turn_failures: Generated<number>;
  language: string;
  dialogue: DefaultJson<Record<string, unknown>>;
  context: DefaultJson<Record<string, unknown>>;
  address: string | null;
  card: Json<Record<string, unknown>> | null;
  opened_at: Generated<Date>;
  waiting_since: Date | null;
  changed_at: Generated<Date>;
  closed_at: Date | null;
  closed_from: State | null;
};

export type MessageTable = {
  id: Generated<string>;
  conversation_id: string;
  seq: number;
  sender: Sender;
  staff_id: string | null;
  language: string;
  body: Json<Block[]>;
  text: string;
  payload: string | null;
  reply_to: number | null;
  channel: string;
  external_id: string | null;
  client_id: string | null;
  created_at: Generated<Date>;
};

/** A customer's photo; without a conversation it was uploaded and not sent yet. */
export type AttachmentTable = {
  id: Generated<string>;
  key: string;
  contact_id: string;
  conversation_id: string | null;
  seq: number | null;
  name: string;
  mime: string;
  width: number;
  height: number;
  bytes: Buffer;
  created_at: Generated<Date>;
};

export type DeskEventTable = {
  conversation_id: string;
  seq: number;
  kind: string;
  staff_id: string | null;
  client_id: string | null;
  data: DefaultJson<Record<string, unknown>>;
  created_at: Generated<Date>;
};

/** Word of what happened, until somebody has taken it in. */
export type SignalTable = {
  id: Generated<string>;
  conversation_id: string;
  seq: number;
  kind: string;
  data: DefaultJson<Record<string, unknown>>;
  created_at: Generated<Date>;
};

export type DeliveryTable = {
  id: Generated<string>;
  conversation_id: string;
  message_id: string;
  seq: number;
  channel: string;
  state: Generated<'queued' | 'sent' | 'failed'>;
  attempts: Generated<number>;
  next_at: Generated<Date>;
  sending_by: string | null;
  external_id: string | null;
  error: string | null;
  created_at: Generated<Date>;
  sent_at: Date | null;
};

export type ActionState = 'stored' | 'running' | 'unknown' | 'done' | 'refused' | 'failed';

/** Something to be done to an order, once. */
export type ActionTable = {
  id: Generated<string>;
  key: string;
  conversation_id: string;
  order_id: string;
  data: Json<Record<string, unknown>>;
  seen: Json<Record<string, unknown>>;
  proof: Json<Record<string, unknown>>;
  state: Generated<ActionState>;
  attempts: Generated<number>;
  next_at: Generated<Date>;
  outcome: Json<Record<string, unknown>> | null;
  created_at: Generated<Date>;
  finished_at: Date | null;
  told_at: Date | null;
  escalated_at: Date | null;
  reported_at: Date | null;
};
