import type { Content } from '../types.ts';

/** A text as its form holds it: lists are lines. */
export type Draft = { title: string; body: string; questions: string; keywords: string };
export const draftFields = ['title', 'body', 'questions', 'keywords'] as const;
export type DraftField = (typeof draftFields)[number];

export function toDraft(content: Content | null | undefined): Draft {
  return {
    title: content?.title ?? '',
    body: content?.body ?? '',
    questions: content?.questions.join('\n') ?? '',
    keywords: content?.keywords.join('\n') ?? '',
  };
}

export function toContent(draft: Draft): Content {
  return {
    title: draft.title.trim(),
    body: draft.body,
    questions: lines(draft.questions),
    keywords: lines(draft.keywords),
  };
}

/** Whether both would be saved as the same. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return JSON.stringify(toContent(a)) === JSON.stringify(toContent(b));
}

/** Fields that only one of two changed need no decision; of the others, mine stands until the editor chooses. */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): Draft {
  const merged = { ...mine };
  for (const field of draftFields) if (mine[field] === base[field]) merged[field] = theirs[field];
  return merged;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
