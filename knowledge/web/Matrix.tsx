import { ActionIcon, Group, Paper, Table, Text, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { ArticleSummary } from '../articles.ts';
import { useFigures } from './Figures.tsx';
import { looks, stateOf } from './states.ts';

/** Articles by languages: each cell says how it stands and leads to its text. */
export function Matrix({ articles, languages }: { articles: ArticleSummary[]; languages: string[] }) {
  const { t, language: own } = useWords();
  const figures = useFigures();
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={languages.length > 3 ? 820 : 320}>
        <Table verticalSpacing="sm" highlightOnHover className="matrix">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('knowledge:article')}</Table.Th>
              {languages.map((language) => (
                <Table.Th key={language} ta="center">
                  <abbr title={languageLabel(language, own)}>{language.toUpperCase()}</abbr>
                </Table.Th>
              ))}
              <Table.Th ta="end">
                <abbr title={t('knowledge:figures.column')}>{t('knowledge:figures.shown')}</abbr>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {articles.map((article) => {
              const use = figures.data?.get(article.slug);
              return (
                <Table.Tr key={article.slug}>
                  <Table.Td>
                    {titleFor(article, own)}
                    <Text size="xs" c="dimmed">
                      {[article.slug, article.category, article.demo ? t('knowledge:demo') : '']
                        .filter(Boolean)
                        .join(' · ')}
                    </Text>
                  </Table.Td>
                  {languages.map((language) => (
                    <Table.Td key={language} ta="center">
                      <StateLink article={article} language={language} />
                    </Table.Td>
                  ))}
                  <Table.Td ta="end" className="number">
                    {use && (
                      <Tooltip
                        label={`${t('knowledge:figures.helpful')} ${use.helpful} · ${t('knowledge:figures.notHelpful')} ${use.notHelpful} · ${t('knowledge:figures.handedOver')} ${use.handedOver}`}
                      >
                        <span>{use.shown}</span>
                      </Tooltip>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

/** What the icons of the matrix mean. */
export function Legend() {
  const { t } = useWords();
  return (
    <Group gap="lg">
      {Object.entries(looks).map(([state, { Icon }]) => (
        <Group gap={6} key={state}>
          <Icon size={16} aria-hidden />
          <Text size="sm">{t(`knowledge:state.${state}`)}</Text>
        </Group>
      ))}
    </Group>
  );
}

function StateLink({ article, language }: { article: ArticleSummary; language: string }) {
  const { t, language: own } = useWords();
  const state = stateOf(article, language);
  const { color, Icon } = looks[state];
  const label = `${languageLabel(language, own)}: ${t(`knowledge:state.${state}`)}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        component={Link}
        to={`/knowledge/${article.slug}/${language}`}
        variant={state === 'missing' ? 'subtle' : 'light'}
        color={color}
        size="lg"
        aria-label={label}
        data-state={state}
      >
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function titleFor(article: ArticleSummary, language: string): string {
  const variant = article.variants.find((entry) => entry.language === language) ?? article.variants[0];
  return variant?.title ?? article.slug;
}
