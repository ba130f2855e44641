import type { Session } from './session.ts';
import type { Store } from './store.ts';
import type { ChatView, Client, Photo } from './types.ts';

/** What the customer can do besides writing: each is one call, and a failed one is shown by the connection's state. */
export function createActions({ session, store, view, show }: ActionParts): Actions {
  return {
    async upload(file) {
      const response = await session
        .upload(`/photos?name=${encodeURIComponent(file.name)}`, file)
        .catch(() => undefined);
      if (response?.ok) return (await response.json()) as Photo;
      const answer = (await response?.json().catch(() => undefined)) as
        | { error?: { code: string; details?: { reason?: string } } }
        | undefined;
      return { refused: answer?.error?.details?.reason ?? answer?.error?.code ?? 'offline' };
    },
    async vote(seq, helpful) {
      const conversation = view.conversationId;
      const votes = { ...view.votes, [`${conversation}:${seq}`]: helpful };
      store.set('votes', JSON.stringify(Object.fromEntries(Object.entries(votes).slice(-keptVotes))));
      show({ votes });
      await session.post('/votes', { conversation, seq, helpful }).catch(() => undefined);
    },
    async back() {
      await session.post('/back', {}).catch(() => undefined);
    },
    async setLanguage(language) {
      show({ language: language ?? view.language });
      await session.post('/language', { language }).catch(() => undefined);
    },
    async identify(shopToken) {
      const response = await session.post('/identify', { token: shopToken }).catch(() => undefined);
      // biome-ignore lint/suspicious/noConsole: the shop's developers look here when their token is refused
      if (response && !response.ok) console.warn("anshin: the shop's token was refused; the chat goes on without it");
    },
  };
}

type Actions = Pick<Client, 'upload' | 'vote' | 'back' | 'setLanguage' | 'identify'>;

type ActionParts = {
  session: Session;
  store: Store;
  view: ChatView;
  show(patch: Partial<ChatView>): void;
};

const keptVotes = 200;
