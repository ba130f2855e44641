import { useQuery } from '@tanstack/react-query';
import { api } from '../../core/ui/api.ts';
import type { ArticleSummary } from '../articles.ts';

/** All articles, with the languages of the shop and the intents that an article can be linked to. */
export function useArticles() {
  return useQuery({ queryKey: ['articles'], queryFn: () => api<ArticleList>('GET', '/knowledge') });
}

export type ArticleList = {
  articles: ArticleSummary[];
  languages: string[];
  intents: { name: string; label: string }[];
};

/** The categories in use, sorted for the reader. */
export function categoriesOf(list: ArticleList, language: string): string[] {
  const names = new Set(list.articles.map((article) => article.category).filter((name) => name !== null));
  return [...names].sort(new Intl.Collator(language).compare);
}
