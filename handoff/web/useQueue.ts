import { useEffect, useRef, useState } from 'react';
import { liveStream } from '../../core/ui/liveStream.ts';
import type { QueueItem } from '../queue.ts';

/** The live queue: a snapshot on every connect, then changes by version; an older change than the snapshot is not taken. */
export function useQueue(): {
  items: QueueItem[] | undefined;
  connection: 'connecting' | 'live' | 'reconnecting' | 'signed_out';
} {
  const [items, setItems] = useState<QueueItem[]>();
  const [connection, setConnection] = useState<'connecting' | 'live' | 'reconnecting' | 'signed_out'>('connecting');
  const version = useRef(0);
  useEffect(
    () =>
      liveStream({
        path: () => '/desk/stream',
        onState: setConnection,
        onEvent(event, data) {
          const change = data as { version: number; conversations?: QueueItem[]; item?: QueueItem; id?: string };
          if (event === 'snapshot') {
            version.current = change.version;
            setItems(change.conversations ?? []);
            return;
          }
          if (change.version < version.current) return;
          version.current = change.version;
          const { item, id } = change;
          setItems((before = []) => {
            if (event === 'remove') return before.filter((entry) => entry.id !== id);
            return item ? [...before.filter((entry) => entry.id !== item.id), item] : before;
          });
        },
      }),
    [],
  );
  return { items, connection };
}
