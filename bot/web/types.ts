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
  /** Older messages, shown above; `more` while there are others still. */
  archive: Shown[];
  more: boolean;
  /** Sentences of a reply that is forming. */
  draft: string;
  /** Votes of this page's visitor by conversation and number. */
  votes: Record<string, boolean>;
  conversationId: string;
};

/** A message with the conversation that it stands in. */
export type Shown = MessageView & { conversationId: string };

/** A photo that the server has; the bytes are at /files/<key>. */
export type Photo = { id: string; key: string; name: string; width: number; height: number };

/** A message that the server has not acknowledged; `clientId` makes every repetition the same message. */
export type Pending = {
  clientId: string;
  text: string;
  photos?: Photo[];
  payload?: string;
  at: string;
  status: 'sending' | 'retrying' | 'refused';
  reason?: string;
};

export type ConversationState = {
  state: string;
  agent?: string;
  position?: number;
  typing?: boolean;
  language?: string;
  pinned?: boolean;
  previous?: boolean;
  messageSeq?: number;
};

/** Texts of the chat in one language. */
export type Texts = (key: string, values?: Record<string, string | number>) => string;

/** The loaded chat, as the loader drives it. */
export type Chat = {
  open(): void;
  close(): void;
  identify(token: string): Promise<void>;
  setLanguage(language: string): Promise<void>;
  setContext(context: Record<string, unknown>): void;
  shutdown(): void;
};

/** What the host page's script tag says. */
export type ChatOptions = {
  origin: string;
  position: 'start' | 'end';
  language?: string;
  market?: string;
  token?: string;
  context?: Record<string, unknown>;
  emit(name: string, detail?: unknown): void;
};

/** What the server says when a visitor enters. */
export type Entered = {
  token: string;
  /** Seconds that the token is good for. */
  expiresIn: number;
  secret: string;
  conversationId: string;
  shopName: string;
  linkHosts: string[];
  languages: string[];
} & ConversationState;

/** What the screen can do. */
export type Client = {
  start(): void;
  send(text: string, options?: { payload?: string; photos?: Photo[] }): void;
  /** Sends a file's bytes ahead of the message; a refusal comes back as its reason. */
  upload(file: File): Promise<Photo | { refused: string }>;
  vote(seq: number, helpful: boolean): Promise<void>;
  /** Loads the page of messages before the oldest one. */
  earlier(): Promise<void>;
  /** All messages from the first one on, to be kept. */
  whole(): Promise<MessageView[]>;
  retry(clientId: string): void;
  /** What stands in the box: it outlives a closed chat and a reload. */
  unsent: { get(): string; set(text: string): void };
  back(): Promise<void>;
  setLanguage(language: string | null): Promise<void>;
  identify(token: string): Promise<void>;
  setContext(context: Record<string, unknown>): void;
  stop(): void;
};

/** What a poll brings. */
export type Polled = { messages: MessageView[]; state: ConversationState; conversationId: string };
