// The only script that a shop's page loads before a customer presses the button: a button, and the way to the chat.
import type { Chat, ChatOptions } from './types.ts';

const script = document.currentScript as HTMLScriptElement | null;
const origin = new URL(script?.src ?? location.href).origin;
const data: DOMStringMap = script?.dataset ?? {};
const listeners: Record<string, ((detail?: unknown) => void)[]> = {};
let chat: Promise<Chat> | undefined;
let token = data.token;
let language = data.lang;
let context = parse(data.context);
let host: HTMLElement | undefined;

const emit = (name: string, detail?: unknown) => {
  for (const listener of listeners[name] ?? []) listener(detail);
};

const options = (): ChatOptions => ({
  origin,
  position: data.position === 'start' ? 'start' : 'end',
  emit,
  ...(language || document.documentElement.lang ? { language: language ?? document.documentElement.lang } : {}),
  ...(data.market ? { market: data.market } : {}),
  ...(token ? { token } : {}),
  ...(context ? { context } : {}),
});

const load = () => {
  chat ??= (
    import(/* @vite-ignore */ `${origin}/chat/chat.js?v=${__BUILD__}`) as Promise<{
      createChat(host: ShadowRoot, options: ChatOptions): Chat;
    }>
  ).then((module) => module.createChat(root(), options()));
  chat.catch(() => {
    chat = undefined;
  });
  return chat;
};

const api = {
  open: () => load().then((loaded) => loaded.open()),
  close: () => chat?.then((loaded) => loaded.close()),
  identify(next: string) {
    token = next;
    return chat?.then((loaded) => loaded.identify(next));
  },
  setLanguage(tag: string) {
    language = tag;
    return chat?.then((loaded) => loaded.setLanguage(tag));
  },
  setContext(next: Record<string, unknown>) {
    context = next;
    return chat?.then((loaded) => loaded.setContext(next));
  },
  on(name: string, listener: (detail?: unknown) => void) {
    listeners[name] ??= [];
    listeners[name].push(listener);
  },
  shutdown() {
    void chat?.then((loaded) => loaded.shutdown());
    host?.remove();
    host = undefined;
    chat = undefined;
  },
};
Object.assign(window, { anshin: api });

let shadow: ShadowRoot | undefined;

function root(): ShadowRoot {
  if (!host || !shadow) {
    host = document.createElement('anshin-chat');
    shadow = host.attachShadow({ mode: 'open' });
    document.body.append(host);
  }
  return shadow;
}

// Fixed in a corner, so that nothing on the page moves.
function button() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:host{all:initial}.launcher{position:fixed;bottom:20px;inset-inline-${data.position === 'start' ? 'start' : 'end'}:20px;width:56px;height:56px;border:0;border-radius:28px;background:#0b6b63;color:#fff;cursor:pointer;box-shadow:0 2px 12px #0003;z-index:2147483000;display:grid;place-items:center}.launcher:focus-visible{outline:3px solid #fff;outline-offset:-6px}.launcher svg{width:26px;height:26px}.launcher[hidden]{display:none}`,
  );
  const place = root();
  place.adoptedStyleSheets = [sheet];
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'launcher';
  element.dataset.anshin = 'launcher';
  element.ariaLabel = labels[(language || document.documentElement.lang || navigator.language).slice(0, 2)] ?? 'Chat';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M4 20l1.3-3.9A8.5 8.5 0 1 1 8.8 19L4 20z');
  path.setAttribute('fill', 'none');
  path.setAttribute('stroke', 'currentColor');
  path.setAttribute('stroke-width', '2');
  path.setAttribute('stroke-linejoin', 'round');
  svg.append(path);
  element.append(svg);
  element.addEventListener('click', () => void api.open());
  place.append(element);
}

const labels: Record<string, string> = {
  en: 'Open the chat',
  zh: '打开聊天',
  de: 'Chat öffnen',
  es: 'Abrir el chat',
  ar: 'فتح المحادثة',
  fr: 'Ouvrir la discussion',
  it: 'Apri la chat',
  pt: 'Abrir o chat',
  nl: 'Chat openen',
  ru: 'Открыть чат',
  ja: 'チャットを開く',
  ko: '채팅 열기',
};

function start() {
  const own = data.open ? document.querySelector(data.open) : undefined;
  if (own) own.addEventListener('click', () => void api.open());
  else button();
  // A link such as /#anshin-chat on another page leads straight into the chat.
  if (location.hash === '#anshin-chat') void api.open();
}

if (document.body) start();
else document.addEventListener('DOMContentLoaded', start);

function parse(text: string | undefined): Record<string, unknown> | undefined {
  try {
    return text ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

declare const __BUILD__: string;
