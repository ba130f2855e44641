import { useQuery } from '@tanstack/react-query';
import { api } from '../../core/ui/api.ts';
import type { Facts, FactsVersion, FactValue } from '../facts.ts';

/** The versions of the shop's facts, newest first. */
export function useFactVersions() {
  return useQuery({
    queryKey: ['facts'],
    queryFn: () => api<{ versions: FactsVersion[] }>('GET', '/knowledge/-/facts'),
    staleTime: 60_000,
  });
}

/** The names that a text can use, sorted. */
export function useFactNames(): string[] {
  const versions = useFactVersions();
  return [...flatten(versions.data?.versions[0]?.facts ?? {}).keys()];
}

export type Leaf = number | string | boolean | Money | FactValue[];
type Money = { amount: string; currency: string };

/** Nested facts as dotted names with their values, sorted by name. */
export function flatten(facts: Facts, path = ''): Map<string, Leaf> {
  const entries = Object.entries(facts).flatMap(([name, value]): [string, Leaf][] => {
    const full = path ? `${path}.${name}` : name;
    return isGroup(value) ? [...flatten(value, full)] : [[full, value as Leaf]];
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The inverse of `flatten`. */
export function nest(leaves: ReadonlyMap<string, Leaf>): Facts {
  const facts: Facts = {};
  for (const [path, value] of leaves) {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    let place = facts;
    for (const part of parts) {
      const next = place[part];
      place = place[part] = isGroup(next) ? next : {};
    }
    place[last] = value;
  }
  return facts;
}

/** A price. */
export function isMoney(value: unknown): value is Money {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && 'amount' in value && 'currency' in value
  );
}

function isGroup(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMoney(value);
}
