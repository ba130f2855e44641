import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useWords } from '../../core/ui/words.tsx';
import type { DraftTools } from './useDraft.ts';

/** Leaving saves first; what cannot be saved is asked about. */
export function LeaveGuard({ tools }: { tools: DraftTools }) {
  const { t } = useWords();
  const { dirty, save, discard } = tools;
  const blocker = useBlocker(dirty);

  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void save().then((version) => {
      if (version !== undefined) blocker.proceed();
    });
  }, [blocker, save]);

  const waits = blocker.state === 'blocked' && tools.state !== 'saving' && tools.state !== 'saved';
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('knowledge:close') }}
      opened={waits}
      onClose={() => blocker.reset?.()}
      title={t('knowledge:leave.title')}
      data-testid="leave"
    >
      <Stack>
        <Text>{t('knowledge:leave.hint')}</Text>
        <Group>
          <Button onClick={() => blocker.reset?.()}>{t('knowledge:leave.stay')}</Button>
          <Button
            variant="default"
            onClick={() => {
              discard();
              blocker.proceed?.();
            }}
          >
            {t('knowledge:leave.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
