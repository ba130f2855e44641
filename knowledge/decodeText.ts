import { type Reason, Refusal } from './refusal.ts';

/**
 * The text of a file's bytes: UTF-8, UTF-16 with or without its mark, else Windows-1252 when it reads like a Western text,
 * which is noted. Other bytes are refused, for guessing wrong would store nonsense.
 */
export function decodeText(bytes: Uint8Array): { text: string; notes: Reason[] } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decode('utf-16le', bytes), notes: [] };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decode('utf-16be', bytes), notes: [] };
  const sample = bytes.subarray(0, 2000);
  const zeros = (parity: number) => sample.filter((byte, i) => i % 2 === parity && byte === 0).length;
  if (zeros(1) > sample.length / 4) return { text: decode('utf-16le', bytes), notes: [] };
  if (zeros(0) > sample.length / 4) return { text: decode('utf-16be', bytes), notes: [] };
  try {
    return { text: decode('utf-8', bytes), notes: [] };
  } catch {
    if (!western(bytes)) throw new Refusal('encoding');
    return { text: decode('windows-1252', bytes), notes: [{ code: 'windows1252', values: {} }] };
  }
}

function decode(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('encoding');
  }
}

// In Western texts accented letters stand alone among plain ones; in Chinese or Cyrillic code pages they come in rows.
function western(bytes: Uint8Array): boolean {
  let high = 0;
  let pairs = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    if ((bytes[i] ?? 0) < 0x80) continue;
    high += 1;
    if ((bytes[i + 1] ?? 0) >= 0x80) pairs += 1;
  }
  return high < bytes.length / 5 && pairs < high / 4 + 1;
}
