import { createBreaker } from '../../core/model/breaker.ts';
import type { VectorIndex, VectorQuery } from './vectorIndex.ts';

/** Asks the first index, and the second when the first fails, rests after failures, or holds nothing. */
export function createFailover({ first, second, onFailure }: FailoverParts): Pick<VectorIndex, 'nearest'> {
  const breaker = createBreaker({ failures: 3, of: 10 });
  return {
    async nearest(query: VectorQuery) {
      const end = breaker.enter();
      if (!end) return second.nearest(query);
      try {
        const found = await first.nearest(query);
        end(true);
        return found.length > 0 ? found : second.nearest(query);
      } catch (error) {
        end(false);
        onFailure(error);
        return second.nearest(query);
      }
    },
  };
}

type FailoverParts = {
  first: Pick<VectorIndex, 'nearest'>;
  second: Pick<VectorIndex, 'nearest'>;
  onFailure(error: unknown): void;
};
