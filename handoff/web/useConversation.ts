import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ConversationView, DeskEventView, MessageView } from '../../core/conversations/types.ts';
import { api } from '../../core/ui/api.ts';
import { liveStream } from '../../core/ui/liveStream.ts';
import { useWords } from '../../core/ui/words.tsx';
import type { Card } from '../card.ts';

export type OpenConversation = {
  conversation: ConversationView & { owner?: string };
  messages: MessageView[];
  events: DeskEventView[];
  card: Card;
};

/** One conversation, read once and then followed live from where the reading ended. */
export function useConversation(id: string) {
  const { language } = useWords();
  const client = useQueryClient();
  const key = ['conversation', id, language];
  const query = useQuery({
    queryKey: key,
    queryFn: () => api<OpenConversation>('GET', `/desk/conversations/${id}?language=${language}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [connection, setConnection] = useState('live');
  const loaded = query.data !== undefined;

  useEffect(() => {
    if (!loaded) return;
    const now = () => client.getQueryData<OpenConversation>(['conversation', id, language]);
    const change = (update: (open: OpenConversation) => OpenConversation) =>
      client.setQueryData<OpenConversation>(['conversation', id, language], (open) => (open ? update(open) : open));
    return liveStream({
      path: () =>
        `/desk/conversations/${id}/stream?after=${now()?.messages.at(-1)?.seq ?? 0}&afterDesk=${now()?.events.at(-1)?.seq ?? 0}`,
      onState: setConnection,
      onEvent(event, data) {
        if (event === 'message') change((open) => ({ ...open, messages: insert(open.messages, data as MessageView) }));
        if (event === 'event') change((open) => ({ ...open, events: insert(open.events, data as DeskEventView) }));
        if (event === 'conversation') {
          const fresh = data as OpenConversation['conversation'];
          const before = now()?.conversation;
          change((open) => ({ ...open, conversation: fresh }));
          // Another owner may know more: the card is read again.
          if (before && before.ownerVersion !== fresh.ownerVersion)
            void api<OpenConversation>('GET', `/desk/conversations/${id}?language=${language}`).then((open) =>
              change((old) => ({ ...old, card: open.card })),
            );
        }
      },
    });
  }, [client, id, language, loaded]);

  return { ...query, connection };
}

function insert<T extends { seq: number }>(list: T[], item: T): T[] {
  return list.some((entry) => entry.seq === item.seq) ? list : [...list, item].sort((a, b) => a.seq - b.seq);
}
