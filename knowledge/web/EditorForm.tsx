import { ActionIcon, Alert, Badge, Button, Grid, Group, Stack, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconKeyboard } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleView } from '../articles.ts';
import { ConflictPanel } from './Conflict.tsx';
import { directionOf } from './Diff.tsx';
import { LeaveGuard } from './LeaveGuard.tsx';
import { MarkdownField } from './MarkdownField.tsx';
import { SaveLine } from './SaveLine.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { SidePanel } from './SidePanel.tsx';
import { SourcePane } from './SourcePane.tsx';
import type { ArticleList } from './useArticles.ts';
import { useDraft } from './useDraft.ts';
import { useFactNames } from './useFacts.ts';

/** The text in one language beside its source and what it will look like; saves by itself, publishes when told. */
export function EditorForm({ article, language, list }: { article: ArticleView; language: string; list: ArticleList }) {
  const { t } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { slug } = article;
  const place = `/knowledge/${slug}/${language}`;
  const variant = article.variants.find((entry) => entry.language === language);
  const tools = useDraft(slug, language, variant);
  const facts = useFactNames();
  const [failure, setFailure] = useState<unknown>();
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [helping, setHelping] = useState(false);
  const { draft, history, state } = tools;
  const direction = directionOf(language);
  const unknown = unknownIn(`${draft.title}\n${draft.body}`, facts);
  const ready = draft.title.trim() !== '' && draft.body.trim() !== '' && !tools.conflict;
  const sourceLanguage = variant?.translatedFrom?.language ?? article.source;
  const source = article.variants.find((entry) => entry.language === sourceLanguage);
  const original = variant?.translatedFrom?.now ?? source?.draft;

  async function change(path: string, published = false) {
    setBusy(true);
    setFailure(undefined);
    try {
      const baseVersion = await tools.save();
      if (baseVersion === undefined) return;
      await api('POST', `${place}/${path}`, { baseVersion });
      setDone(published);
      reload();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }
  const publish = () => change('publish', true);
  function reload() {
    void client.invalidateQueries({ queryKey: ['article', slug] });
    void client.invalidateQueries({ queryKey: ['articles'] });
  }

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === '?' && !typing) setHelping(true);
      if (!(event.ctrlKey || event.metaKey)) return;
      if (event.key.toLowerCase() === 's') {
        event.preventDefault();
        void tools.save();
      }
      if (event.key === 'Enter' && ready && !busy) {
        event.preventDefault();
        void publish();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  function onKeyDown(event: KeyboardEvent) {
    if (!(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    const redo = key === 'y' || (key === 'z' && event.shiftKey);
    if (!redo && key !== 'z') return;
    // The form has one history over all its fields; the browser's knows single fields only.
    event.preventDefault();
    if (redo) history.redo();
    else history.undo();
  }
  const field = (name: 'title' | 'questions' | 'keywords') => ({
    label: t(`knowledge:fields.${name}`),
    dir: direction,
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => tools.change(name, event.currentTarget.value),
  });
  const wide = original && sourceLanguage !== language ? 4 : 7;
  return (
    <>
      <LeaveGuard tools={tools} />
      <Shortcuts opened={helping} onClose={() => setHelping(false)} />
      <Group justify="space-between">
        <Group gap="xs">
          <SaveLine state={state} done={done && !tools.dirty} />
          {variant && variant.state !== 'reviewed' && (
            <Badge tt="none" variant="light" color={variant.state === 'stale' ? 'orange' : 'grape'}>
              {t(`knowledge:state.${variant.state === 'stale' ? 'stale' : 'machine'}`)}
            </Badge>
          )}
        </Group>
        <Group gap="xs">
          {(
            [
              ['undo', IconArrowBackUp, history.canUndo, history.undo],
              ['redo', IconArrowForwardUp, history.canRedo, history.redo],
              ['help', IconKeyboard, true, () => setHelping(true)],
            ] as const
          ).map(([name, Icon, able, run]) => (
            <Tooltip key={name} label={t(`knowledge:keys.${name}`)}>
              <ActionIcon
                variant="subtle"
                size="lg"
                disabled={!able}
                aria-label={t(`knowledge:keys.${name}`)}
                onClick={run}
                data-testid={name}
              >
                <Icon size={20} />
              </ActionIcon>
            </Tooltip>
          ))}
          {variant && variant.state !== 'reviewed' && (
            <Button
              variant="default"
              onClick={() => void change('reviewed')}
              loading={busy}
              data-testid="mark-reviewed"
            >
              {t('knowledge:markReviewed')}
            </Button>
          )}
          <Button variant="default" onClick={() => void tools.save()} disabled={!tools.dirty} data-testid="save">
            {t('knowledge:saveDraft')}
          </Button>
          <Button onClick={() => void publish()} loading={busy} disabled={!ready} data-testid="publish">
            {t('knowledge:publish')}
          </Button>
        </Group>
      </Group>
      {(failure ?? tools.failure) !== undefined && <Failure error={failure ?? tools.failure} />}
      <ConflictPanel tools={tools} language={language} />
      <Grid>
        {original && sourceLanguage !== language && (
          <Grid.Col span={{ base: 12, md: 6, lg: 4 }}>
            <SourcePane
              key={String(variant?.translatedFrom?.behind)}
              language={sourceLanguage}
              now={original}
              from={variant?.translatedFrom ?? null}
            />
          </Grid.Col>
        )}
        <Grid.Col span={{ base: 12, md: wide === 4 ? 6 : 7, lg: wide }}>
          <Stack gap="sm" onKeyDown={onKeyDown}>
            <TextInput {...field('title')} required maxLength={300} />
            <MarkdownField
              label={t('knowledge:fields.body')}
              description={t('knowledge:fields.bodyHint')}
              value={draft.body}
              onChange={(value) => tools.change('body', value)}
              direction={direction}
              facts={facts}
            />
            {unknown.length > 0 && (
              <Alert color="yellow" role="alert" data-testid="unknown-facts">
                {t('knowledge:unknownFacts', { names: unknown.join(', ') })}
              </Alert>
            )}
            <Textarea
              {...field('questions')}
              description={t('knowledge:fields.onePerLine')}
              autosize
              minRows={4}
              maxRows={14}
            />
            <Textarea
              {...field('keywords')}
              description={t('knowledge:fields.onePerLine')}
              autosize
              minRows={2}
              maxRows={8}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: wide === 4 ? 12 : 5, lg: 12 - wide - (wide === 4 ? 4 : 0) }}>
          <SidePanel
            article={article}
            variant={variant}
            language={language}
            list={list}
            tools={tools}
            place={place}
            onChanged={reload}
            onRemoved={() => {
              tools.discard();
              void client.invalidateQueries({ queryKey: ['articles'] });
              client.removeQueries({ queryKey: ['article', slug] });
              void navigate('/knowledge');
            }}
          />
        </Grid.Col>
      </Grid>
    </>
  );
}

// The names in double braces that the facts do not have; none while the facts are not known.
function unknownIn(text: string, facts: readonly string[]): string[] {
  const names = [...text.matchAll(/\{\{\s*([^{}]{1,100}?)\s*\}\}/g)].map((match) => match[1] ?? '');
  return facts.length === 0
    ? []
    : [...new Set(names)].filter((name) => !facts.includes(name)).map((name) => `{{${name}}}`);
}
