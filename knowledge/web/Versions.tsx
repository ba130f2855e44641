import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { VariantView } from '../articles.ts';
import type { Content } from '../types.ts';
import { Compare } from './Diff.tsx';
import { sameDraft, toContent, toDraft } from './draft.ts';
import type { DraftTools } from './useDraft.ts';

/** What was published when and by whom, what changed each time, and the way back to any of it. */
export function Versions({ variant, tools, place, onChanged }: VersionsProps) {
  const { t, language: own } = useWords();
  const [open, setOpen] = useState<number | 'draft'>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const { versions, publishedNumber, language } = variant;
  const published = versions.find((version) => version.number === publishedNumber);
  const pending = published && !sameDraft(toDraft(published.content), tools.draft);
  const index = versions.findIndex((version) => version.number === open);
  const chosen = versions[index];
  const [before, after]: [Content, Content] =
    open === 'draft'
      ? [published?.content ?? empty, toContent(tools.draft)]
      : [versions[index + 1]?.content ?? empty, chosen?.content ?? empty];
  const when = (date: string) =>
    new Intl.DateTimeFormat(own, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(date));

  async function rollBack(number: number) {
    setBusy(true);
    setFailure(undefined);
    try {
      const baseVersion = (await tools.save()) ?? tools.version;
      await api('POST', `${place}/rollback`, { number, baseVersion });
      setOpen(undefined);
      onChanged();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Stack gap="xs">
      {versions.length === 0 && <Text c="dimmed">{t('knowledge:neverPublished')}</Text>}
      {pending && (
        <Button
          variant="light"
          size="compact-md"
          onClick={() => setOpen('draft')}
          style={{ alignSelf: 'flex-start' }}
          data-testid="compare-draft"
        >
          {t('knowledge:compare.draft')}
        </Button>
      )}
      {versions.map((version) => (
        <Group key={version.number} justify="space-between" wrap="nowrap" data-testid="version">
          <div>
            <Group gap={6}>
              <Text fw={600} className="number">
                {version.number}
              </Text>
              <Text size="sm">{when(version.publishedAt)}</Text>
              {version.number === publishedNumber && (
                <Badge size="sm" tt="none" variant="light">
                  {t('knowledge:state.published')}
                </Badge>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {version.author ?? t('knowledge:imported')}
            </Text>
          </div>
          <Button size="compact-sm" variant="subtle" onClick={() => setOpen(version.number)}>
            {t('knowledge:compare.show')}
          </Button>
        </Group>
      ))}
      <Modal
        closeButtonProps={{ 'aria-label': t('knowledge:close') }}
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        size="xl"
        title={
          open === 'draft'
            ? t('knowledge:compare.draft')
            : t('knowledge:compare.version', { number: String(open ?? '') })
        }
      >
        <Stack>
          {failure !== undefined && <Failure error={failure} />}
          <Compare
            before={before}
            after={after}
            language={language}
            titles={[
              open === 'draft' ? t('knowledge:state.published') : t('knowledge:compare.before'),
              open === 'draft'
                ? t('knowledge:state.draft')
                : t('knowledge:compare.version', { number: String(open ?? '') }),
            ]}
          />
          {chosen && chosen.number !== publishedNumber && (
            <Group>
              <Button loading={busy} onClick={() => void rollBack(chosen.number)} data-testid="rollback">
                {t('knowledge:compare.rollback')}
              </Button>
              <Text size="sm" c="dimmed">
                {t('knowledge:compare.rollbackHint')}
              </Text>
            </Group>
          )}
        </Stack>
      </Modal>
    </Stack>
  );
}

type VersionsProps = { variant: VariantView; tools: DraftTools; place: string; onChanged(): void };

const empty: Content = { title: '', body: '', questions: [], keywords: [] };
