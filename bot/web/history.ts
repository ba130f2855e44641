import type { MessageView } from '../../core/conversations/types.ts';
import type { Session } from './session.ts';
import type { ChatView, Shown } from './types.ts';

/** Older messages, a page at a time: of this conversation, then of those before it. */
export function createHistory({ session, view, show }: HistoryParts): History {
  let cursor: Cursor | undefined;

  async function earlier(): Promise<void> {
    if (!cursor) return;
    await session.authorise();
    const response = await session
      .get(`/earlier?conversation=${cursor.conversation}&before=${cursor.before}`)
      .catch(() => undefined);
    if (!response?.ok) return;
    const page = (await response.json()) as { conversationId: string; messages: MessageView[]; next?: Cursor };
    cursor = page.next;
    const older = page.messages.map((message): Shown => ({ ...message, conversationId: page.conversationId }));
    show({ archive: [...older, ...view.archive], more: cursor !== undefined });
    // A conversation without messages is no page.
    if (page.messages.length === 0 && cursor) await earlier();
  }

  return {
    begin(conversation, before, previous) {
      cursor = before > 1 || previous ? { conversation, before } : undefined;
      show({ more: cursor !== undefined });
    },
    earlier,
  };
}

export type History = {
  /** Messages from `before` on are shown; `previous` says that there are older conversations. */
  begin(conversation: string, before: number, previous: boolean): void;
  earlier(): Promise<void>;
};

type Cursor = { conversation: string; before: number };
type HistoryParts = { session: Session; view: ChatView; show(patch: Partial<ChatView>): void };
