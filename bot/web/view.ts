import type { Store } from './store.ts';
import type { ChatOptions, ChatView } from './types.ts';

/** What the chat shows before the server has said anything. */
export function emptyView(options: ChatOptions, store: Store, conversationId: string): ChatView {
  return {
    messages: [],
    outbox: [],
    archive: [],
    more: false,
    draft: '',
    state: { state: 'bot' },
    online: navigator.onLine,
    ready: false,
    language: options.language?.slice(0, 2) ?? 'en',
    shopName: '',
    linkHosts: [],
    languages: [],
    votes: (store.read('votes') ?? {}) as Record<string, boolean>,
    conversationId,
  };
}
