import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from './api.ts';
import { useWords } from './words.tsx';

/** Says in one sentence what failed, and offers to try again where that helps. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useWords();
  const code = error instanceof ApiError ? error.code : 'internal';
  return (
    <Alert icon={<IconAlertTriangle size={18} />} color="red" role="alert" my="sm">
      <Group justify="space-between">
        {t(`ui:error.${known.has(code) ? code : 'internal'}`)}
        {onRetry && (
          <Button size="xs" variant="light" color="red" onClick={onRetry}>
            {t('ui:retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

const known = new Set([
  'offline',
  'unauthenticated',
  'forbidden',
  'not_found',
  'invalid',
  'stale',
  'conflict',
  'too_many',
  'too_large',
  'gone',
  'unavailable',
]);
