/**
 * Joins ranked lists into one by rank alone (reciprocal rank fusion), for scores of different kinds do not compare: what
 * stands high in several lists comes first. Equal sums keep the order of the first list.
 */
export function fuseByRank<T>(lists: readonly (readonly T[])[], k = 60): T[] {
  const sums = new Map<T, number>();
  for (const list of lists)
    for (const [rank, item] of list.entries()) sums.set(item, (sums.get(item) ?? 0) + 1 / (k + rank + 1));
  return [...sums].sort((a, b) => b[1] - a[1]).map(([item]) => item);
}
