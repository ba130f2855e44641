import { useQuery } from '@tanstack/react-query';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { ArticleView } from '../../articles.ts';
import { Replay } from './Replay.tsx';

/** Past questions on the draft that is being written for a gap, in the editor's language where it has one. */
export function DraftReplay({ slug }: { slug: string }) {
  const { language } = useWords();
  const article = useQuery({
    queryKey: ['article', slug],
    queryFn: () => api<ArticleView>('GET', `/knowledge/${slug}`),
  });
  if (article.isError) return <Failure error={article.error} onRetry={() => void article.refetch()} />;
  const variants = article.data?.variants ?? [];
  const variant = variants.find((entry) => entry.language === language) ?? variants[0];
  return variant ? <Replay slug={slug} language={variant.language} draft={variant.draft} /> : null;
}
