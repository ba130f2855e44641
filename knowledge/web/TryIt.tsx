import {
  Anchor,
  Badge,
  Box,
  Button,
  Grid,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Block } from '../../core/blocks.ts';
import { api } from '../../core/ui/api.ts';
import { Blocks } from '../../core/ui/Blocks.tsx';
import { Failure } from '../../core/ui/Failure.tsx';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { SearchHit } from '../types.ts';
import { Bubbles } from './Preview.tsx';
import type { ArticleList } from './useArticles.ts';

type Tried = {
  language: string;
  intents: { name: string; confidence: number }[];
  floor: number;
  answer: boolean;
  results: (SearchHit & { blocks: Block[] })[];
  chat: { language: string; body: Block[] }[];
};

/** Type a question as a customer would: what was understood, what was found, whether it is good enough, and what is said. */
export function TryIt({ languages, intents }: Pick<ArticleList, 'languages' | 'intents'>) {
  const { t, language: own } = useWords();
  const [text, setText] = useState('');
  const [language, setLanguage] = useState<string | null>(null);
  const attempt = useMutation({
    mutationFn: () => api<Tried>('POST', '/knowledge/try', { text, ...(language ? { language } : {}) }),
  });
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) attempt.mutate();
        }}
      >
        <Group align="flex-end">
          <TextInput
            flex={1}
            miw={200}
            label={t('knowledge:try.label')}
            dir="auto"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-testid="try"
          />
          <Select
            label={t('knowledge:filters.language')}
            placeholder={t('knowledge:try.detect')}
            clearable
            clearButtonProps={{ 'aria-label': t('knowledge:clear') }}
            data={languages.map((tag) => ({ value: tag, label: languageLabel(tag, own) }))}
            value={language}
            onChange={setLanguage}
            w={180}
          />
          <Button type="submit" variant="light" loading={attempt.isPending}>
            {t('knowledge:try.button')}
          </Button>
        </Group>
      </form>
      {attempt.isError && <Failure error={attempt.error} onRetry={() => attempt.mutate()} />}
      {attempt.data && (
        <Result tried={attempt.data} labels={new Map(intents.map(({ name, label }) => [name, label]))} />
      )}
    </Paper>
  );
}

function Result({ tried, labels }: { tried: Tried; labels: ReadonlyMap<string, string> }) {
  const { t, language: own } = useWords();
  const percent = new Intl.NumberFormat(own, { style: 'percent' });
  const number = new Intl.NumberFormat(own, { maximumFractionDigits: 3 });
  return (
    <Grid mt="md" aria-live="polite" data-testid="tried">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <Stack gap="xs">
          <Text fw={600}>{t('knowledge:try.understood', { language: languageLabel(tried.language, own) })}</Text>
          {tried.intents
            .filter(({ confidence }) => confidence >= 0.01)
            .map(({ name, confidence }) => (
              <div key={name}>
                <Group justify="space-between" gap={4}>
                  <Text size="sm">{labels.get(name) ?? <bdi>{name}</bdi>}</Text>
                  <Text size="sm" c="dimmed" className="number">
                    {percent.format(confidence)}
                  </Text>
                </Group>
                <Progress value={confidence * 100} size="xs" aria-label={name} />
              </div>
            ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="xs">
          <Group gap="xs">
            <Badge tt="none" color={tried.answer ? 'teal' : 'yellow'}>
              {t(tried.answer ? 'knowledge:try.answers' : 'knowledge:try.silent')}
            </Badge>
            <Text size="sm" c="dimmed" className="number">
              {t('knowledge:try.floor', { floor: number.format(tried.floor) })}
            </Text>
          </Group>
          {tried.results.length === 0 && <Text c="dimmed">{t('knowledge:try.nothing')}</Text>}
          {tried.results.map((hit) => (
            <Paper
              withBorder
              p="sm"
              key={`${hit.slug}.${hit.language}`}
              bd={hit.score < tried.floor ? '1px dashed var(--mantine-color-default-border)' : undefined}
            >
              <Group justify="space-between" wrap="nowrap">
                <Anchor fw={600} component={Link} to={`/knowledge/${hit.slug}/${hit.language}`}>
                  {hit.title}
                </Anchor>
                <Text size="sm" c="dimmed" className="number">
                  {number.format(hit.score)} · {hit.language}
                  {hit.score < tried.floor ? ` · ${t('knowledge:try.below')}` : ''}
                </Text>
              </Group>
              <Box className="passage">
                <Blocks blocks={hit.blocks} />
              </Box>
            </Paper>
          ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Text fw={600} mb="xs">
          {t('knowledge:try.answer')}
        </Text>
        {tried.chat.length > 0 ? <Bubbles replies={tried.chat} /> : <Text c="dimmed">{t('knowledge:try.silent')}</Text>}
      </Grid.Col>
    </Grid>
  );
}
