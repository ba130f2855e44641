import { Badge, Group, Paper, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { GapSummary } from '../../gaps.ts';
import { Kinds } from './Kinds.tsx';
import { Trend } from './Trend.tsx';

const kinds = ['refused', 'handoff', 'unhelpful', 'agent', 'off_topic'];

/** What customers asked and nobody could answer, the heaviest first. */
export function Gaps() {
  const { t, language: own } = useWords();
  const [chosen, choose] = useSearchParams();
  const closed = chosen.get('state') === 'closed';
  const filters = new URLSearchParams(chosen);
  filters.set('own', own);
  const list = useQuery({
    queryKey: ['gaps', filters.toString()],
    queryFn: () => api<{ gaps: GapSummary[]; languages: string[]; markets: string[] }>('GET', `/gaps?${filters}`),
    refetchInterval: 5000,
  });
  const set = (name: string, value: string | null) =>
    choose(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const filtered = ['language', 'market', 'kind'].some((name) => chosen.has(name));
  const languageName = (tag: string) => new Intl.DisplayNames(own, { type: 'language' }).of(tag) ?? tag;
  const regionName = (tag: string) => new Intl.DisplayNames(own, { type: 'region' }).of(tag) ?? tag;
  const filter = (name: string, options: { value: string; label: string }[]) => (
    <Select
      label={t(`gaps:filter.${name}`)}
      placeholder={t('gaps:filter.all')}
      data={options}
      value={chosen.get(name)}
      onChange={(value) => set(name, value)}
      clearable
      clearButtonProps={{ 'aria-label': t('gaps:filter.all') }}
      w={{ base: 'calc(50% - 8px)', xs: 200 }}
    />
  );
  return (
    <Stack p="md" maw={1000}>
      <div>
        <Title order={1} size="h3">
          {t('gaps:title')}
        </Title>
        <Text c="dimmed">{t('gaps:intro')}</Text>
      </div>
      <Group align="flex-end">
        <Select
          label={t('gaps:filter.state')}
          data={['open', 'closed'].map((value) => ({ value, label: t(`gaps:state.${value}`) }))}
          value={closed ? 'closed' : 'open'}
          allowDeselect={false}
          onChange={(value) => set('state', value === 'closed' ? value : null)}
          w={{ base: 'calc(50% - 8px)', xs: 160 }}
          data-testid="gap-state"
        />
        {filter(
          'language',
          (list.data?.languages ?? []).map((value) => ({ value, label: languageName(value) })),
        )}
        {filter(
          'market',
          (list.data?.markets ?? []).map((value) => ({ value, label: regionName(value) })),
        )}
        {filter(
          'kind',
          kinds.map((value) => ({ value, label: t(`gaps:kind.${value}`) })),
        )}
      </Group>
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && [1, 2, 3].map((n) => <Skeleton key={n} height={92} />)}
      {list.data?.gaps.length === 0 && (
        <Text c="dimmed">{t(filtered ? 'gaps:noneFound' : closed ? 'gaps:noneClosed' : 'gaps:empty')}</Text>
      )}
      {list.data?.gaps.map((gap) => (
        <Paper
          key={gap.id}
          withBorder
          p="md"
          component={Link}
          to={`/knowledge/-/gaps/${gap.id}`}
          c="inherit"
          td="none"
          data-testid="gap"
        >
          <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
            <Text fw={600} lineClamp={2} className="message-text" lang={gap.titleLanguage}>
              {gap.title}
            </Text>
            <Text className="number" fw={600} style={{ whiteSpace: 'nowrap' }}>
              {t('gaps:count', { count: gap.count })}
            </Text>
          </Group>
          <Group gap="xs" mt="xs">
            <Kinds kinds={gap.kinds} />
            {gap.reopened && !gap.closed && (
              <Badge tt="none" variant="light" color="orange">
                {t('gaps:reopened')}
              </Badge>
            )}
            <Text size="sm" c="dimmed">
              {[...gap.languages.map(languageName), ...gap.markets.map(regionName)].join(' · ')}
            </Text>
          </Group>
          <Trend gap={gap} />
        </Paper>
      ))}
    </Stack>
  );
}
