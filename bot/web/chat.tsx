/** @jsxImportSource preact */
import { render } from 'preact';
import { createClient } from './client.ts';
import { Panel } from './Panel.tsx';
import { chatStyle } from './style.ts';
import { loadTexts } from './texts.ts';
import type { Chat, ChatOptions, ChatView, Texts } from './types.ts';

/** Builds the chat in the shadow root of the host page; nothing of it touches the page outside. */
export function createChat(root: ShadowRoot, options: ChatOptions): Chat {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(chatStyle);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const place = document.createElement('div');
  root.append(place);
  const launcher = root.querySelector<HTMLElement>('button');
  let open = false;
  let view: ChatView | undefined;
  let texts: Texts | undefined;
  let spoken = '';

  const client = createClient(options, (next) => {
    view = next;
    void speak(
      next.state.pinned || !options.language
        ? (next.state.language ?? next.language)
        : next.messages.length > 0
          ? (next.state.language ?? next.language)
          : next.language,
    );
    draw();
  });

  async function speak(language: string) {
    if (language === spoken) return;
    spoken = language;
    texts = await loadTexts(options.origin, language);
    draw();
  }

  function draw() {
    if (launcher) launcher.hidden = open;
    if (!texts || !view) return;
    render(
      open ? (
        <Panel
          view={view}
          texts={texts}
          language={spoken}
          client={client}
          origin={options.origin}
          position={options.position}
          onClose={chat.close}
        />
      ) : null,
      place,
    );
  }

  const chat: Chat = {
    open() {
      open = true;
      draw();
      options.emit('open');
    },
    close() {
      open = false;
      draw();
      launcher?.focus();
      options.emit('closed');
    },
    identify: (token) => client.identify(token),
    setLanguage: (language) => client.setLanguage(language),
    setContext: (context) => client.setContext(context),
    shutdown() {
      client.stop();
      render(null, place);
    },
  };
  void speak(options.language?.slice(0, 2) ?? navigator.language.slice(0, 2));
  client.start();
  return chat;
}
