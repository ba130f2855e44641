import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError } from 'zod';
import { AppError, type ErrorCode, statusOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** The one place where a failure becomes an answer: {error: {code, message, details?}}, never a stack, never a value of a row. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = toAppError(error);
    if (known.code === 'internal' || known.code === 'unavailable') {
      const id = randomUUID();
      log.error({ err: error, id, method: request.method, route: request.route?.path }, 'a request failed');
      response
        .status(statusOf[known.code])
        .json({ error: { code: known.code, message: 'something went wrong here', id } });
      return;
    }
    const retryAfter = known.details?.retryAfter;
    if (typeof retryAfter === 'number') response.setHeader('Retry-After', String(Math.ceil(retryAfter)));
    const { message, details } = known;
    response
      .status(statusOf[known.code])
      .json({ error: { code: known.code, message, ...(details ? { details } : {}) } });
  };
}

/** What no route took. */
export const notFound: RequestHandler = () => {
  throw new AppError('not_found', 'there is nothing here');
};

// Names the part of a body that is wrong without repeating its value.
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) {
    const issues = error.issues.map((issue) => ({ path: issue.path.join('.'), problem: issue.code }));
    return new AppError('invalid', 'the request does not have the expected form', { issues });
  }
  if (typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number') {
    const code = parserCodes[error.status];
    if (code) return new AppError(code, code === 'too_large' ? 'the body is too large' : 'the body cannot be read');
  }
  if (isDatabaseAway(error)) return new AppError('unavailable', 'the database is away', undefined, error);
  return new AppError('internal', 'unexpected', undefined, error);
}

const parserCodes: Record<number, ErrorCode> = { 400: 'invalid', 413: 'too_large', 415: 'unsupported' };

// Connection failures and the states in which PostgreSQL starts, stops or is full: worth trying again, so 503 and not 500.
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOENT',
      'EPIPE',
      '57P01',
      '57P02',
      '57P03',
      '53100',
      '53200',
      '53300',
      '08006',
      '08001',
      '08003',
    ].includes(code) ||
    /connection terminated|timeout exceeded when trying to connect|Connection ended/i.test(error.message)
  );
}
