import { Center, Text, VisuallyHidden } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Member } from '../../core/staff/staff.ts';
import { useWords } from '../../core/ui/words.tsx';
import { Conversation } from './Conversation.tsx';
import { Keys } from './Keys.tsx';
import { grouped, Queue } from './Queue.tsx';
import { useQueue } from './useQueue.ts';

/** The desk: queue, conversation, what is known. On a phone one at a time. */
export function Desk({ me }: { me: Omit<Member, 'sessionId'> }) {
  const { t } = useWords();
  const { id } = useParams();
  const navigate = useNavigate();
  const { items, connection } = useQueue();
  const [help, setHelp] = useState(false);
  const order = useMemo(() => grouped(items ?? [], me.id).flatMap((group) => group.items), [items, me.id]);
  const step = (by: number) => {
    const next = order[Math.min(order.length - 1, Math.max(0, order.findIndex((item) => item.id === id) + by))];
    if (next) void navigate(`/c/${next.id}`);
  };
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['shift+?', () => setHelp(true)],
    ['?', () => setHelp(true)],
  ]);
  return (
    <div className={`desk ${id ? 'open' : ''}`}>
      <VisuallyHidden component="h1">{t('ui:nav.desk')}</VisuallyHidden>
      <Queue
        items={items}
        connection={connection}
        me={me.id}
        current={id}
        onOpen={(chosen) => void navigate(`/c/${chosen}`)}
      />
      {id ? (
        <Conversation key={id} id={id} me={me} onBack={() => void navigate('/')} />
      ) : (
        <Center className="desk-talk">
          <Text c="dimmed" ta="center" p="xl">
            {t('desk:nothingOpen')}
          </Text>
        </Center>
      )}
      <Keys opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}
