import { Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconPencilPlus, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Member } from '../../../core/staff/staff.ts';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { GapView } from '../../gaps.ts';
import { CloseGap } from './CloseGap.tsx';
import { DraftReplay } from './DraftReplay.tsx';
import { Kinds } from './Kinds.tsx';
import { Trend } from './Trend.tsx';
import { WriteArticle } from './WriteArticle.tsx';

/** One gap: how customers ask it, what colleagues answered, and what an editor can do about it. */
export function Gap({ me }: { me: Omit<Member, 'sessionId'> }) {
  const { id = '' } = useParams();
  const { t, language: own } = useWords();
  const client = useQueryClient();
  const [open, setOpen] = useState<'write' | 'close'>();
  const query = useQuery({
    queryKey: ['gap', id, own],
    queryFn: () => api<GapView & { suggestedSlug: string }>('GET', `/gaps/${id}?own=${own}`),
  });
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['gaps'] });
    void client.invalidateQueries({ queryKey: ['gap', id] });
  };
  const reopen = useMutation({ mutationFn: () => api('POST', `/gaps/${id}/reopen`, {}), onSuccess: refresh });
  const editor = me.roles.some((role) => role === 'editor' || role === 'admin');
  const gap = query.data;
  return (
    <Stack p="md" maw={900}>
      <Anchor component={Link} to="/knowledge/gaps">
        {t('gaps:back')}
      </Anchor>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={320} />}
      {gap && (
        <>
          <div>
            <Title order={1} size="h3" lang={gap.titleLanguage} className="message-text">
              {gap.title}
            </Title>
            <Group gap="xs" mt="xs">
              <Text fw={600} className="number">
                {t('gaps:count', { count: gap.count })}
              </Text>
              <Kinds kinds={gap.kinds} />
            </Group>
            <Trend gap={gap} />
          </div>
          <State gap={gap} />
          {editor && (
            <Group>
              {!gap.closed && (
                <>
                  <Button
                    leftSection={<IconPencilPlus size={18} />}
                    onClick={() => setOpen('write')}
                    data-testid="write"
                  >
                    {t(gap.shown.length > 0 || gap.articleSlug ? 'gaps:writeOrChange' : 'gaps:write')}
                  </Button>
                  <Button
                    variant="default"
                    leftSection={<IconCheck size={18} />}
                    onClick={() => setOpen('close')}
                    data-testid="close-gap"
                  >
                    {t('gaps:close')}
                  </Button>
                </>
              )}
              {gap.closed && gap.closed !== 'duplicate' && (
                <Button
                  variant="default"
                  leftSection={<IconRefresh size={18} />}
                  loading={reopen.isPending}
                  onClick={() => reopen.mutate()}
                  data-testid="reopen"
                >
                  {t('gaps:reopen')}
                </Button>
              )}
            </Group>
          )}
          {reopen.isError && <Failure error={reopen.error} />}
          <Examples gap={gap} />
          <Answers gap={gap} />
          <Shown gap={gap} />
          {editor && !gap.closed && gap.articleSlug && <DraftReplay slug={gap.articleSlug} />}
          <WriteArticle gap={gap} opened={open === 'write'} onClose={() => setOpen(undefined)} />
          <CloseGap
            gap={gap}
            opened={open === 'close'}
            onClose={() => setOpen(undefined)}
            onDone={() => {
              setOpen(undefined);
              refresh();
            }}
          />
        </>
      )}
    </Stack>
  );
}

function State({ gap }: { gap: GapView }) {
  const { t } = useWords();
  if (gap.closed) {
    return (
      <Paper withBorder p="sm" data-testid="gap-closed">
        <Text fw={600}>{t(`gaps:closed.${gap.closed}`, { slug: gap.closedSlug ?? '' })}</Text>
        <Text size="sm">{t(`gaps:says.${gap.closed}`)}</Text>
      </Paper>
    );
  }
  if (!gap.articleSlug) return null;
  return (
    <Paper withBorder p="sm">
      <Text>{t(gap.reopened ? 'gaps:notEnough' : 'gaps:writing', { slug: gap.articleSlug })}</Text>
      <Article slug={gap.articleSlug} label={t('gaps:begin')} />
    </Paper>
  );
}

function Examples({ gap }: { gap: GapView }) {
  const { t, language: own } = useWords();
  return (
    <section>
      <Title order={2} size="h5">
        {t('gaps:examples')}
      </Title>
      {gap.examples.some(({ text }) => text.includes('[…]')) && (
        <Text size="sm" c="dimmed">
          {t('gaps:removed')}
        </Text>
      )}
      <Stack gap="xs" mt="xs">
        {gap.examples.map((example) => (
          <Paper key={`${example.language}:${example.text}`} withBorder p="sm">
            <Text className="message-text" lang={example.language}>
              {example.text}
            </Text>
            <Group gap="xs" mt={4}>
              <Badge tt="none" variant="light">
                {new Intl.DisplayNames(own, { type: 'language' }).of(example.language)}
              </Badge>
              <Kinds kinds={example.kinds} />
            </Group>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}

function Answers({ gap }: { gap: GapView }) {
  const { t, language: own } = useWords();
  return (
    <section>
      <Title order={2} size="h5">
        {t('gaps:answers')}
      </Title>
      {gap.answers.length === 0 && <Text c="dimmed">{t('gaps:noAnswers')}</Text>}
      <Stack gap="xs" mt="xs">
        {gap.answers.map((entry) => (
          <Paper key={entry.askedAt + entry.answer} withBorder p="sm">
            <Text className="message-text" lang={entry.language}>
              {entry.answer}
            </Text>
            <Badge tt="none" variant="light" mt={4}>
              {new Intl.DisplayNames(own, { type: 'language' }).of(entry.language)}
            </Badge>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}

function Shown({ gap }: { gap: GapView }) {
  const { t } = useWords();
  if (gap.shown.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5">
        {t('gaps:shown')}
      </Title>
      <Group gap="md" mt="xs">
        {gap.shown.map(({ slug, count }) => (
          <Group gap={6} key={slug}>
            <Article slug={slug} />
            <Text size="sm" c="dimmed" className="number">
              × {count}
            </Text>
          </Group>
        ))}
      </Group>
    </section>
  );
}

function Article({ slug, label = slug }: { slug: string; label?: string }) {
  const { language } = useWords();
  return (
    <Anchor component={Link} to={`/knowledge/${slug}/${language}`}>
      {label}
    </Anchor>
  );
}
