/**
 * Stops calling what keeps failing: open after `failures` of the last `of` calls failed, tried again with one call after
 * `restMs`. A call that was given up by the caller counts as neither.
 */
export function createBreaker({
  failures = 5,
  of = 20,
  restMs = 30_000,
  now = () => performance.now(),
}: Options = {}): Breaker {
  let recent: boolean[] = [];
  let openedAt: number | undefined;
  let probing = false;

  function end(probe: boolean, ok: boolean | undefined) {
    if (probe) {
      probing = false;
      if (ok === undefined) return;
      openedAt = ok ? undefined : now();
      recent = [];
    } else if (openedAt === undefined && ok !== undefined) {
      recent = [...recent, ok].slice(-of);
      if (recent.filter((good) => !good).length >= failures) openedAt = now();
    }
  }

  return {
    enter() {
      const probe = openedAt !== undefined;
      if (openedAt !== undefined) {
        if (probing || now() - openedAt < restMs) return undefined;
        probing = true;
      }
      return (ok) => end(probe, ok);
    },
  };
}

/** `enter` gives undefined while the calls are stopped, else the function that takes how this one ended (undefined: given up). */
export type Breaker = { enter(): ((ok: boolean | undefined) => void) | undefined };

type Options = { failures?: number; of?: number; restMs?: number; now?: () => number };
