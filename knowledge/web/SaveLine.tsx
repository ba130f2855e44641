import { Group, Text } from '@mantine/core';
import { IconCheck, IconCloudOff, IconDots, IconPencil, IconUsers } from '@tabler/icons-react';
import { useWords } from '../../core/ui/words.tsx';
import type { SaveState } from './useDraft.ts';

/** Whether what stands in the form is safe, in words and with an icon. */
export function SaveLine({ state, done }: { state: SaveState; done: boolean }) {
  const { t } = useWords();
  const Icon = icons[state];
  const published = done && state === 'saved';
  return (
    <Group gap={6} wrap="nowrap" role="status" data-testid="done" data-state={state}>
      <Icon size={16} aria-hidden />
      <Text size="sm" className={state === 'offline' || state === 'conflict' ? 'waiting-text' : undefined}>
        {t(published ? 'knowledge:published' : `knowledge:save.${state}`)}
      </Text>
    </Group>
  );
}

const icons = {
  saved: IconCheck,
  dirty: IconPencil,
  saving: IconDots,
  offline: IconCloudOff,
  failed: IconCloudOff,
  untitled: IconPencil,
  conflict: IconUsers,
};
