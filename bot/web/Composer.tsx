/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks';
import type { Texts } from './types.ts';

/** The box: Enter sends, Shift+Enter breaks the line, and an input method's Enter (Chinese, Japanese) only takes the word. */
export function Composer({ texts, onSend }: { texts: Texts; onSend(text: string): void }) {
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const length = [...text].length;
  const send = () => {
    if (text.trim() === '' || length > limit) return;
    onSend(text.trim());
    setText('');
    box.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        value={text}
        aria-label={texts('placeholder')}
        placeholder={texts('placeholder')}
        aria-invalid={length > limit}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label={texts('send')} disabled={text.trim() === '' || length > limit}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12h15M13 6l6 6-6 6" />
        </svg>
      </button>
      {length > limit && <small role="alert">{texts('tooLong', { limit })}</small>}
    </form>
  );
}

const limit = 4000;
