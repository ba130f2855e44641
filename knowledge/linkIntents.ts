import type { PublishedVariant } from './types.ts';

/**
 * Gives articles that no editor linked to intents those that the classifier sees in their titles, questions and first lines, with
 * the mean of its confidences over all languages.
 */
export function linkIntents(
  variants: readonly PublishedVariant[],
  intentsOf: (text: string, language: string) => { name: string; confidence: number }[],
): PublishedVariant[] {
  const bySlug = new Map<string, { sums: Map<string, number>; weight: number }>();
  for (const variant of variants) {
    if (variant.intents.length > 0) continue;
    const votes = bySlug.get(variant.slug) ?? { sums: new Map<string, number>(), weight: 0 };
    bySlug.set(variant.slug, votes);
    const parts: [text: string, weight: number][] = [
      [variant.title, 2],
      ...variant.questions.map((question): [string, number] => [question, 1.5]),
      [variant.body.slice(0, 300), 1],
    ];
    for (const [text, weight] of parts) {
      if (text.trim() === '') continue;
      votes.weight += weight;
      for (const { name, confidence } of intentsOf(text, variant.language))
        if (!small.has(name)) votes.sums.set(name, (votes.sums.get(name) ?? 0) + weight * confidence);
    }
  }
  return variants.map((variant) => {
    const votes = bySlug.get(variant.slug);
    if (variant.intents.length > 0 || !votes) return variant;
    const likelyIntents = [...votes.sums]
      .map(([name, sum]) => ({ name, confidence: sum / votes.weight }))
      .filter(({ confidence }) => confidence >= 0.05)
      .sort((a, b) => b.confidence - a.confidence)
      .slice(0, 5);
    return { ...variant, likelyIntents };
  });
}

const small = new Set(['greeting', 'thanks', 'goodbye', 'affirm', 'deny', 'out_of_scope', 'praise', 'human_agent']);
