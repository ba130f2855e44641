import express, { type Express, Router } from 'express';
import type { Config } from './core/config.ts';
import { errorHandler, notFound } from './core/http/errors.ts';
import { cspReports, knownHost, sameOrigin, securityHeaders } from './core/http/security.ts';
import { openStreams } from './core/http/stream.ts';
import type { Log } from './core/log.ts';

/** Mounts the parts in their order: headers, the public surface, the staff's behind its origin check, one error handler. */
export function createApp({
  config,
  log,
  channelRoutes,
  directLineRoutes,
  botFrameworkRoutes,
  fileRoutes,
  staffRoutes,
  deskRoutes,
  knowledgeRoutes,
  gapRoutes,
  helpPages,
  browser,
  site,
  ready,
}: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('etag', false);
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_request, response) => {
    const ok = await ready();
    response.status(ok ? 200 : 503).json({ ok });
  });
  app.use(knownHost(config));
  app.use(securityHeaders(config));
  const csp = cspReports(log);
  app.post('/csp-report', ...csp.handlers);
  app.locals.cspReports = csp.reports;
  app.locals.openStreams = openStreams;

  app.use('/channels/web', channelRoutes);
  app.use('/v3/directline/attachments', fileRoutes);
  app.use('/v3/directline', directLineRoutes);
  app.use('/api', botFrameworkRoutes);
  app.use('/files', fileRoutes);
  app.use(helpPages);
  app.get('/favicon.ico', (_request, response) => {
    response.type('image/svg+xml').setHeader('Cache-Control', 'public, max-age=86400').send(icon);
  });

  const api = Router();
  api.use(sameOrigin(config));
  api.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  api.use('/desk', deskRoutes);
  api.use('/knowledge', knowledgeRoutes);
  api.use('/gaps', gapRoutes);
  api.use(staffRoutes);
  api.use(notFound);
  app.use('/staff/api', api);
  app.use(browser);
  app.use(site);
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0b6b63"/><path d="M6 18l1-3a6 6 0 1 1 2.4 2z" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>';

type AppParts = {
  config: Config;
  log: Log;
  channelRoutes: Router;
  directLineRoutes: Router;
  botFrameworkRoutes: Router;
  fileRoutes: Router;
  staffRoutes: Router;
  deskRoutes: Router;
  knowledgeRoutes: Router;
  gapRoutes: Router;
  helpPages: Router;
  /** The built widget and staff app. */
  browser: Router;
  /** What stands at `/`. */
  site: Router;
  ready(): Promise<boolean>;
};
