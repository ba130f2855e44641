import { json, type RequestHandler, raw } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** Parses a JSON body of at most `limitKb`; each route takes its own, so that signed webhooks keep their raw bytes. */
export function jsonBody(limitKb: number): RequestHandler {
  const parse = json({
    limit: `${limitKb}kb`,
    strict: true,
    type: 'application/json',
    reviver: refuseProto,
    verify: refuseBadUtf8,
  });
  return (request, response, next) => {
    const type = request.headers['content-type'] ?? '';
    const hasBody =
      Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
    if (hasBody && !/^application\/json\s*(;|$)/i.test(type)) {
      next(new AppError('unsupported', 'send JSON as application/json'));
      return;
    }
    parse(request, response, next);
  };
}

/** Takes the body of an upload as its bytes, whatever its declared type, up to `limitMb`. */
export function uploadBody(limitMb: number): RequestHandler {
  return raw({ limit: `${limitMb}mb`, type: () => true });
}

/** The body as the schema says, or `invalid`; schemas are strict, so that an unknown key is an error. */
export function bodyOf<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  return schema.parse(body ?? {});
}

/** A whole number of the query string from 0 on, or the fallback when it is absent. */
export function countOf(value: unknown, fallback: number, most = Number.MAX_SAFE_INTEGER): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) throw new AppError('invalid', 'a count is a whole number');
  return Math.min(Number(value), most);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id of the path; what cannot be one is simply not there. */
export function idOf(value: unknown): string {
  if (typeof value !== 'string' || !uuid.test(value)) throw new AppError('not_found', 'there is nothing here');
  return value.toLowerCase();
}

function refuseProto(key: string, value: unknown): unknown {
  // The parser answers a SyntaxError with 400; other errors it would wrap.
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new SyntaxError('a key is not allowed');
  return value;
}

function refuseBadUtf8(_request: unknown, _response: unknown, raw: Buffer): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw new AppError('invalid', 'the body is not UTF-8');
  }
}
