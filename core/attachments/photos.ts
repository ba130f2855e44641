import { randomBytes } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ImageBlock } from '../blocks.ts';
import type { CoreTables } from '../database/tables.ts';
import { AppError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { reencode } from './reencode.ts';

/** Takes customers' photos: re-encoded, bound to the contact, sent with a message later, read by their key. */
export function createPhotos({ db, limits }: { db: Kysely<CoreTables>; limits: Limits }): Photos {
  // Two at a time: a decoded photo needs a hundred megabytes.
  const gate = createGate(2);
  return {
    async take(contactId, bytes, name) {
      if (bytes.length > limits.LIMIT_PHOTO_MB * 1_000_000)
        throw new AppError('too_large', 'the photo is too large', { reason: 'size', limit: limits.LIMIT_PHOTO_MB });
      const { pending } = await db
        .selectFrom('attachment')
        .select(sql<number>`count(*)::int`.as('pending'))
        .where('contact_id', '=', contactId)
        .where('conversation_id', 'is', null)
        .where('created_at', '>', sql<Date>`now() - interval '10 minutes'`)
        .executeTakeFirstOrThrow();
      if (pending >= limits.LIMIT_PHOTOS_PER_MESSAGE * 2)
        throw new AppError('too_many', 'send the photos that are here first', { reason: 'count', retryAfter: 60 });
      const photo = await gate(() => reencode(bytes, { storedBytes: limits.LIMIT_PHOTO_STORED_MB * 1_000_000 }));
      return db
        .insertInto('attachment')
        .values({
          key: randomBytes(24).toString('base64url'),
          contact_id: contactId,
          name: displayName(name),
          ...photo,
        })
        .returning(['id', 'key', 'name', 'width', 'height'])
        .executeTakeFirstOrThrow();
    },

    async read(key) {
      if (!/^[\w-]{32}$/.test(key)) return undefined;
      return db.selectFrom('attachment').select(['bytes', 'mime', 'name']).where('key', '=', key).executeTakeFirst();
    },

    async forgetUnsent() {
      await db
        .deleteFrom('attachment')
        .where('conversation_id', 'is', null)
        .where('created_at', '<', sql<Date>`now() - interval '1 day'`)
        .execute();
    },
  };
}

/** Binds uploads to the message that carries them; one that is not this contact's, or was sent before, is `not_found`. */
export async function attach(
  tx: Transaction<CoreTables>,
  contactId: string,
  ids: readonly string[],
  conversationId: string,
): Promise<{ blocks: ImageBlock[]; number(seq: number): Promise<void> }> {
  const rows = await tx
    .updateTable('attachment')
    .set({ conversation_id: conversationId })
    .where('id', 'in', ids)
    .where('contact_id', '=', contactId)
    .where('conversation_id', 'is', null)
    .returning(['id', 'key', 'name', 'width', 'height'])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  if (byId.size !== new Set(ids).size) throw new AppError('not_found', 'an attachment is not there');
  return {
    blocks: ids.flatMap((id) => {
      const row = byId.get(id);
      return row ? [{ type: 'image', key: row.key, name: row.name, width: row.width, height: row.height }] : [];
    }),
    async number(seq) {
      await tx.updateTable('attachment').set({ seq }).where('id', 'in', ids).execute();
    },
  };
}

/** A stored photo before it is sent. */
export type Photo = { id: string; key: string; name: string; width: number; height: number };

/** Uploads of one installation. */
export type Photos = {
  take(contactId: string, bytes: Buffer, name: string): Promise<Photo>;
  read(key: string): Promise<{ bytes: Buffer; mime: string; name: string } | undefined>;
  /** Deletes uploads that were never sent. */
  forgetUnsent(): Promise<void>;
};

// Shown to people, never used as a path: no folders, no control or direction characters, no endless names.
function displayName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Co}]/gu, '').trim();
  return [...plain].slice(0, 80).join('') || 'photo';
}

function createGate(atOnce: number): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
