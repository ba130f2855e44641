/** @jsxImportSource preact */
import type { Photo, Texts } from './types.ts';

/** Photos on their way into a message: each is waiting, there, or refused with the reason. */
export function Photos({ photos, texts, origin, onRemove }: PhotosProps) {
  if (photos.length === 0) return null;
  return (
    <ul class="photos">
      {photos.map(({ id, name, photo, refused }) => (
        <li key={id} class={refused ? 'refused' : ''}>
          {/* The shop's page may allow pictures from our server only: no local preview. */}
          {photo ? <img src={`${origin}/files/${photo.key}`} alt={name} /> : !refused && <i class="spin" />}
          <span role={refused ? 'alert' : 'status'}>
            {refused
              ? `${name}: ${texts(`photo.${reasons[refused] ?? 'broken'}`)}`
              : photo
                ? ''
                : texts('photo.sending')}
          </span>
          <button type="button" aria-label={texts('photo.remove', { name })} onClick={() => onRemove(id)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A photo in the box. */
export type PhotoDraft = { id: string; name: string; photo?: Photo; refused?: string };

type PhotosProps = { photos: PhotoDraft[]; texts: Texts; origin: string; onRemove(id: string): void };

const reasons: Record<string, string> = {
  size: 'size',
  pixels: 'size',
  too_large: 'size',
  count: 'count',
  too_many: 'count',
  type: 'type',
  broken: 'broken',
  offline: 'offline',
  unavailable: 'offline',
};
