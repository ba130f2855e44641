import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';

type Step = 'unpublish' | 'removeLanguage' | 'removeArticle';

/** Taking back and deleting, each after one question. */
export function Remove({ slug, language, version, published, onUnpublished, onRemoved }: RemoveProps) {
  const { t } = useWords();
  const [step, setStep] = useState<Step>();
  const act = useMutation({
    mutationFn: (what: Step) =>
      what === 'unpublish'
        ? api('POST', `/knowledge/${slug}/${language}/unpublish`, { baseVersion: version })
        : api('DELETE', what === 'removeLanguage' ? `/knowledge/${slug}/${language}` : `/knowledge/${slug}`),
    onSuccess: (_answer, what) => {
      setStep(undefined);
      if (what === 'unpublish') onUnpublished();
      else onRemoved();
    },
  });
  const steps: Step[] = [...(published ? (['unpublish'] as const) : []), 'removeLanguage', 'removeArticle'];
  return (
    <Group gap="xs">
      {steps.map((what) => (
        <Button key={what} size="xs" variant="default" onClick={() => setStep(what)} data-testid={what}>
          {t(`knowledge:remove.${what}`)}
        </Button>
      ))}
      <Modal
        closeButtonProps={{ 'aria-label': t('knowledge:close') }}
        opened={step !== undefined}
        onClose={() => setStep(undefined)}
        title={step && t(`knowledge:remove.${step}`)}
      >
        <Stack>
          <Text>{step && t(`knowledge:remove.${step}Hint`)}</Text>
          {act.isError && <Failure error={act.error} />}
          <Group>
            <Button
              color="red"
              loading={act.isPending}
              onClick={() => step && act.mutate(step)}
              data-testid="confirm-remove"
            >
              {step && t(`knowledge:remove.${step}`)}
            </Button>
            <Button variant="default" onClick={() => setStep(undefined)}>
              {t('knowledge:cancel')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}

type RemoveProps = {
  slug: string;
  language: string;
  version: number;
  published: boolean;
  onUnpublished(): void;
  onRemoved(): void;
};
