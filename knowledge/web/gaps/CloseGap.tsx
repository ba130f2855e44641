import { Button, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { ArticleSummary } from '../../articles.ts';
import type { GapSummary, GapView } from '../../gaps.ts';

const reasons = ['fixed', 'not_for_us', 'duplicate'] as const;

/** Closes a gap, and says before when it opens again. */
export function CloseGap({
  gap,
  opened,
  onClose,
  onDone,
}: {
  gap: GapView;
  opened: boolean;
  onClose(): void;
  onDone(): void;
}) {
  const { t, language } = useWords();
  const [reason, setReason] = useState<(typeof reasons)[number]>('fixed');
  const [slug, setSlug] = useState<string | null>(gap.articleSlug ?? gap.shown[0]?.slug ?? null);
  const [into, setInto] = useState<string | null>(null);
  const articles = useQuery({
    queryKey: ['articles'],
    queryFn: () => api<{ articles: ArticleSummary[] }>('GET', '/knowledge'),
    enabled: opened,
  });
  const others = useQuery({
    queryKey: ['gaps', 'others', language],
    queryFn: () => api<{ gaps: GapSummary[] }>('GET', `/gaps?own=${language}`),
    enabled: opened && reason === 'duplicate',
  });
  const close = useMutation({
    mutationFn: () =>
      api('POST', `/gaps/${gap.id}/close`, {
        reason,
        ...(reason === 'fixed' ? { slug } : reason === 'duplicate' ? { into } : {}),
      }),
    onSuccess: onDone,
  });
  const ready = reason === 'not_for_us' || (reason === 'fixed' ? slug : into) !== null;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('gaps:closeTitle')}
      closeButtonProps={{ 'aria-label': t('gaps:cancel') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          close.mutate();
        }}
      >
        <Stack>
          <Radio.Group
            value={reason}
            onChange={(value) => setReason(reasons.find((entry) => entry === value) ?? 'fixed')}
            label={t('gaps:why')}
          >
            <Stack gap="xs" mt="xs">
              {reasons.map((value) => (
                <Radio key={value} value={value} label={t(`gaps:reason.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {reason === 'fixed' && (
            <Select
              label={t('gaps:article')}
              searchable
              data={articles.data?.articles.map((article) => article.slug) ?? []}
              value={slug}
              onChange={setSlug}
            />
          )}
          {reason === 'duplicate' && (
            <Select
              label={t('gaps:other')}
              searchable
              data={(others.data?.gaps ?? [])
                .filter(({ id }) => id !== gap.id)
                .map(({ id, title }) => ({ value: id, label: title }))}
              value={into}
              onChange={setInto}
            />
          )}
          <Text size="sm">{t(`gaps:says.${reason}`)}</Text>
          {close.isError && <Failure error={close.error} />}
          <Button type="submit" loading={close.isPending} disabled={!ready} data-testid="confirm-close">
            {t('gaps:close')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
