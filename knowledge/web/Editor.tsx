import { Anchor, Group, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleView } from '../articles.ts';
import { EditorForm } from './EditorForm.tsx';
import { LanguageBar } from './LanguageBar.tsx';
import { useArticles } from './useArticles.ts';

/** One article: its languages, and the one that is being written. */
export function Editor() {
  const { slug = '', language = '' } = useParams();
  const { t } = useWords();
  const list = useArticles();
  const article = useQuery({
    queryKey: ['article', slug],
    queryFn: () => api<ArticleView>('GET', `/knowledge/${slug}`),
    staleTime: 0,
  });
  const failed = [article, list].find((query) => query.isError && !query.data);
  return (
    <Stack p="md" gap="sm">
      <Group justify="space-between">
        <Group gap="xs">
          <Anchor component={Link} to="/knowledge">
            {t('knowledge:back')}
          </Anchor>
          <Title order={1} size="h3">
            <bdi>{slug}</bdi>
          </Title>
        </Group>
        {article.data && list.data && (
          <LanguageBar
            slug={slug}
            current={language}
            languages={list.data.languages}
            article={list.data.articles.find((entry) => entry.slug === slug)}
          />
        )}
      </Group>
      {failed && (
        <Failure
          error={failed.error}
          onRetry={() => {
            void article.refetch();
            void list.refetch();
          }}
        />
      )}
      {!failed && (!article.data || !list.data) && <Skeleton height={400} />}
      {article.data && list.data && (
        <EditorForm key={`${slug}.${language}`} article={article.data} language={language} list={list.data} />
      )}
    </Stack>
  );
}
