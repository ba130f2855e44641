import type { MessageView } from '../../core/conversations/types.ts';
import type { Session } from './session.ts';
import type { ChatView, Shown } from './types.ts';

/** Older messages, a page at a time: of this conversation, then of those before it. */
export function createHistory({ session, view, show }: HistoryParts): History {
  let cursor: Cursor | undefined;

  async function page(at: Cursor): Promise<{ older: Shown[]; next?: Cursor } | undefined> {
    const response = await session
      .get(`/earlier?conversation=${at.conversation}&before=${at.before}`)
      .catch(() => undefined);
    if (!response?.ok) return undefined;
    const { conversationId, messages, next } = (await response.json()) as Page;
    const older = messages.map((message): Shown => ({ ...message, conversationId }));
    // A conversation without messages is no page.
    return older.length === 0 && next ? page(next) : { older, ...(next ? { next } : {}) };
  }

  async function earlier(): Promise<void> {
    const got = cursor && (await page(cursor));
    if (!got) return;
    cursor = got.next;
    show({ archive: [...got.older, ...view.archive], more: cursor !== undefined });
  }

  async function whole(): Promise<Shown[]> {
    let all = view.archive;
    for (let at = cursor; at; ) {
      const got = await page(at);
      if (!got) break;
      all = [...got.older, ...all];
      at = got.next;
    }
    return all;
  }

  return {
    begin(conversation, before, previous) {
      cursor = before > 1 || previous ? { conversation, before } : undefined;
      show({ more: cursor !== undefined });
    },
    earlier,
    whole,
  };
}

export type History = {
  /** Messages from `before` on are shown; `previous` says that there are older conversations. */
  begin(conversation: string, before: number, previous: boolean): void;
  earlier(): Promise<void>;
  /** Everything older than this conversation's loaded messages, without showing it. */
  whole(): Promise<Shown[]>;
};

type Page = { conversationId: string; messages: MessageView[]; next?: Cursor };
type Cursor = { conversation: string; before: number };
type HistoryParts = { session: Session; view: ChatView; show(patch: Partial<ChatView>): void };
