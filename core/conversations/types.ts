import type { Block } from '../blocks.ts';
import type { Sender, State } from '../database/tables.ts';

/** A message as everyone may see it, customer and staff alike. */
export type MessageView = {
  seq: number;
  id: string;
  from: Sender;
  /** Who spoke, when a person of the shop did. */
  agent?: string;
  language: string;
  body: Block[];
  replyTo?: number;
  clientId?: string;
  at: string;
};

/** A note, move or outcome that only staff see; `seq` counts apart from messages. */
export type DeskEventView = {
  seq: number;
  kind: string;
  staffId?: string;
  by?: string;
  clientId?: string;
  data: Record<string, unknown>;
  at: string;
};

/** The moving part of a conversation. */
export type ConversationView = {
  id: string;
  channel: string;
  state: State;
  ownerId: string | null;
  ownerVersion: number;
  messageSeq: number;
  deskSeq: number;
  answeredSeq: number;
  seenSeq: number;
  language: string;
  context: Record<string, unknown>;
  card: Record<string, unknown> | null;
  openedAt: string;
  waitingSince: string | null;
  changedAt: string;
};

/** A customer's message as a channel hands it over, verified and parsed. */
export type Incoming = {
  channel: string;
  contactId: string;
  /** Unique within the channel: the key of deduplication. */
  externalId: string;
  clientId?: string;
  text: string;
  /** Ids of photos that this contact uploaded. */
  attachments?: string[];
  payload?: string;
  context?: Record<string, unknown>;
  /** The sender's network address, where the channel knows one. */
  address?: string;
};

/** A message on its way out. */
export type Outgoing = {
  sender: Exclude<Sender, 'customer'>;
  staffId?: string;
  language: string;
  body: Block[];
  replyTo?: number;
  clientId?: string;
};
