import { Router } from 'express';
import { AppError } from '../errors.ts';
import type { Photos } from './photos.ts';

/** Serves photos at /files/<key>: as a download that no page can run, whatever the bytes are. */
export function createFileRoutes(photos: Photos): Router {
  const router = Router();
  router.get('/:key', async (request, response) => {
    const photo = await photos.read(request.params.key);
    if (!photo) throw new AppError('not_found', 'there is nothing here');
    response
      .setHeader('Content-Type', photo.mime)
      .setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(photo.name)}`)
      .setHeader('X-Content-Type-Options', 'nosniff')
      .setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
      .setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
      .setHeader('Cache-Control', 'private, max-age=31536000, immutable')
      .end(photo.bytes);
  });
  return router;
}
