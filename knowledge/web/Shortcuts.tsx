import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useWords } from '../../core/ui/words.tsx';

/** The keys of the editor, shown on `?`. */
export function Shortcuts({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useWords();
  const mod = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
  const keys: [string, string[]][] = [
    ['save', [mod, 'S']],
    ['publish', [mod, 'Enter']],
    ['undo', [mod, 'Z']],
    ['redo', [mod, 'Shift', 'Z']],
    ['strong', [mod, 'B']],
    ['em', [mod, 'I']],
    ['link', [mod, 'K']],
    ['help', ['?']],
  ];
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('knowledge:close') }}
      opened={opened}
      onClose={onClose}
      title={t('knowledge:keys.title')}
    >
      <Stack gap="xs" data-testid="shortcuts">
        {keys.map(([name, combination]) => (
          <Group key={name} justify="space-between">
            <Text>{t(`knowledge:keys.${name}`)}</Text>
            <Group gap={4} dir="ltr">
              {combination.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
