import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { ReplayResult } from '../../replay.ts';
import type { Content } from '../../types.ts';

/** Tries past questions on a draft as it stands in the editor: what it would answer, and what it would change. */
export function Replay({ slug, language, draft }: { slug: string; language: string; draft: Content }) {
  const { t } = useWords();
  const replay = useMutation({
    mutationFn: () =>
      api<ReplayResult>('POST', '/gaps/replay', {
        slug,
        language,
        title: draft.title,
        body: draft.body,
        questions: draft.questions,
        keywords: draft.keywords,
      }),
  });
  const result = replay.data;
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h5">
            {t('gaps:replay.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('gaps:replay.hint')}
          </Text>
        </div>
        <Button
          variant="light"
          leftSection={<IconHistory size={18} />}
          loading={replay.isPending}
          onClick={() => replay.mutate()}
          data-testid="replay"
        >
          {t('gaps:replay.button')}
        </Button>
      </Group>
      {replay.isError && <Failure error={replay.error} onRetry={() => replay.mutate()} />}
      {result?.asked === 0 && <Text mt="sm">{t('gaps:replay.noQuestions')}</Text>}
      {result && result.asked > 0 && (
        <Stack gap="sm" mt="md" aria-live="polite" data-testid="replayed">
          <Text size="sm" c="dimmed" className="number">
            {t('gaps:replay.asked', { count: result.asked })}
          </Text>
          <section>
            <Text fw={600}>{t('gaps:replay.answers', { count: result.answers.length })}</Text>
            {result.answers.map((line) => (
              <Text key={line.language + line.text} className="message-text" lang={line.language}>
                {line.text}
              </Text>
            ))}
          </section>
          <section>
            <Text fw={600}>{t('gaps:replay.changes', { count: result.changes.length })}</Text>
            {result.changes.map((line) => (
              <div key={line.language + line.text}>
                <Text className="message-text" lang={line.language}>
                  {line.text}
                </Text>
                <Text size="sm" c="dimmed">
                  {line.to === null
                    ? t('gaps:replay.lost', { from: line.from })
                    : t(line.to === slug ? 'gaps:replay.takesOver' : 'gaps:replay.other', {
                        from: line.from,
                        to: line.to,
                      })}
                </Text>
              </div>
            ))}
          </section>
        </Stack>
      )}
    </Paper>
  );
}
