import {
  ActionIcon,
  Button,
  Group,
  Modal,
  Paper,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconPencil, IconPencilUp, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Member } from '../../core/staff/staff.ts';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleSummary } from '../articles.ts';
import { TryIt } from './TryIt.tsx';

/** All articles and the languages they exist in. */
export function Articles({ me }: { me: Omit<Member, 'sessionId'> }) {
  const { t, language: own } = useWords();
  const [filter, setFilter] = useState('');
  const [making, setMaking] = useState(false);
  const list = useQuery({
    queryKey: ['articles'],
    queryFn: () => api<{ articles: ArticleSummary[]; languages: string[] }>('GET', '/knowledge'),
  });
  const editor = me.roles.some((role) => role === 'editor' || role === 'admin');
  const wanted = filter.trim().toLowerCase();
  const shown = list.data?.articles.filter((article) =>
    `${article.slug} ${article.variants.map((variant) => variant.title).join(' ')}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack p="md">
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('knowledge:title')}
        </Title>
        {editor && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            {t('knowledge:new')}
          </Button>
        )}
      </Group>
      <TryIt />
      <TextInput
        label={t('knowledge:filter')}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
        maw={400}
      />
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={240} />}
      {shown?.length === 0 && <Text c="dimmed">{t(wanted ? 'knowledge:noneFound' : 'knowledge:empty')}</Text>}
      {shown && shown.length > 0 && <Legend />}
      {shown && shown.length > 0 && (
        <Paper withBorder>
          <Table.ScrollContainer minWidth={700}>
            <Table verticalSpacing="sm" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('knowledge:article')}</Table.Th>
                  {list.data?.languages.map((language) => (
                    <Table.Th key={language} ta="center">
                      <abbr title={new Intl.DisplayNames(own, { type: 'language' }).of(language)}>
                        {language.toUpperCase()}
                      </abbr>
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((article) => (
                  <Table.Tr key={article.slug}>
                    <Table.Td>
                      {(article.variants.find((variant) => variant.language === own) ?? article.variants[0])?.title ??
                        article.slug}
                      <Text size="xs" c="dimmed">
                        {[article.slug, article.category, article.demo ? t('knowledge:demo') : '']
                          .filter(Boolean)
                          .join(' · ')}
                      </Text>
                    </Table.Td>
                    {list.data?.languages.map((language) => (
                      <Table.Td key={language} ta="center">
                        <State article={article} language={language} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
      <NewArticle opened={making} onClose={() => setMaking(false)} />
    </Stack>
  );
}

function stateOf(article: ArticleSummary, language: string): keyof typeof looks {
  const variant = article.variants.find((entry) => entry.language === language);
  if (!variant) return 'missing';
  if (!variant.published) return 'draft';
  if (variant.unpublished) return 'changed';
  return variant.state === 'stale' ? 'stale' : 'published';
}

// Each state has a form of its own: colour alone tells nothing to some.
const looks = {
  missing: { color: 'gray', Icon: IconMinus },
  draft: { color: 'yellow', Icon: IconPencil },
  changed: { color: 'yellow', Icon: IconPencilUp },
  stale: { color: 'orange', Icon: IconAlertTriangle },
  published: { color: 'teal', Icon: IconCheck },
} as const;

function State({ article, language }: { article: ArticleSummary; language: string }) {
  const { t, language: own } = useWords();
  const state = stateOf(article, language);
  const { color, Icon } = looks[state];
  const label = `${new Intl.DisplayNames(own, { type: 'language' }).of(language)}: ${t(`knowledge:state.${state}`)}`;
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

function Legend() {
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

function NewArticle({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [slug, setSlug] = useState('');
  const make = useMutation({
    mutationFn: () => api('POST', '/knowledge', { slug }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['articles'] });
      void navigate(`/knowledge/${slug}/${language}`);
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('knowledge:new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('knowledge:slug')}
            description={t('knowledge:slugRule')}
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            value={slug}
            onChange={(event) => setSlug(event.currentTarget.value)}
          />
          {make.isError && <Failure error={make.error} />}
          <Button type="submit" loading={make.isPending}>
            {t('knowledge:create')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
