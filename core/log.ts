import { pino } from 'pino';

/** JSON lines on stderr. Callers log ids, codes and times, never the text of a message or a person's data. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFields } },
    pino.destination({ fd: 2, sync: false }),
  );
}

/** The log of the process. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

// A database error's `detail` repeats row values (names, messages): only what tells where and why is kept.
function errorFields(error: unknown) {
  if (!(error instanceof Error)) return { message: 'not an Error' };
  const { name, message, stack } = error;
  const code = 'code' in error ? error.code : undefined;
  return { name, message, code, stack };
}
