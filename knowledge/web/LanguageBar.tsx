import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { ArticleSummary } from '../articles.ts';
import { looks, stateOf } from './states.ts';

/** The languages of an article with their states, to change between them. */
export function LanguageBar({ slug, current, languages, article }: LanguageBarProps) {
  const { t, language: own } = useWords();
  return (
    <Group gap={4} component="nav" aria-label={t('knowledge:languages')}>
      {languages.map((language) => {
        const state = article ? stateOf(article, language) : 'missing';
        const { Icon, color } = looks[state];
        const label = `${languageLabel(language, own)}: ${t(`knowledge:state.${state}`)}`;
        return (
          <Button
            key={language}
            component={Link}
            to={`/knowledge/${slug}/${language}`}
            size="compact-md"
            variant={language === current ? 'light' : 'subtle'}
            color={language === current ? 'teal' : color}
            aria-current={language === current ? 'page' : undefined}
            aria-label={`${language.toUpperCase()}, ${label}`}
            title={label}
            leftSection={<Icon size={14} aria-hidden />}
          >
            {language.toUpperCase()}
          </Button>
        );
      })}
    </Group>
  );
}

type LanguageBarProps = {
  slug: string;
  current: string;
  languages: string[];
  article: ArticleSummary | undefined;
};
