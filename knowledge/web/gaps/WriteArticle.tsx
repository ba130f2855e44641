import { Button, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../core/ui/api.ts';
import { Failure } from '../../../core/ui/Failure.tsx';
import { useWords } from '../../../core/ui/words.tsx';
import type { GapView } from '../../gaps.ts';

const fresh = '';

/** Begins an article from a gap, or a change of one that was shown, and opens it in the editor. */
export function WriteArticle({
  gap,
  opened,
  onClose,
}: {
  gap: GapView & { suggestedSlug: string };
  opened: boolean;
  onClose(): void;
}) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const targets = [...new Set([gap.articleSlug, ...gap.shown.map((shown) => shown.slug)])].filter(
    (name) => name !== null,
  );
  const [target, setTarget] = useState(targets[0] ?? fresh);
  const [slug, setSlug] = useState(gap.suggestedSlug);
  const begin = useMutation({
    mutationFn: () =>
      api<{ slug: string; language: string }>('POST', `/gaps/${gap.id}/draft?own=${language}`, {
        slug: target === fresh ? slug : target,
        change: target !== fresh,
      }),
    onSuccess: (made) => {
      void client.invalidateQueries();
      void navigate(`/knowledge/${made.slug}/${made.language}`);
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t(targets.length > 0 ? 'gaps:writeOrChange' : 'gaps:write')}
      closeButtonProps={{ 'aria-label': t('gaps:cancel') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <Stack>
          {targets.length > 0 && (
            <Radio.Group value={target} onChange={setTarget} label={t('gaps:where')}>
              <Stack gap="xs" mt="xs">
                {targets.map((name) => (
                  <Radio key={name} value={name} label={t('gaps:change', { slug: name })} />
                ))}
                <Radio value={fresh} label={t('gaps:write')} />
              </Stack>
            </Radio.Group>
          )}
          {target === fresh && (
            <TextInput
              label={t('gaps:slug')}
              description={t('gaps:slugRule')}
              required
              dir="ltr"
              pattern="[a-z0-9]+(-[a-z0-9]+)*"
              value={slug}
              onChange={(event) => setSlug(event.currentTarget.value)}
              data-testid="gap-slug"
            />
          )}
          <Text size="sm" c="dimmed">
            {t('gaps:writeHint')}
          </Text>
          {begin.isError && <Failure error={begin.error} />}
          <Button type="submit" loading={begin.isPending} data-testid="begin">
            {t('gaps:begin')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
