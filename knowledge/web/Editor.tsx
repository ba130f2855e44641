import {
  Alert,
  Anchor,
  Badge,
  Box,
  Button,
  Grid,
  Group,
  Paper,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Block } from '../../core/blocks.ts';
import { ApiError, api } from '../../core/ui/api.ts';
import { Blocks } from '../../core/ui/Blocks.tsx';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleView } from '../articles.ts';
import type { Content } from '../types.ts';

type Draft = { title: string; body: string; questions: string; keywords: string };

/** One article in one language: text beside its preview, saving that never overwrites a colleague, publishing. */
export function Editor() {
  const { slug = '', language = '' } = useParams();
  const { t, language: own } = useWords();
  const client = useQueryClient();
  const article = useQuery({
    queryKey: ['article', slug],
    queryFn: () => api<ArticleView>('GET', `/knowledge/${slug}`),
  });
  const variant = article.data?.variants.find((entry) => entry.language === language);
  const [draft, setDraft] = useState<Draft>();
  const [version, setVersion] = useState(0);
  const [conflict, setConflict] = useState<Content>();
  const [failure, setFailure] = useState<unknown>();
  const [done, setDone] = useState<'saved' | 'published'>();
  const [busy, setBusy] = useState(false);
  const [body] = useDebouncedValue(draft?.body ?? '', 250);
  const preview = useQuery({
    queryKey: ['preview', body, language],
    queryFn: () => api<{ blocks: Block[] }>('POST', '/knowledge/preview', { body, language }),
    enabled: body !== '',
  });

  useEffect(() => {
    if (draft || !article.data) return;
    setDraft(toDraft(variant?.draft));
    setVersion(variant?.version ?? 0);
  }, [article.data, draft, variant]);

  async function save(): Promise<number | undefined> {
    if (!draft) return undefined;
    setBusy(true);
    setFailure(undefined);
    setDone(undefined);
    try {
      const saved = await api<{ version: number }>('PUT', `/knowledge/${slug}/${language}`, {
        ...toContent(draft),
        baseVersion: version,
      });
      setVersion(saved.version);
      setConflict(undefined);
      setDone('saved');
      return saved.version;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'stale') {
        setConflict(error.details.draft as Content | undefined);
        setVersion(Number(error.details.version ?? version));
      } else setFailure(error);
      return undefined;
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['articles'] });
    }
  }

  async function publish() {
    const saved = await save();
    if (saved === undefined) return;
    try {
      await api('POST', `/knowledge/${slug}/${language}/publish`, { baseVersion: saved });
      setDone('published');
      void client.invalidateQueries({ queryKey: ['article', slug] });
    } catch (error) {
      setFailure(error);
    }
  }

  if (article.isError) return <Failure error={article.error} onRetry={() => void article.refetch()} />;
  if (!draft) return <Skeleton m="md" height={400} />;
  const change = (name: keyof Draft) => (event: { currentTarget: { value: string } }) => {
    setDone(undefined);
    setDraft({ ...draft, [name]: event.currentTarget.value });
  };
  const direction = language === 'ar' ? 'rtl' : 'ltr';
  return (
    <Stack p="md">
      <Anchor component={Link} to="/knowledge">
        {t('knowledge:back')}
      </Anchor>
      <Group justify="space-between">
        <Group gap="xs">
          <Title order={1} size="h3">
            {slug}
          </Title>
          <Badge tt="none" variant="light">
            {new Intl.DisplayNames(own, { type: 'language' }).of(language)}
          </Badge>
        </Group>
        <Group>
          {done && (
            <Text role="status" c="teal" data-testid="done">
              {t(`knowledge:${done}`)}
            </Text>
          )}
          <Button variant="default" onClick={() => void save()} loading={busy} data-testid="save">
            {t('knowledge:save')}
          </Button>
          <Button
            onClick={() => void publish()}
            loading={busy}
            disabled={!draft.title.trim() || !draft.body.trim()}
            data-testid="publish"
          >
            {t('knowledge:publish')}
          </Button>
        </Group>
      </Group>
      {failure !== undefined && <Failure error={failure} />}
      {conflict && (
        <Alert color="yellow" title={t('knowledge:conflict')}>
          <Text size="sm">{t('knowledge:conflictHint')}</Text>
          <Paper withBorder p="sm" mt="xs">
            <Text fw={600}>{conflict.title}</Text>
            <Text className="message-text" size="sm" dir={direction}>
              {conflict.body}
            </Text>
          </Paper>
        </Alert>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <TextInput
              label={t('knowledge:fields.title')}
              dir={direction}
              required
              value={draft.title}
              onChange={change('title')}
            />
            <Textarea
              label={t('knowledge:fields.body')}
              description={t('knowledge:fields.bodyHint')}
              dir={direction}
              autosize
              minRows={14}
              required
              value={draft.body}
              onChange={change('body')}
              data-testid="body"
            />
            <Textarea
              label={t('knowledge:fields.questions')}
              description={t('knowledge:fields.onePerLine')}
              dir={direction}
              autosize
              minRows={4}
              value={draft.questions}
              onChange={change('questions')}
            />
            <Textarea
              label={t('knowledge:fields.keywords')}
              description={t('knowledge:fields.onePerLine')}
              dir={direction}
              autosize
              minRows={2}
              value={draft.keywords}
              onChange={change('keywords')}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Text fw={600} mb="xs">
            {t('knowledge:preview')}
          </Text>
          <Paper withBorder p="md" dir={direction} lang={language}>
            {preview.data && body ? (
              <Blocks blocks={preview.data.blocks} />
            ) : (
              <Text c="dimmed">{t('knowledge:previewEmpty')}</Text>
            )}
          </Paper>
          <Box mt="md">
            <Text fw={600}>{t('knowledge:versions')}</Text>
            {variant?.versions.length ? (
              variant.versions.slice(0, 8).map((entry) => (
                <Text size="sm" key={entry.number} fw={entry.number === variant.publishedNumber ? 600 : 400}>
                  {entry.number} ·{' '}
                  {new Intl.DateTimeFormat(own, { dateStyle: 'medium', timeStyle: 'short' }).format(
                    new Date(entry.publishedAt),
                  )}
                </Text>
              ))
            ) : (
              <Text size="sm" c="dimmed">
                {t('knowledge:neverPublished')}
              </Text>
            )}
          </Box>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function toDraft(content: Content | undefined): Draft {
  return {
    title: content?.title ?? '',
    body: content?.body ?? '',
    questions: content?.questions.join('\n') ?? '',
    keywords: content?.keywords.join('\n') ?? '',
  };
}

function toContent(draft: Draft): Content {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  return {
    title: draft.title.trim(),
    body: draft.body,
    questions: lines(draft.questions),
    keywords: lines(draft.keywords),
  };
}
