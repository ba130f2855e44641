import { Alert, Anchor, Button, Group, Paper, Select, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { ApiError, api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import type { FactsVersion } from '../facts.ts';
import { FactRow } from './FactRow.tsx';
import { flatten, isMoney, type Leaf, nest, useFactVersions } from './useFacts.ts';

/** The shop's numbers and names that articles take in as {{variables}}: seen, changed, and how they were before. */
export function Facts() {
  const { t } = useWords();
  const client = useQueryClient();
  const versions = useFactVersions();
  const newest = versions.data?.versions[0];
  const [base, setBase] = useState<FactsVersion>();
  const [leaves, setLeaves] = useState<ReadonlyMap<string, Leaf>>();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<string | null>('text');
  const [clash, setClash] = useState<string[]>();
  const before = flatten(base?.facts ?? {});
  const changed = leaves !== undefined && differing(before, leaves).length > 0;

  useEffect(() => {
    if (!versions.data || leaves) return;
    setBase(newest);
    setLeaves(flatten(newest?.facts ?? {}));
  }, [versions.data, newest, leaves]);

  const save = useMutation({
    mutationFn: () =>
      api('PUT', '/knowledge/-/facts', { facts: nest(leaves ?? new Map()), baseVersion: base?.version ?? 0 }),
    onSuccess: async () => {
      setClash(undefined);
      const fresh = await versions.refetch();
      setBase(fresh.data?.versions[0]);
      setLeaves(flatten(fresh.data?.versions[0]?.facts ?? {}));
      void client.invalidateQueries({ queryKey: ['preview'] });
    },
    onError: async (error) => {
      if (!(error instanceof ApiError) || error.code !== 'stale' || !leaves) return;
      // What only they changed is taken over; what I changed stands, and is shown where both did.
      const theirs = (await versions.refetch()).data?.versions[0];
      const mine = differing(before, leaves);
      const merged = new Map(flatten(theirs?.facts ?? {}));
      setClash(mine.filter((key) => differing(before, merged).includes(key)));
      for (const key of mine) {
        const value = leaves.get(key);
        if (value === undefined) merged.delete(key);
        else merged.set(key, value);
      }
      setBase(theirs);
      setLeaves(merged);
    },
  });
  const set = (key: string, value: Leaf | undefined) => {
    const next = new Map(leaves);
    if (value === undefined) next.delete(key);
    else next.set(key, value);
    setLeaves(next);
  };
  return (
    <Stack p="md" maw={1000}>
      <Anchor component={Link} to="/knowledge">
        {t('knowledge:back')}
      </Anchor>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('knowledge:facts.title')}
        </Title>
        <Button onClick={() => save.mutate()} loading={save.isPending} disabled={!changed} data-testid="save-facts">
          {t('knowledge:facts.save')}
        </Button>
      </Group>
      <Text c="dimmed">{t('knowledge:facts.hint')}</Text>
      {versions.isError && <Failure error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.isPending && <Skeleton height={240} />}
      {save.isError && !clash && !(save.error instanceof ApiError && save.error.code === 'stale') && (
        <Failure error={save.error} />
      )}
      {clash && (
        <Alert color="yellow" title={t('knowledge:conflict.title')} data-testid="facts-conflict">
          {t('knowledge:facts.conflict', { names: clash.join(', ') || '–' })}
        </Alert>
      )}
      {leaves?.size === 0 && <Text c="dimmed">{t('knowledge:facts.empty')}</Text>}
      {leaves && leaves.size > 0 && (
        <Paper withBorder p="md">
          <Stack gap={6}>
            {[...leaves].map(([key, value]) => (
              <FactRow key={key} name={key} value={value} onChange={(next) => set(key, next)} />
            ))}
          </Stack>
        </Paper>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!leaves?.has(name)) set(name, kind === 'price' ? { amount: '0.00', currency: 'EUR' } : '');
          setName('');
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={t('knowledge:facts.new')}
            description={t('knowledge:facts.newHint')}
            pattern="[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*"
            required
            maxLength={80}
            dir="ltr"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t('knowledge:facts.kind')}
            data={['text', 'price'].map((value) => ({ value, label: t(`knowledge:facts.${value}`) }))}
            value={kind}
            onChange={setKind}
            allowDeselect={false}
            w={180}
          />
          <Button type="submit" variant="default">
            {t('knowledge:create')}
          </Button>
        </Group>
      </form>
      {versions.data && versions.data.versions.length > 0 && (
        <FactHistory versions={versions.data.versions} onRestore={(version) => setLeaves(flatten(version.facts))} />
      )}
    </Stack>
  );
}

function FactHistory({ versions, onRestore }: { versions: FactsVersion[]; onRestore(version: FactsVersion): void }) {
  const { t, language } = useWords();
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('knowledge:versions')}
      </Title>
      {versions.map((version, i) => {
        const [old, now] = [flatten(versions[i + 1]?.facts ?? {}), flatten(version.facts)];
        const names = versions[i + 1] ? differing(old, now) : [];
        return (
          <Group key={version.version} justify="space-between" data-testid="facts-version">
            <div>
              <Text size="sm">
                {version.version} · {when.format(new Date(version.createdAt))} ·{' '}
                {version.author ?? t('knowledge:imported')}
              </Text>
              {names.map((name) => (
                <Text size="xs" c="dimmed" key={name}>
                  <bdi>{`${name}: ${say(old.get(name))} → ${say(now.get(name))}`}</bdi>
                </Text>
              ))}
            </div>
            {i > 0 && (
              <Button size="compact-sm" variant="subtle" onClick={() => onRestore(version)}>
                {t('knowledge:facts.restore')}
              </Button>
            )}
          </Group>
        );
      })}
    </Stack>
  );
}

function differing(one: ReadonlyMap<string, Leaf>, two: ReadonlyMap<string, Leaf>): string[] {
  return [...new Set([...one.keys(), ...two.keys()])].filter(
    (name) => JSON.stringify(one.get(name)) !== JSON.stringify(two.get(name)),
  );
}

function say(value: Leaf | undefined): string {
  if (value === undefined) return '–';
  if (isMoney(value)) return `${value.amount} ${value.currency}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
