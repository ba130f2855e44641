import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Config } from '../../../core/config.ts';
import { AppError } from '../../../core/errors.ts';
import type { Events } from '../../../core/events.ts';
import { bodyOf, countOf, jsonBody } from '../../../core/http/body.ts';
import { corsFor } from '../../../core/http/security.ts';
import { openStream } from '../../../core/http/stream.ts';
import type { I18n } from '../../../core/i18n.ts';
import { createWebLimits } from './limits.ts';
import { contactOfToken, signChatToken } from './token.ts';
import type { ChatState, WebChannel } from './webChannel.ts';

/** The chat's HTTP below /channels/web. A token names the visitor; the conversation is always the visitor's own. */
export function createWebRoutes({ channel, config, events, i18n, key, linkHosts, onMessage }: WebRouteParts): Router {
  const router = Router();
  const { limits } = config;
  const rates = createWebLimits(limits);
  const json = jsonBody(limits.LIMIT_BODY_KB);
  router.use(corsFor(config));

  router.post('/token', json, async (request, response) => {
    await rates.token(request.ip ?? '');
    const { context: _, language, ...visitor } = bodyOf(tokenBody, request.body);
    const spoken = pickLanguage(language);
    const { contact, secret, conversation } = await channel.enter({
      ...visitor,
      ...(spoken ? { language: spoken } : {}),
    });
    const { token, expiresAt } = await signChatToken(contact.id, key, limits.CHAT_TOKEN_MINUTES);
    response.json({
      token,
      expiresAt,
      secret,
      conversationId: conversation.id,
      ...shown(conversation),
      shopName: config.shopName,
      linkHosts,
      languages: i18n.languages,
    });
  });

  router.post('/messages', json, async (request, response) => {
    const contactId = await visitor(request);
    const { clientId, text, payload, context } = bodyOf(messageBody, request.body);
    const said = tidy(text);
    if (said === '') throw new AppError('invalid', 'the message is empty');
    if ([...said].length > limits.LIMIT_MESSAGE_CHARACTERS)
      throw new AppError('too_large', 'the message is too long', { limit: limits.LIMIT_MESSAGE_CHARACTERS });
    await rates.message(contactId);
    const stored = await channel.send(contactId, { clientId, text: said, payload, context, address: request.ip });
    if (!stored.duplicate) onMessage(stored.conversationId);
    response
      .status(stored.duplicate ? 200 : 202)
      .json({ seq: stored.seq, id: stored.id, conversationId: stored.conversationId });
  });

  router.get('/messages', async (request, response) => {
    const contactId = await visitor(request);
    const after = countOf(request.query.after, 0);
    const wait = countOf(request.query.wait, 0, 25);
    let state = await channel.current(contactId);
    if (wait > 0 && state.messageSeq <= after) {
      await changeOf(state.id, wait * 1000, request);
      state = await channel.current(contactId);
    }
    const messages = await channel.after(state.id, after);
    await channel.seen(state.id, after);
    response.json({ messages, state: shown(state), conversationId: state.id });
  });

  router.get('/stream', async (request, response) => {
    const contactId = await visitor(request);
    let after = countOf(request.query.after, 0);
    let conversation = await channel.current(contactId);
    // A number beyond the last one is of another conversation: everything is told again.
    if (
      after > conversation.messageSeq ||
      (request.query.conversation && request.query.conversation !== conversation.id)
    )
      after = 0;
    let again = false;
    let running = false;
    const unsubscribe = events.subscribe((event) => {
      if (event.t === 'resync' || (event.t === 'conversation' && event.id === conversation.id)) void push();
    });
    const poll = setInterval(() => void push(), pollMs);
    const stream = openStream(request, response, () => {
      unsubscribe();
      clearInterval(poll);
    });
    let told = '';

    // One push at a time reads everything after the last number sent: no event can bring a gap or a double.
    async function push(): Promise<void> {
      if (running) {
        again = true;
        return;
      }
      running = true;
      try {
        do {
          again = false;
          const state = await channel.current(contactId);
          if (state.id !== conversation.id) {
            conversation = state;
            after = 0;
            stream.send({ event: 'moved', data: { conversationId: state.id } });
          }
          for (
            let page = await channel.after(state.id, after);
            page.length > 0 && !stream.closed;
            page = await channel.after(state.id, after)
          ) {
            for (const message of page) {
              stream.send({ event: 'message', id: message.seq, data: message });
              after = message.seq;
            }
          }
          const now = JSON.stringify(shown(state));
          if (now !== told) stream.send({ event: 'state', data: { ...shown(state), conversationId: state.id } });
          told = now;
        } while (again && !stream.closed);
      } catch {
        // The database is away: the browser comes back by itself and goes on after its last number.
        stream.end();
      } finally {
        running = false;
      }
    }
    await push();
  });

  router.post('/seen', json, async (request, response) => {
    const contactId = await visitor(request);
    const { seq } = bodyOf(z.strictObject({ seq: z.int().min(0) }), request.body);
    const state = await channel.current(contactId);
    await channel.seen(state.id, seq);
    response.json({});
  });

  router.post('/language', json, async (request, response) => {
    const contactId = await visitor(request);
    const { language } = bodyOf(
      z.strictObject({ language: z.enum(i18n.languages as [string]).nullable() }),
      request.body,
    );
    await channel.pin(contactId, language);
    response.json({});
  });

  router.post('/identify', json, async (request, response) => {
    const contactId = await visitor(request);
    const { token } = bodyOf(z.strictObject({ token: z.string().min(10).max(4000) }), request.body);
    response.json(await channel.identify(contactId, token));
  });

  router.post('/person', json, async (request, response) => {
    const contactId = await visitor(request);
    const { clientId } = bodyOf(z.strictObject({ clientId: clientIdSchema }), request.body);
    await rates.message(contactId);
    const { language } = await channel.current(contactId);
    const stored = await channel.send(contactId, {
      clientId,
      text: i18n.t(language, 'bot:button.person'),
      payload: 'person',
      address: request.ip,
    });
    if (!stored.duplicate) onMessage(stored.conversationId);
    response.status(202).json({ seq: stored.seq, id: stored.id, conversationId: stored.conversationId });
  });

  router.post('/back', json, async (request, response) => {
    const contactId = await visitor(request);
    bodyOf(z.strictObject({}), request.body);
    await channel.back(contactId);
    response.json({});
  });

  return router;

  function visitor(request: Request): Promise<string> {
    return contactOfToken(request.headers.authorization, key);
  }

  function pickLanguage(tag: string | undefined): string | undefined {
    const primary = tag?.toLowerCase().split('-')[0];
    return primary && i18n.languages.includes(primary) ? primary : undefined;
  }

  function changeOf(conversationId: string, ms: number, request: Request): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        unsubscribe();
        clearTimeout(timer);
        resolve();
      };
      const unsubscribe = events.subscribe((event) => {
        if (event.t === 'resync' || (event.t === 'conversation' && event.id === conversationId)) done();
      });
      const timer = setTimeout(done, ms);
      request.once('close', done);
    });
  }
}

