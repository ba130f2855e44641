import { Stack, Tabs } from '@mantine/core';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleView, VariantView } from '../articles.ts';
import { Figures } from './Figures.tsx';
import { Preview } from './Preview.tsx';
import { Remove } from './Remove.tsx';
import { Settings } from './Settings.tsx';
import { type ArticleList, categoriesOf } from './useArticles.ts';
import type { DraftTools } from './useDraft.ts';
import { Versions } from './Versions.tsx';

/** What belongs to the text without being it: preview, versions, settings, figures. */
export function SidePanel({ article, variant, language, list, tools, place, onChanged, onRemoved }: SidePanelProps) {
  const { t, language: own } = useWords();
  return (
    <Tabs defaultValue="preview" keepMounted={false}>
      <Tabs.List mb="sm">
        {(['preview', 'versions', 'settings', 'figures'] as const).map((name) => (
          <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>
            {t(`knowledge:tabs.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="preview">
        <Preview draft={tools.draft} language={language} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        {variant ? (
          <Versions variant={variant} tools={tools} place={place} onChanged={onChanged} />
        ) : (
          t('knowledge:neverPublished')
        )}
      </Tabs.Panel>
      <Tabs.Panel value="settings">
        <Stack>
          <Settings
            article={article}
            categories={categoriesOf(list, own)}
            intents={list.intents}
            languages={list.languages}
          />
          <Remove
            slug={article.slug}
            language={language}
            version={tools.version}
            published={variant?.publishedNumber != null}
            onUnpublished={onChanged}
            onRemoved={onRemoved}
          />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="figures">
        <Figures slug={article.slug} />
      </Tabs.Panel>
    </Tabs>
  );
}

type SidePanelProps = {
  article: ArticleView;
  variant: VariantView | undefined;
  language: string;
  list: ArticleList;
  tools: DraftTools;
  place: string;
  onChanged(): void;
  onRemoved(): void;
};
