import { setTimeout as sleep } from 'node:timers/promises';

/** A fetch that gives up an attempt after a time and tries again, later each time, what was refused as too much or failed. */
export function retryingFetch({ tries, timeoutMs, backoffMs }: RetryOptions): typeof fetch {
  return async (input, init) => {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= tries;
      try {
        const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
        if (last || (response.status !== 429 && response.status < 500)) return response;
        await response.body?.cancel();
        await sleep(waitOf(response.headers.get('retry-after'), attempt, backoffMs));
      } catch (error) {
        if (last) throw error;
        await sleep(waitOf(null, attempt, backoffMs));
      }
    }
  };
}

type RetryOptions = { tries: number; timeoutMs: number; backoffMs: number };

const longestMs = 10_000;

// A spread of a quarter, so that processes that failed together do not come back together.
function waitOf(retryAfter: string | null, attempt: number, backoffMs: number): number {
  const asked = Number(retryAfter) * 1000;
  const own = backoffMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  return Math.min(longestMs, Math.max(own, Number.isFinite(asked) ? asked : 0));
}
