import { Alert, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { languageLabel, useWords } from '../../core/ui/words.tsx';
import type { VariantView } from '../articles.ts';
import type { Content } from '../types.ts';
import { directionOf, Words } from './Diff.tsx';

/** The text that is translated, beside the translation: as it stands, or what changed in it since. */
export function SourcePane({ language, now, from }: SourceProps) {
  const { t, language: own } = useWords();
  const changed = from?.behind === true && from.made !== null;
  const [mode, setMode] = useState(changed ? 'changes' : 'whole');
  const shown = changed ? mode : 'whole';
  const made = from?.made;
  return (
    <Stack gap="xs" data-testid="source">
      <Group justify="space-between">
        <Text fw={600}>{t('knowledge:source.title', { language: languageLabel(language, own) })}</Text>
        {changed && (
          <SegmentedControl
            size="xs"
            value={shown}
            onChange={setMode}
            data={[
              { value: 'changes', label: t('knowledge:source.changes') },
              { value: 'whole', label: t('knowledge:source.whole') },
            ]}
          />
        )}
      </Group>
      {from?.behind && (
        <Alert color="orange" data-testid="behind">
          {t(changed ? 'knowledge:source.behind' : 'knowledge:source.behindUnknown')}
        </Alert>
      )}
      <Paper withBorder p="md" dir={directionOf(language)} lang={language}>
        {shown === 'changes' && made ? (
          <>
            <Words before={made.title} after={now.title} language={language} />
            <Words before={made.body} after={now.body} language={language} />
          </>
        ) : (
          <>
            <Text fw={600}>{now.title}</Text>
            <Text className="message-text">{now.body}</Text>
            {now.questions.length > 0 && (
              <Text size="sm" c="dimmed" mt="sm" className="message-text">
                {now.questions.join('\n')}
              </Text>
            )}
          </>
        )}
      </Paper>
    </Stack>
  );
}

type SourceProps = {
  language: string;
  now: Content;
  from: VariantView['translatedFrom'];
};