type WebRouteParts = {
  channel: WebChannel;
  config: Config;
  events: Events;
  i18n: I18n;
  key: Uint8Array;
  linkHosts: readonly string[];
  /** A message was stored: its turn may start. */
  onMessage(conversationId: string): void;
};

// What an event did not tell is found by looking: the truth is in the database.
const pollMs = 10_000;

const clientIdSchema = z.string().regex(/^[\w-]{8,64}$/);
const small = z.string().max(200);
const pageContext = z.strictObject({
  page: small.optional(),
  url: z.string().max(1000).optional(),
  title: z.string().max(300).optional(),
  product: small.optional(),
  order: small.optional(),
});
const tokenBody = z.strictObject({
  secret: z.string().min(20).max(100).optional(),
  language: z.string().max(35).optional(),
  market: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .transform((code) => code.toUpperCase())
    .optional(),
  timeZone: z.string().max(60).refine(isTimeZone).optional(),
  context: pageContext.optional(),
});
const messageBody = z.strictObject({
  clientId: clientIdSchema,
  text: z.string().max(100_000),
  payload: small.optional(),
  context: pageContext.optional(),
});

function shown(state: ChatState) {
  const { id: _, ...rest } = state;
  return rest;
}

// Control characters (NUL too, which PostgreSQL refuses) and lone surrogates are nothing that anybody typed.
function tidy(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
