import { Badge, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Block } from '../../core/blocks.ts';
import { api } from '../../core/ui/api.ts';
import { Blocks } from '../../core/ui/Blocks.tsx';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { SearchHit } from '../types.ts';

type Tried = {
  language: string;
  intents: { name: string; confidence: number }[];
  floor: number;
  answer: boolean;
  results: (SearchHit & { blocks: Block[] })[];
};

/** Type a question as a customer would: what was understood, what was found, and whether it is good enough to be said. */
export function TryIt() {
  const { t } = useWords();
  const [text, setText] = useState('');
  const attempt = useMutation({ mutationFn: () => api<Tried>('POST', '/knowledge/try', { text }) });
  const result = attempt.data;
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) attempt.mutate();
        }}
      >
        <Group align="flex-end">
          <TextInput
            flex={1}
            label={t('knowledge:try.label')}
            dir="auto"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-testid="try"
          />
          <Button type="submit" variant="light" loading={attempt.isPending}>
            {t('knowledge:try.button')}
          </Button>
        </Group>
      </form>
      {attempt.isError && <Failure error={attempt.error} />}
      {result && (
        <Stack gap="xs" mt="md" aria-live="polite">
          <Group gap="xs">
            <Badge tt="none" color={result.answer ? 'teal' : 'yellow'}>
              {t(result.answer ? 'knowledge:try.answers' : 'knowledge:try.silent')}
            </Badge>
            <Text size="sm" c="dimmed">
              {t('knowledge:try.understood', {
                language: result.language,
                intent: result.intents[0]?.name ?? '',
                percent: Math.round((result.intents[0]?.confidence ?? 0) * 100),
                floor: result.floor,
              })}
            </Text>
          </Group>
          {result.results.length === 0 && <Text c="dimmed">{t('knowledge:try.nothing')}</Text>}
          {result.results.slice(0, 3).map((hit) => (
            <Paper withBorder p="sm" key={`${hit.slug}.${hit.language}`}>
              <Group justify="space-between">
                <Text fw={600}>{hit.title}</Text>
                <Text size="sm" c="dimmed" className="number">
                  {hit.score} · {hit.language}
                </Text>
              </Group>
              <Blocks blocks={hit.blocks} />
            </Paper>
          ))}
        </Stack>
      )}
    </Paper>
  );
}
