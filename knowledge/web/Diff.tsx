import { Box, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { diffLines, diffWords } from 'diff';
import { useMemo, useState } from 'react';
import { useWords } from '../../core/ui/words.tsx';
import type { Content } from '../types.ts';
import { type Draft, draftFields, toDraft } from './draft.ts';

/** Two texts of an article: what changed word by word, or both beside each other. */
export function Compare({ before, after, language, titles }: CompareProps) {
  const { t } = useWords();
  const [mode, setMode] = useState('difference');
  const [one, two] = [asDraft(before), asDraft(after)];
  const fields = draftFields.filter((field) => one[field] !== two[field]);
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        value={mode}
        onChange={setMode}
        data={[
          { value: 'difference', label: t('knowledge:compare.difference') },
          { value: 'beside', label: t('knowledge:compare.beside') },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {mode === 'beside' ? (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {[one, two].map((draft, i) => (
            <Box key={titles[i]} dir={directionOf(language)} lang={language}>
              <Text size="sm" c="dimmed">
                {titles[i]}
              </Text>
              <Text fw={600}>{draft.title}</Text>
              <Text size="sm" className="message-text">
                {draft.body}
              </Text>
            </Box>
          ))}
        </SimpleGrid>
      ) : fields.length === 0 ? (
        <Text c="dimmed">{t('knowledge:compare.same')}</Text>
      ) : (
        fields.map((field) => (
          <Box key={field}>
            <Group gap={6}>
              <Text size="xs" c="dimmed">
                {t(`knowledge:fields.${field}`)}
              </Text>
            </Group>
            <Words before={one[field]} after={two[field]} language={language} />
          </Box>
        ))
      )}
    </Stack>
  );
}

/** One text's changes: what went is struck through, what came is underlined. */
export function Words({ before, after, language }: { before: string; after: string; language: string }) {
  const parts = useMemo(() => differences(before, after, language), [before, after, language]);
  return (
    <Text size="sm" component="div" className="message-text diff" dir={directionOf(language)} lang={language}>
      {parts.map((part, i) => {
        const Tag = part.added ? 'ins' : part.removed ? 'del' : 'span';
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity, and no state.
        return <Tag key={i}>{part.value}</Tag>;
      })}
    </Text>
  );
}

/** The direction that a language is written in. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

type CompareProps = {
  before: Content | Draft;
  after: Content | Draft;
  language: string;
  titles: [string, string];
};

function asDraft(text: Content | Draft): Draft {
  return Array.isArray(text.questions) ? toDraft(text as Content) : (text as Draft);
}

// Two texts with little in common would keep the page busy for long: then whole lines are compared.
function differences(before: string, after: string, language: string) {
  const words = diffWords(before, after, {
    intlSegmenter: new Intl.Segmenter(language, { granularity: 'word' }),
    timeout: 300,
  });
  return (
    words ??
    diffLines(before, after, { timeout: 300 }) ?? [
      { value: before, removed: true, added: false },
      { value: after, added: true, removed: false },
    ]
  );
}
