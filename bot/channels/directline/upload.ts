import type { Request } from 'express';
import { AppError } from '../../../core/errors.ts';

/** The parts of an upload: form data with an `activity` and files, or one bare file. Throws `invalid` for anything else. */
export async function partsOf(
  request: Request,
): Promise<{ activity: unknown; files: { name: string; bytes: Buffer }[] }> {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new AppError('invalid', 'the upload is empty');
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(type)) {
    const name = /filename="?([^";]+)"?/i.exec(request.headers['content-disposition'] ?? '')?.[1];
    return { activity: undefined, files: [{ name: name ?? 'photo', bytes: body }] };
  }
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const files: { name: string; bytes: Buffer }[] = [];
    let activity: unknown;
    for (const [field, value] of form) {
      if (field === 'activity') activity = JSON.parse(typeof value === 'string' ? value : await value.text());
      else if (typeof value !== 'string')
        files.push({ name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
    }
    return { activity, files };
  } catch (error) {
    throw new AppError('invalid', 'the upload cannot be read', undefined, error);
  }
}
