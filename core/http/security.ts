import { randomBytes } from 'node:crypto';
import { json, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';

/** Headers of every answer; pages read their nonce from `nonceOf(response)`. */
export function securityHeaders(config: Pick<Config, 'origin'>): RequestHandler[] {
  const nonce: RequestHandler = (_request, response, next) => {
    response.locals.nonce = randomBytes(16).toString('base64');
    next();
  };
  const withNonce = (_request: unknown, response: unknown) => `'nonce-${nonceOf(response as Response)}'`;
  const secure = config.origin.startsWith('https:');
  return [
    nonce,
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'", withNonce],
          styleSrc: ["'self'", withNonce],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          reportUri: ['/csp-report'],
        },
      },
      strictTransportSecurity: secure ? { maxAge: 31536000, includeSubDomains: false } : false,
      // The widget's scripts are loaded by the shop's pages.
      crossOriginResourcePolicy: { policy: 'cross-origin' },
      crossOriginEmbedderPolicy: false,
      referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    }),
  ];
}

/** The nonce of this answer's scripts and styles. */
export function nonceOf(response: Response): string {
  return String(response.locals.nonce);
}

/** Takes the browsers' reports of broken policy; journeys read `count` and fail on any. */
export function cspReports(log: Log): { handlers: RequestHandler[]; reports: string[] } {
  const reports: string[] = [];
  const take: RequestHandler = (request, response) => {
    const report = (request.body as { 'csp-report'?: Record<string, unknown> } | undefined)?.['csp-report'];
    const line =
      `${String(report?.['violated-directive'])} blocked ${String(report?.['blocked-uri'])} on ${String(report?.['document-uri'])}`.slice(
        0,
        300,
      );
    if (reports.length < 100) reports.push(line);
    log.warn({ report: line }, 'a page broke its content security policy');
    response.status(204).end();
  };
  return { handlers: [json({ type: ['application/csp-report', 'application/json'], limit: '16kb' }), take], reports };
}

/** Lets only our own pages change things: a foreign, missing or opaque Origin is refused on everything but GET and HEAD. */
export function sameOrigin(config: Pick<Config, 'origin'>): RequestHandler {
  return (request, _response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    const site = request.headers['sec-fetch-site'];
    if (request.headers.origin !== config.origin || (site !== undefined && site !== 'same-origin')) {
      throw new AppError('forbidden', 'this request did not come from our own pages');
    }
    next();
  };
}

/** Answers preflights and marks answers for the shop's pages; other origins get no header and browsers refuse them. */
export function corsFor(
  config: Pick<Config, 'origin' | 'allowedOrigins'>,
  { headers = 'Authorization, Content-Type', credentials = false } = {},
): RequestHandler {
  const allowed = new Set([config.origin, ...config.allowedOrigins]);
  return (request, response, next) => {
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin !== undefined && !allowed.has(origin))
      throw new AppError('forbidden', 'this origin may not embed the chat');
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
      if (credentials) response.setHeader('Access-Control-Allow-Credentials', 'true');
    }
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', headers);
    response.setHeader('Access-Control-Max-Age', '600');
    response.status(204).end();
  };
}

/** One name for the installation: without PUBLIC_URL `localhost` is sent to 127.0.0.1, and any other Host is refused. */
export function knownHost(config: Pick<Config, 'origin' | 'loopback'>): RequestHandler {
  const own = new URL(config.origin);
  return (request, response, next) => {
    if (!config.loopback || request.headers.host === own.host) return next();
    const host = request.headers.host ?? '';
    if (/^(localhost|\[::1\])(:\d+)?$/i.test(host)) {
      if (request.method === 'GET')
        return response.redirect(307, config.origin + request.originalUrl.replace(/^\/+/, '/'));
      return next();
    }
    throw new AppError('invalid', 'this host name is not ours');
  };
}
