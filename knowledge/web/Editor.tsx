import { Anchor, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { Member } from '../../core/staff/staff.ts';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleView, VariantView } from '../articles.ts';
import { directionOf } from './Diff.tsx';
import { EditorForm } from './EditorForm.tsx';
import { LanguageBar } from './LanguageBar.tsx';
import { useArticles } from './useArticles.ts';

/** One article: its languages, and the one that is being written. */
export function Editor({ me }: { me: Omit<Member, 'sessionId'> }) {
  const { slug = '', language = '' } = useParams();
  const { t } = useWords();
  const list = useArticles();
  const article = useQuery({
    queryKey: ['article', slug],
    queryFn: () => api<ArticleView>('GET', `/knowledge/${slug}`),
    staleTime: 0,
  });
  const writes = me.roles.some((role) => role === 'editor' || role === 'admin');
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
      {article.data && !writes && (
        <ReadOnly variant={article.data.variants.find((entry) => entry.language === language)} language={language} />
      )}
      {article.data && list.data && writes && (
        <EditorForm key={`${slug}.${language}`} article={article.data} language={language} list={list.data} />
      )}
    </Stack>
  );
}

// Agents and supervisors look an article up; they do not write.
function ReadOnly({ variant, language }: { variant: VariantView | undefined; language: string }) {
  const { t } = useWords();
  if (!variant) return <Text c="dimmed">{t('knowledge:state.missing')}</Text>;
  return (
    <Paper withBorder p="md" maw={720} dir={directionOf(language)} lang={language} data-testid="read-only">
      <Title order={2} size="h4" mb="sm">
        {variant.draft.title}
      </Title>
      <Text className="message-text">{variant.draft.body}</Text>
    </Paper>
  );
}
