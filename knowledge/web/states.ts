import { IconAlertTriangle, IconCheck, IconMinus, IconPencil, IconPencilUp, IconRobot } from '@tabler/icons-react';
import type { ArticleSummary } from '../articles.ts';

/** How a language of an article stands, worst first: what an editor should do about it. */
export function stateOf(article: Pick<ArticleSummary, 'variants'>, language: string): State {
  const variant = article.variants.find((entry) => entry.language === language);
  if (!variant) return 'missing';
  if (variant.state === 'machine draft') return 'machine';
  if (!variant.published) return 'draft';
  if (variant.state === 'stale') return 'stale';
  return variant.unpublished ? 'changed' : 'published';
}

/** Each state has a form of its own: colour alone tells nothing to some. */
export const looks = {
  missing: { color: 'gray', Icon: IconMinus },
  machine: { color: 'grape', Icon: IconRobot },
  draft: { color: 'yellow', Icon: IconPencil },
  stale: { color: 'orange', Icon: IconAlertTriangle },
  changed: { color: 'yellow', Icon: IconPencilUp },
  published: { color: 'teal', Icon: IconCheck },
} as const;

export type State = keyof typeof looks;
export const states = Object.keys(looks) as State[];
