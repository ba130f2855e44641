import './knowledge.css';
import { Button, Group, Pagination, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowsLeftRight, IconListNumbers, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Member } from '../../core/staff/staff.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import { ArticleFilters, type Filters, matches, noFilters } from './ArticleFilters.tsx';
import { Legend, Matrix } from './Matrix.tsx';
import { NewArticle } from './NewArticle.tsx';
import { TryIt } from './TryIt.tsx';
import { categoriesOf, useArticles } from './useArticles.ts';

/** All articles and the languages they exist in. */
export function Articles({ me }: { me: Omit<Member, 'sessionId'> }) {
  const { t, language: own } = useWords();
  const list = useArticles();
  const [filters, setFilters] = useState<Filters>(noFilters);
  const [page, setPage] = useState(1);
  const [making, setMaking] = useState(false);
  const editor = me.roles.some((role) => role === 'editor' || role === 'admin');
  const shown = list.data?.articles.filter((article) => matches(article, filters, list.data.languages));
  const pages = Math.max(1, Math.ceil((shown?.length ?? 0) / perPage));
  const current = Math.min(page, pages);
  const filtered = JSON.stringify(filters) !== JSON.stringify(noFilters);
  return (
    <Stack p="md">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('knowledge:title')}
        </Title>
        {editor && (
          <Group gap="xs">
            <Button
              component={Link}
              to="/knowledge/-/facts"
              variant="default"
              leftSection={<IconListNumbers size={16} />}
            >
              {t('knowledge:facts.title')}
            </Button>
            <Button
              component={Link}
              to="/knowledge/-/transfer"
              variant="default"
              leftSection={<IconArrowsLeftRight size={16} />}
            >
              {t('knowledge:transfer.title')}
            </Button>
            <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
              {t('knowledge:new')}
            </Button>
          </Group>
        )}
      </Group>
      <TryIt languages={list.data?.languages ?? []} intents={list.data?.intents ?? []} />
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={240} />}
      {list.data && (
        <ArticleFilters
          filters={filters}
          onChange={(next) => {
            setFilters(next);
            setPage(1);
          }}
          categories={categoriesOf(list.data, own)}
          languages={list.data.languages}
        />
      )}
      {shown?.length === 0 && <Text c="dimmed">{t(filtered ? 'knowledge:noneFound' : 'knowledge:empty')}</Text>}
      {shown && list.data && shown.length > 0 && (
        <>
          <Group justify="space-between">
            <Legend />
            <Text size="sm" c="dimmed" className="number" aria-live="polite">
              {t('knowledge:count', { shown: shown.length, all: list.data.articles.length })}
            </Text>
          </Group>
          <Matrix
            articles={shown.slice((current - 1) * perPage, current * perPage)}
            languages={filters.language ? [filters.language] : list.data.languages}
          />
          {pages > 1 && <Pagination total={pages} value={current} onChange={setPage} getControlProps={pageLabels(t)} />}
        </>
      )}
      {list.data && <NewArticle opened={making} onClose={() => setMaking(false)} languages={list.data.languages} />}
    </Stack>
  );
}

// More rows at once would make each key press in the filter slow.
const perPage = 50;

function pageLabels(t: (key: string) => string) {
  return (control: 'first' | 'previous' | 'last' | 'next') => ({
    'aria-label': t(control === 'next' || control === 'last' ? 'knowledge:next' : 'knowledge:previous'),
  });
}
