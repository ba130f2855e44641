import { Box, Paper, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Block } from '../../core/blocks.ts';
import { api } from '../../core/ui/api.ts';
import { Blocks } from '../../core/ui/Blocks.tsx';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import { directionOf } from './Diff.tsx';
import type { Draft } from './draft.ts';

type Shown = { title: string; blocks: Block[]; chat: { language: string; body: Block[] }[] };

/** The text as the customer will see it, in the chat or as a help page, a moment after it was typed. */
export function Preview({ draft, language }: { draft: Draft; language: string }) {
  const { t } = useWords();
  const [mode, setMode] = useState('chat');
  const [text] = useDebouncedValue(JSON.stringify({ title: draft.title, body: draft.body, language }), 250);
  const preview = useQuery({
    queryKey: ['preview', text],
    queryFn: () => api<Shown>('POST', '/knowledge/preview', JSON.parse(text)),
    enabled: draft.body.trim() !== '',
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const shown = draft.body.trim() === '' ? undefined : preview.data;
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('knowledge:preview')}</Text>
      <SegmentedControl
        size="xs"
        value={mode}
        onChange={setMode}
        data={[
          { value: 'chat', label: t('knowledge:previewChat') },
          { value: 'page', label: t('knowledge:previewPage') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {preview.isError && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
      {!shown && preview.isFetching && <Skeleton height={120} />}
      {!shown && !preview.isFetching && <Text c="dimmed">{t('knowledge:previewEmpty')}</Text>}
      {shown && mode === 'chat' && <Bubbles replies={shown.chat} />}
      {shown && mode === 'page' && (
        <Paper withBorder p="lg" className="help-page" dir={directionOf(language)} lang={language}>
          <Title order={2} size="h3" mb="sm">
            {shown.title}
          </Title>
          <Blocks blocks={shown.blocks} />
        </Paper>
      )}
    </Stack>
  );
}

/** Replies as bubbles of the chat. */
export function Bubbles({ replies }: { replies: { language: string; body: Block[] }[] }) {
  return (
    <Box className="chat-preview">
      {replies.map((reply, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bubbles have no other identity, and no state.
        <div className="chat-bubble" key={i} dir={directionOf(reply.language)} lang={reply.language}>
          <Blocks blocks={reply.body} />
        </div>
      ))}
    </Box>
  );
}
