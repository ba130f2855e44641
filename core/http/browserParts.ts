import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router, static as serveStatic } from 'express';
import { AppError } from '../errors.ts';
import { nonceOf } from './security.ts';

/** Serves the built widget at /widget.js and /chat/*, and the staff app's page for every address below /staff. */
export function createBrowserParts(dist: string): Router {
  const router = Router();
  const hashed = { immutable: true, maxAge: '365d', index: false, fallthrough: true, setHeaders: allowAnyPage };

  router.get('/widget.js', (_request, response) => {
    const file = join(dist, 'widget.js');
    if (!existsSync(file)) throw new AppError('unavailable', 'the browser parts are not built');
    response.type('js').setHeader('Cache-Control', 'public, max-age=300');
    allowAnyPage(response);
    response.send(readFileSync(file));
  });
  router.use('/chat', serveStatic(join(dist, 'chat'), hashed));
  router.use('/staff/assets', serveStatic(join(dist, 'staff/assets'), hashed));
  router.get(['/staff', '/staff/*path'], (_request, response) => {
    const page = join(dist, 'staff/index.html');
    if (!existsSync(page)) throw new AppError('unavailable', 'the browser parts are not built');
    response
      .type('html')
      .setHeader('Cache-Control', 'no-store')
      .send(readFileSync(page, 'utf8').replaceAll('__NONCE__', nonceOf(response)));
  });
  return router;
}

// The widget's files are public and are loaded by the shop's pages, modules with CORS among them.
function allowAnyPage(response: { setHeader(name: string, value: string): unknown }) {
  response.setHeader('Access-Control-Allow-Origin', '*');
}
