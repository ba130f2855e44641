/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { soundOn, switchSound } from './sound.ts';
import { transcript } from './transcript.ts';
import type { ChatView, Client, Texts } from './types.ts';

/** The head of the chat: its name, the menu with languages, a copy of the conversation and the sound, and the way out. */
export function Top({ view, texts, language, client, onClose }: TopProps) {
  const [menu, setMenu] = useState(false);
  const [sound, setSound] = useState(soundOn());
  const { state } = view;
  return (
    <>
      <div class="top">
        <strong>{texts('title', { shop: view.shopName })}</strong>
        <button
          type="button"
          class="icon"
          aria-label={`${language.toUpperCase()}, ${texts('menu')}`}
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <span aria-hidden="true">{language.toUpperCase()}</span>
        </button>
        <button type="button" class="icon" aria-label={texts('close')} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </div>
      {menu && (
        <div class="menu">
          <fieldset>
            <legend>{texts('language')}</legend>
            {view.languages.map((tag) => (
              <button
                type="button"
                key={tag}
                lang={tag}
                aria-pressed={state.pinned === true && tag === language}
                onClick={() => {
                  setMenu(false);
                  void client.setLanguage(tag);
                }}
              >
                {new Intl.DisplayNames(tag, { type: 'language' }).of(tag)}
              </button>
            ))}
            <button
              type="button"
              aria-pressed={state.pinned !== true}
              onClick={() => [setMenu(false), void client.setLanguage(null)]}
            >
              {texts('auto')}
            </button>
          </fieldset>
          <button
            type="button"
            class="link"
            onClick={() =>
              void client.whole().then((all) => transcript(all, { shopName: view.shopName, texts, language }))
            }
          >
            {texts('keep')}
          </button>
          <button type="button" class="link" aria-pressed={sound} onClick={() => setSound(switchSound())}>
            {texts(sound ? 'soundOff' : 'soundOn')}
          </button>
        </div>
      )}
    </>
  );
}

type TopProps = { view: ChatView; texts: Texts; language: string; client: Client; onClose(): void };
