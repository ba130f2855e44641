/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks';
import { type PhotoDraft, Photos } from './Photos.tsx';
import type { Client, Photo, Texts } from './types.ts';

/** The box: Enter sends, Shift+Enter breaks the line, and an input method's Enter (Chinese, Japanese) only takes the word. */
export function Composer({ texts, origin, client, onSend }: ComposerProps) {
  const [text, setText] = useState(client.unsent.get());
  const write = (next: string) => [setText(next), client.unsent.set(next)];
  const [photos, setPhotos] = useState<PhotoDraft[]>([]);
  const box = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const length = [...text].length;
  const ready = photos.flatMap((draft) => (draft.photo ? [draft.photo] : []));
  const busy = photos.some((draft) => !draft.photo && !draft.refused);
  const empty = text.trim() === '' && ready.length === 0;

  const send = () => {
    if (empty || busy || length > limit) return;
    onSend(text.trim(), ready);
    write('');
    setPhotos([]);
    box.current?.focus();
  };

  async function add(files: File[]) {
    const room = Math.max(0, maxPhotos - ready.length);
    const drafts = files.map(
      (chosen, i): PhotoDraft => ({
        id: `${Date.now()}-${i}`,
        name: chosen.name,
        ...(i >= room ? { refused: 'count' } : chosen.size > maxBytes ? { refused: 'size' } : {}),
      }),
    );
    setPhotos((old) => [...old.filter((draft) => !draft.refused), ...drafts]);
    // One after the other: a phone's connection is narrow.
    for (const [i, draft] of drafts.entries()) {
      const chosen = files[i];
      if (draft.refused || !chosen) continue;
      const answer = await client.upload(chosen);
      setPhotos((old) =>
        old.map((entry) =>
          entry.id === draft.id ? { ...entry, ...('refused' in answer ? answer : { photo: answer }) } : entry,
        ),
      );
    }
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Photos
        photos={photos}
        texts={texts}
        origin={origin}
        onRemove={(id) => setPhotos((old) => old.filter((draft) => draft.id !== id))}
      />
      <button type="button" class="icon attach" aria-label={texts('attach')} onClick={() => file.current?.click()}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M15 7l-6.5 6.5a1.5 1.5 0 0 0 3 3L18 10a3 3 0 0 0-6-6l-6.5 6.5a4.5 4.5 0 0 0 9 9L20 14" />
        </svg>
      </button>
      <input
        ref={file}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/heic,image/heif"
        multiple
        hidden
        onChange={(event) => {
          void add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        value={text}
        aria-label={texts('placeholder')}
        placeholder={texts('placeholder')}
        aria-invalid={length > limit}
        onInput={(event) => write(event.currentTarget.value)}
        onPaste={(event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          if (files.length === 0) return;
          event.preventDefault();
          void add(files);
        }}
        onKeyDown={(event) => {
          // 229: Safari ends the word before it tells the key.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label={texts('send')} disabled={empty || busy || length > limit}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12h15M13 6l6 6-6 6" />
        </svg>
      </button>
      {length > limit && <small role="alert">{texts('tooLong', { limit })}</small>}
    </form>
  );
}

type ComposerProps = {
  texts: Texts;
  origin: string;
  client: Client;
  onSend(text: string, photos: Photo[]): void;
};

const limit = 4000;
const maxPhotos = 5;
const maxBytes = 10_000_000;
