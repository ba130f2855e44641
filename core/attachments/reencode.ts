import { AppError } from '../errors.ts';

/**
 * Decodes a photo by its content and writes it anew, upright and without metadata (place, device, thumbnails), as JPEG, or
 * as PNG or WebP where it is transparent. Throws `unsupported` for what is no photo and `too_large` beyond `limits`.
 */
export async function reencode(bytes: Buffer, limits: PhotoLimits): Promise<Reencoded> {
  const kind = kindOf(bytes);
  if (!kind) throw new AppError('unsupported', 'only JPEG, PNG, WebP and HEIC photos are taken', { reason: 'type' });
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  try {
    const input = kind === 'heic' ? await decodeHeic(bytes) : undefined;
    // The header's size is checked before a pixel is decoded.
    const options = { limitInputPixels: maxPixels, failOn: 'error', animated: false } as const;
    const source = input
      ? sharp(input.data, { ...options, raw: { width: input.width, height: input.height, channels: 4 } })
      : sharp(bytes, options);
    const { hasAlpha } = await source.metadata();
    const upright = source
      .rotate()
      .resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true });
    const opaque = kind === 'heic' || !hasAlpha;
    for (const quality of [82, 70, 55]) {
      const encoded = opaque ? upright.clone().jpeg({ quality }) : upright.clone().webp({ quality });
      const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
      if (data.length <= limits.storedBytes)
        return { bytes: data, mime: opaque ? 'image/jpeg' : 'image/webp', width: info.width, height: info.height };
    }
  } catch (error) {
    if (error instanceof Error && /pixel limit/i.test(error.message))
      throw new AppError('too_large', 'the photo has too many pixels', { reason: 'pixels' });
    throw new AppError('unsupported', 'the photo cannot be read', { reason: 'broken' }, error);
  }
  throw new AppError('too_large', 'the photo stays too large', { reason: 'size' });
}

/** A photo as it is stored. */
export type Reencoded = { bytes: Buffer; mime: 'image/jpeg' | 'image/webp'; width: number; height: number };
export type PhotoLimits = { storedBytes: number };

// 50 million: the largest phones take 48; a header that claims more is a bomb.
const maxPixels = 50_000_000;
const maxEdge = 2560;

// By the first bytes, never by name or declared type (ISO 10918-1 B.1, PNG 1.2 3.1, RIFF/WebP, ISO 14496-12 brands).
function kindOf(bytes: Buffer): 'jpeg' | 'png' | 'webp' | 'heic' | undefined {
  if (bytes.length < 12) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'png';
  const at = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (at(0, 4) === 'RIFF' && at(8, 12) === 'WEBP') return 'webp';
  if (at(4, 8) === 'ftyp' && ['heic', 'heix', 'mif1', 'msf1', 'hevc'].includes(at(8, 12))) return 'heic';
  return undefined;
}

async function decodeHeic(bytes: Buffer): Promise<{ width: number; height: number; data: Buffer }> {
  const { default: decode } = await import('heic-decode');
  const { width, height, data } = await decode({ buffer: new Uint8Array(bytes) });
  return { width, height, data: Buffer.from(data) };
}
