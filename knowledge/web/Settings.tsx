import {
  Alert,
  Autocomplete,
  Button,
  Group,
  MultiSelect,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { ArticleSettings } from '../articleChanges.ts';
import type { ArticleView } from '../articles.ts';

/** What all languages of an article share: category, linked intents, markets, validity, the language it is written in first. */
export function Settings({ article, categories, intents, languages }: SettingsProps) {
  const { t, language: own } = useWords();
  const client = useQueryClient();
  const [base, setBase] = useState({ settings: settingsOf(article), version: article.version });
  const [settings, setSettings] = useState(base.settings);
  const [theirs, setTheirs] = useState<{ settings: ArticleSettings; version: number }>();
  const names = (Object.keys(settings) as (keyof ArticleSettings)[]).filter(
    (name) => theirs && text(theirs.settings[name]) !== text(settings[name]),
  );
  const save = useMutation({
    mutationFn: () =>
      api<{ version: number }>('PUT', `/knowledge/${article.slug}`, {
        ...settings,
        category: settings.category?.trim() || null,
        baseVersion: base.version,
      }),
    onSuccess: ({ version }) => {
      setBase({ settings, version });
      void client.invalidateQueries({ queryKey: ['articles'] });
      void client.invalidateQueries({ queryKey: ['article', article.slug] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'stale')
        setTheirs({ settings: error.details.settings as ArticleSettings, version: Number(error.details.version) });
    },
  });
  const changed = text(settings) !== text(base.settings);
  const set = <K extends keyof ArticleSettings>(name: K, value: ArticleSettings[K]) =>
    setSettings({ ...settings, [name]: value });
  return (
    <Stack gap="sm">
      <Autocomplete
        label={t('knowledge:settings.category')}
        data={categories}
        value={settings.category ?? ''}
        maxLength={60}
        onChange={(value) => set('category', value || null)}
      />
      <MultiSelect
        label={t('knowledge:settings.intents')}
        description={t('knowledge:settings.intentsHint')}
        data={intents.map(({ name, label }) => ({ value: name, label }))}
        searchable
        hidePickedOptions
        value={settings.intents}
        onChange={(value) => set('intents', value)}
      />
      <TagsInput
        label={t('knowledge:settings.markets')}
        description={t('knowledge:settings.marketsHint')}
        value={settings.markets}
        onChange={(value) =>
          set(
            'markets',
            [...new Set(value.map((code) => code.trim().toUpperCase()))].filter((code) => /^[A-Z]{2}$/.test(code)),
          )
        }
      />
      <Group grow>
        <TextInput
          type="date"
          label={t('knowledge:settings.from')}
          value={settings.validFrom ?? ''}
          onChange={(event) => set('validFrom', event.currentTarget.value || null)}
        />
        <TextInput
          type="date"
          label={t('knowledge:settings.until')}
          value={settings.validUntil ?? ''}
          onChange={(event) => set('validUntil', event.currentTarget.value || null)}
        />
      </Group>
      <Select
        label={t('knowledge:settings.source')}
        data={languages.map((tag) => ({ value: tag, label: languageLabel(tag, own) }))}
        value={settings.sourceLanguage ?? article.source}
        onChange={(value) => set('sourceLanguage', value)}
        allowDeselect={false}
      />
      {theirs && (
        <Alert color="yellow" title={t('knowledge:conflict.settings')} data-testid="settings-conflict">
          <Stack gap="xs">
            {names.map((name) => (
              <Group key={name} justify="space-between">
                <Text size="sm">
                  {t(`knowledge:settings.${labels[name]}`)}: {text(theirs.settings[name])} → {text(settings[name])}
                </Text>
              </Group>
            ))}
            <Group>
              {(['mine', 'theirs'] as const).map((side) => (
                <Button
                  key={side}
                  size="xs"
                  variant="default"
                  onClick={() => {
                    setBase(theirs);
                    if (side === 'theirs') setSettings(theirs.settings);
                    setTheirs(undefined);
                  }}
                >
                  {t(`knowledge:conflict.${side}`)}
                </Button>
              ))}
            </Group>
          </Stack>
        </Alert>
      )}
      {save.isError && !theirs && !(save.error instanceof ApiError && save.error.code === 'stale') && (
        <Failure error={save.error} />
      )}
      <Group>
        <Button
          onClick={() => save.mutate()}
          loading={save.isPending}
          disabled={!changed || theirs !== undefined}
          data-testid="save-settings"
        >
          {t('knowledge:settings.save')}
        </Button>
        {save.isSuccess && !changed && (
          <Text role="status" size="sm">
            {t('knowledge:settings.saved')}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

type SettingsProps = {
  article: ArticleView;
  categories: string[];
  intents: { name: string; label: string }[];
  languages: string[];
};

const labels: Record<keyof ArticleSettings, string> = {
  category: 'category',
  intents: 'intents',
  markets: 'markets',
  validFrom: 'from',
  validUntil: 'until',
  sourceLanguage: 'source',
};

function settingsOf(article: ArticleView): ArticleSettings {
  const { category, intents, markets, validFrom, validUntil, sourceLanguage } = article;
  return { category, intents, markets, validFrom, validUntil, sourceLanguage };
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || '–';
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '–');
}
