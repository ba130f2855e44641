import { Badge } from '@mantine/core';
import { IconHeadset, IconHelpOff, IconMessageCircle, IconMessageCircleOff, IconThumbDown } from '@tabler/icons-react';
import { useWords } from '../../../core/ui/words.tsx';
import type { QuestionKind } from '../../gapTables.ts';

const icons = {
  refused: IconHelpOff,
  off_topic: IconMessageCircleOff,
  handoff: IconHeadset,
  unhelpful: IconThumbDown,
  agent: IconMessageCircle,
} as const;

/** What became of questions: why they are here. */
export function Kinds({ kinds }: { kinds: readonly QuestionKind[] }) {
  const { t } = useWords();
  return kinds
    .filter((kind) => kind !== 'answered')
    .map((kind) => {
      const Icon = icons[kind];
      return (
        <Badge key={kind} tt="none" variant="light" color="gray" leftSection={<Icon size={14} aria-hidden />}>
          {t(`gaps:kind.${kind}`)}
        </Badge>
      );
    });
}
