import type { Candidate, Rule } from './types.ts';

/** Chooses among candidates that claim the same place; the order of `rules` decides, then the longer one. */
export function choose(candidates: readonly Candidate[]): Candidate[] {
  const ranked = candidates
    .map((candidate) => ({ candidate, rank: rules.indexOf(candidate.rule) }))
    .sort(
      (a, b) => a.rank - b.rank || length(b.candidate) - length(a.candidate) || a.candidate.start - b.candidate.start,
    );
  const chosen: Candidate[] = [];
  for (const { candidate } of ranked) {
    if (chosen.length >= most) break;
    const { start, end, rule } = candidate;
    if (chosen.some((other) => start < other.end && other.start < end && !mayStandIn(rule, other.rule))) continue;
    chosen.push(candidate);
  }
  return chosen.filter(({ rule }) => !silent.has(rule)).sort((a, b) => a.start - b.start || b.end - a.end);
}

// The surest first. What has a check digit or a form that nothing else has stands before what words tell, and that before a bare number.
const rules: Rule[] = [
  'email',
  'tracking',
  'link',
  'shop-order',
  'card',
  'amount',
  'address',
  'date',
  'phone',
  'tracking-told',
  'order-told',
  'order-form',
  'postcode-told',
  'postcode-form',
  'asked',
  'phone-form',
  'tracking-check',
  'order-bare',
  'postcode-loose',
  'city',
  'country',
  'quantity',
  'reason',
  'product',
  'relative-date',
];

// They hold their place so that nothing else is read there, and tell nothing themselves.
const silent = new Set<Rule>(['link', 'card']);

// An address keeps its parts: a postcode in it may be the proof of an order.
const parts = new Set<Rule>(['postcode-told', 'postcode-form', 'postcode-loose', 'country', 'city', 'phone', 'email']);

function mayStandIn(rule: Rule, outer: Rule): boolean {
  return (outer === 'address' && parts.has(rule)) || (rule === 'address' && parts.has(outer));
}

// More than any message says; the rest of a flood is not worth its time.
const most = 200;

function length({ start, end }: Candidate): number {
  return end - start;
}
