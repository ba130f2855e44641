import type { MessageView } from '../../core/conversations/types.ts';

/** What the chat shows: messages by number, those on their way, and the state of the conversation. */
export type ChatView = {
  messages: MessageView[];
  outbox: Pending[];
  state: ConversationState;
  online: boolean;
  ready: boolean;
  language: string;
  shopName: string;
  linkHosts: string[];
  languages: string[];
};

/** A message that the server has not acknowledged; `clientId` makes every repetition the same message. */
export type Pending = { clientId: string; text: string; payload?: string; at: string; status: 'sending' | 'retrying' | 'refused'; reason?: string };

export type ConversationState = { state: string; agent?: string; position?: number; typing?: boolean; language?: string; pinned?: boolean };

/** Texts of the chat in one language. */
export type Texts = (key: string, values?: Record<string, string | number>) => string;
