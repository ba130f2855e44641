import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useWords } from '../../core/ui/words.tsx';

/** The keyboard path, on demand. */
export function Keys({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useWords();
  return (
    <Modal opened={opened} onClose={onClose} title={t('desk:keys.title')}>
      <Stack gap="xs">
        {keys.map(([key, name]) => (
          <Group key={key} justify="space-between">
            <Text>{t(`desk:keys.${name}`)}</Text>
            <Kbd>{key}</Kbd>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}

const keys: [string, string][] = [
  ['j', 'next'],
  ['k', 'previous'],
  ['c', 'claim'],
  ['r', 'reply'],
  ['Ctrl + Enter', 'send'],
  ['?', 'help'],
];
