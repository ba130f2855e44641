import { createHash } from 'node:crypto';
import type { Content } from './types.ts';

/** Names a state of a source text, so that a translation knows whether it changed since. Search words are each language's own. */
export function sourceHash(content: Pick<Content, 'title' | 'body'>): string {
  return createHash('sha256')
    .update(JSON.stringify([content.title, content.body]))
    .digest('hex')
    .slice(0, 16);
}
