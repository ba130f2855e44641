import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useWords } from '../../core/ui/words.tsx';
import type { QueueItem } from '../queue.ts';

/** The live list: who waits (longest first), mine, my colleagues', the assistant's. */
export function Queue({ items, connection, me, current, onOpen }: QueueProps) {
  const { t, language } = useWords();
  const now = useNow();
  return (
    <section className="desk-queue" aria-label={t('desk:queue.title')}>
      {connection === 'reconnecting' && (
        <Text role="status" size="sm" p="xs" ta="center" bg="yellow.1" c="dark">
          {t('desk:queue.reconnecting')}
        </Text>
      )}
      {!items && (
        <Stack p="md">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} height={56} />
          ))}
        </Stack>
      )}
      {items?.length === 0 && (
        <Text c="dimmed" p="md">
          {t('desk:queue.empty')}
        </Text>
      )}
      {grouped(items ?? [], me).map((group) => (
        <div key={group.name}>
          <Text component="h2" size="sm" fw={600} c="dimmed" px="md" pt="md" pb={4} m={0}>
            {t(`desk:queue.${group.name}`)} ({group.items.length})
          </Text>
          {group.items.map((item) => (
            <button
              type="button"
              key={item.id}
              className="queue-row"
              aria-current={item.id === current}
              data-testid="queue-row"
              data-state={item.state}
              onClick={() => onOpen(item.id)}
            >
              <Group justify="space-between" gap={6} wrap="nowrap">
                <Text fw={item.unanswered ? 700 : 500} truncate>
                  {item.name ?? t('desk:visitor')}
                </Text>
                <Text
                  size="xs"
                  {...(item.state === 'waiting' ? { className: 'waiting-text' } : { c: 'dimmed' })}
                  fw={item.state === 'waiting' ? 600 : 400}
                >
                  {age(item.waitingSince ?? item.changedAt, now, t)}
                </Text>
              </Group>
              <Text size="sm" c="dimmed" truncate dir="auto">
                {item.preview}
              </Text>
              <Group gap={6} mt={4}>
                <Badge size="sm" variant="default" tt="none">
                  {new Intl.DisplayNames(language, { type: 'language' }).of(item.language)}
                </Badge>
                {item.reason && (
                  <Badge size="sm" tt="none" color={urgent.has(item.reason) ? 'red' : 'yellow'} variant="light">
                    {t(`desk:reason.${item.reason}`)}
                  </Badge>
                )}
                {item.owner && (
                  <Text size="xs" c="dimmed">
                    {item.owner}
                  </Text>
                )}
                {item.unanswered && item.state !== 'bot' && (
                  <Badge size="sm" color="teal" tt="none">
                    {t('desk:queue.unanswered')}
                  </Badge>
                )}
              </Group>
            </button>
          ))}
        </div>
      ))}
    </section>
  );
}

/** The queue in the order in which an agent goes through it. */
export function grouped(items: readonly QueueItem[], me: string): { name: string; items: QueueItem[] }[] {
  const newest = (a: QueueItem, b: QueueItem) => b.changedAt.localeCompare(a.changedAt);
  const groups = [
    {
      name: 'waiting',
      items: items
        .filter((item) => item.state === 'waiting')
        .sort((a, b) => (a.waitingSince ?? '').localeCompare(b.waitingSince ?? '')),
    },
    { name: 'mine', items: items.filter((item) => item.ownerId === me).sort(newest) },
    { name: 'others', items: items.filter((item) => item.state === 'agent' && item.ownerId !== me).sort(newest) },
    { name: 'assistant', items: items.filter((item) => item.state === 'bot').sort(newest) },
  ];
  return groups.filter((group) => group.items.length > 0);
}

type QueueProps = {
  items: QueueItem[] | undefined;
  connection: string;
  me: string;
  current: string | undefined;
  onOpen(id: string): void;
};

const urgent = new Set(['anger', 'legal', 'safety', 'fraud']);

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function age(since: string, now: number, t: (key: string, values?: Record<string, number>) => string): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 1) return t('desk:queue.now');
  if (minutes < 60) return t('desk:queue.minutes', { n: minutes });
  return minutes < 48 * 60
    ? t('desk:queue.hours', { n: Math.floor(minutes / 60) })
    : t('desk:queue.days', { n: Math.floor(minutes / 1440) });
}
