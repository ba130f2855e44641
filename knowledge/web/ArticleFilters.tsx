import { Checkbox, Group, Select, TextInput } from '@mantine/core';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { ArticleSummary } from '../articles.ts';
import { type State, stateOf, states } from './states.ts';

/** What of the matrix is shown. A state counts in the chosen language, else in any. */
export type Filters = {
  text: string;
  state: State | null;
  category: string | null;
  language: string | null;
  demo: boolean;
  unpublished: boolean;
};

export const noFilters: Filters = {
  text: '',
  state: null,
  category: null,
  language: null,
  demo: false,
  unpublished: false,
};

/** Whether an article passes all filters. */
export function matches(article: ArticleSummary, filters: Filters, languages: readonly string[]): boolean {
  const { text, state, category, language, demo, unpublished } = filters;
  const words = `${article.slug} ${article.variants.map((variant) => variant.title).join(' ')}`.toLowerCase();
  if (!words.includes(text.trim().toLowerCase())) return false;
  if (category !== null && article.category !== category) return false;
  if (demo && !article.demo) return false;
  const variants = article.variants.filter((variant) => language === null || variant.language === language);
  if (unpublished && !variants.some((variant) => variant.unpublished)) return false;
  if (state === null) return true;
  return (language === null ? languages : [language]).some((tag) => stateOf(article, tag) === state);
}

/** Words, state, language, category and the two switches above the matrix. */
export function ArticleFilters({ filters, onChange, categories, languages }: FiltersProps) {
  const { t, language: own } = useWords();
  return (
    <Group align="flex-end" gap="sm">
      <TextInput
        label={t('knowledge:filter')}
        value={filters.text}
        onChange={(event) => onChange({ ...filters, text: event.currentTarget.value })}
        w={{ base: '100%', xs: 220 }}
      />
      <Select
        label={t('knowledge:filters.state')}
        placeholder={t('knowledge:filters.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('knowledge:clear') }}
        data={states.map((state) => ({ value: state, label: t(`knowledge:state.${state}`) }))}
        value={filters.state}
        onChange={(value) => onChange({ ...filters, state: value as State | null })}
        w={170}
        data-testid="filter-state"
      />
      <Select
        label={t('knowledge:filters.language')}
        placeholder={t('knowledge:filters.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('knowledge:clear') }}
        data={languages.map((tag) => ({ value: tag, label: languageLabel(tag, own) }))}
        value={filters.language}
        onChange={(value) => onChange({ ...filters, language: value })}
        w={170}
      />
      <Select
        label={t('knowledge:settings.category')}
        placeholder={t('knowledge:filters.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('knowledge:clear') }}
        data={categories}
        value={filters.category}
        onChange={(value) => onChange({ ...filters, category: value })}
        w={170}
      />
      <Group gap="md" pb={8}>
        {(['unpublished', 'demo'] as const).map((name) => (
          <Checkbox
            key={name}
            label={t(`knowledge:filters.${name}`)}
            checked={filters[name]}
            onChange={(event) => onChange({ ...filters, [name]: event.currentTarget.checked })}
          />
        ))}
      </Group>
    </Group>
  );
}

type FiltersProps = {
  filters: Filters;
  onChange(filters: Filters): void;
  categories: string[];
  languages: string[];
};
