import { SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleFigures } from '../articleFigures.ts';

/** The last thirty days of all articles, by slug. */
export function useFigures() {
  return useQuery({
    queryKey: ['article-figures'],
    queryFn: async () => {
      const { figures } = await api<{ figures: ArticleFigures[] }>('GET', '/knowledge/-/figures?days=30');
      return new Map(figures.map((entry) => [entry.slug, entry]));
    },
    staleTime: 60_000,
  });
}

/** How one article did in the last thirty days. */
export function Figures({ slug }: { slug: string }) {
  const { t, language } = useWords();
  const figures = useFigures();
  if (figures.isError) return <Failure error={figures.error} onRetry={() => void figures.refetch()} />;
  if (figures.isPending) return <Skeleton height={80} />;
  const own = figures.data.get(slug);
  if (!own) return <Text c="dimmed">{t('knowledge:figures.none')}</Text>;
  const number = new Intl.NumberFormat(language);
  return (
    <>
      <SimpleGrid cols={{ base: 2, xs: 4 }}>
        {(['shown', 'helpful', 'notHelpful', 'handedOver'] as const).map((name) => (
          <div key={name}>
            <Text size="xl" fw={700} className="number">
              {number.format(own[name])}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`knowledge:figures.${name}`)}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="sm">
        {t('knowledge:figures.period')}
      </Text>
    </>
  );
}
