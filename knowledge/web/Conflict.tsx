import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../core/ui/words.tsx';
import { Words } from './Diff.tsx';
import { type Draft, type DraftField, draftFields, mergeDrafts } from './draft.ts';
import type { DraftTools } from './useDraft.ts';

/** A colleague saved the same text: both versions and their difference, field by field, until the editor has chosen. */
export function ConflictPanel({ tools, language }: { tools: DraftTools; language: string }) {
  const { t } = useWords();
  const { conflict, draft: mine, base } = tools;
  const [choice, setChoice] = useState<Partial<Record<DraftField, 'mine' | 'theirs'>>>({});
  if (!conflict) return null;
  const { theirs, by } = conflict;
  const merged = mergeDrafts(base, mine, theirs);
  const open = draftFields.filter((field) => mine[field] !== theirs[field]);
  const chosen = (field: DraftField) => choice[field] ?? (merged[field] === theirs[field] ? 'theirs' : 'mine');
  return (
    <Alert color="yellow" icon={<IconUsers size={18} />} title={t('knowledge:conflict.title')} data-testid="conflict">
      <Stack gap="sm">
        <Text size="sm">{t(by ? 'knowledge:conflict.by' : 'knowledge:conflict.hint', { name: by ?? '' })}</Text>
        {open.map((field) => (
          <div key={field}>
            <Group justify="space-between">
              <Text fw={600} size="sm">
                {t(`knowledge:fields.${field}`)}
              </Text>
              <SegmentedControl
                size="xs"
                aria-label={t(`knowledge:fields.${field}`)}
                value={chosen(field)}
                onChange={(value) => setChoice({ ...choice, [field]: value as 'mine' | 'theirs' })}
                data={[
                  { value: 'mine', label: t('knowledge:conflict.mine') },
                  { value: 'theirs', label: t('knowledge:conflict.theirs') },
                ]}
              />
            </Group>
            <Text size="xs" c="dimmed">
              {t('knowledge:conflict.legend')}
            </Text>
            <Words before={theirs[field]} after={mine[field]} language={language} />
          </div>
        ))}
        <Group>
          <Button
            size="sm"
            data-testid="resolve"
            onClick={() => {
              const result: Draft = { ...merged };
              for (const field of open) result[field] = chosen(field) === 'mine' ? mine[field] : theirs[field];
              tools.resolve(result);
            }}
          >
            {t('knowledge:conflict.use')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
