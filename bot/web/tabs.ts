import type { MessageView } from '../../core/conversations/types.ts';
import type { ConversationState } from './types.ts';

/** The tabs of this browser: one leads, holds the stream and tells the others. Where strict settings refuse locks or channels, each tab is on its own. */
export function createTabs(hear: (word: Word) => void): Tabs {
  let channel: BroadcastChannel | undefined;
  try {
    channel = new BroadcastChannel('anshin');
    channel.addEventListener('message', (event: MessageEvent<Word>) => hear(event.data));
  } catch {
    // This browser keeps tabs apart.
  }
  return {
    tell: (word) => channel?.postMessage(word),
    lead: (run) => void alone('anshin.stream', run),
    close: () => channel?.close(),
  };
}

/** Runs it while no other tab runs what has the same name; without locks at once. */
export async function alone(name: string, run: () => Promise<void>): Promise<void> {
  let ran = false;
  const once = () => {
    ran = true;
    return run();
  };
  try {
    if (navigator.locks) await navigator.locks.request(name, once);
    else await once();
  } catch (error) {
    // A refused lock is no reason not to run.
    if (ran) throw error;
    await once();
  }
}

/** What a tab tells the others; every word is also a sign that somebody leads. */
export type Word = { conversationId: string; messages?: MessageView[]; state?: ConversationState; draft?: string };

export type Tabs = { tell(word: Word): void; lead(run: () => Promise<void>): void; close(): void };
