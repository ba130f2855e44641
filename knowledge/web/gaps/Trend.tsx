import { Group, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconEqual } from '@tabler/icons-react';
import { useWords } from '../../../core/ui/words.tsx';
import type { GapSummary } from '../../gaps.ts';

/** Whether a question is asked more often than the week before, and when it was asked last. */
export function Trend({ gap }: { gap: GapSummary }) {
  const { t, language } = useWords();
  const Icon = gap.recent > gap.before ? IconArrowUp : gap.recent < gap.before ? IconArrowDown : IconEqual;
  return (
    <Group gap={6} mt={6} c="dimmed" wrap="nowrap">
      <Icon size={16} aria-hidden style={{ flex: 'none' }} />
      <Text size="sm" className="number">
        {t('gaps:trend', { recent: gap.recent, before: gap.before })} ·{' '}
        {t('gaps:last', { date: dayOf(gap.lastAt, language) })}
      </Text>
    </Group>
  );
}

function dayOf(time: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'ar' ? 'ar-u-ca-gregory-nu-latn' : language, {
    dateStyle: 'medium',
  }).format(new Date(time));
}
