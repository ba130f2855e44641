import type { PublishedVariant } from './types.ts';

/** Gives articles without linked intents those that the classifier is sure of on their title, questions and first lines. */
export function linkIntents(
  variants: readonly PublishedVariant[],
  intentsOf: (text: string, language: string) => { name: string; confidence: number }[],
): PublishedVariant[] {
  const bySlug = new Map<string, Map<string, number>>();
  for (const variant of variants) {
    if (variant.intents.length > 0) continue;
    const votes = bySlug.get(variant.slug) ?? new Map<string, number>();
    bySlug.set(variant.slug, votes);
    const texts = [variant.title, ...variant.questions, variant.body.slice(0, 300)].filter(
      (text) => text.trim() !== '',
    );
    for (const text of texts) {
      for (const { name, confidence } of intentsOf(text, variant.language)) {
        if (confidence >= 0.3 && !small.has(name)) votes.set(name, (votes.get(name) ?? 0) + confidence / texts.length);
      }
    }
  }
  return variants.map((variant) => {
    const votes = bySlug.get(variant.slug);
    if (variant.intents.length > 0 || !votes) return variant;
    const best = [...votes].sort((a, b) => b[1] - a[1]).filter(([, weight]) => weight >= 0.25);
    return { ...variant, intents: best.slice(0, 2).map(([name]) => name) };
  });
}

const small = new Set(['greeting', 'thanks', 'goodbye', 'affirm', 'deny', 'out_of_scope', 'praise', 'human_agent']);
