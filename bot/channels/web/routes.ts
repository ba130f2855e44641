import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Photos } from '../../../core/attachments/photos.ts';
import type { Config } from '../../../core/config.ts';
import { AppError } from '../../../core/errors.ts';
import type { Events } from '../../../core/events.ts';
import { bodyOf, countOf, idOf, jsonBody, uploadBody } from '../../../core/http/body.ts';
import { corsFor } from '../../../core/http/security.ts';
import { openStream } from '../../../core/http/stream.ts';
import type { I18n } from '../../../core/i18n.ts';
import { followConversation } from '../follow.ts';
import type { ChannelLimits } from '../limits.ts';
import { tidyText } from '../tidyText.ts';
import { contactOfToken, signChatToken } from './token.ts';
import type { ChatState, WebChannel } from './webChannel.ts';

/** The chat's HTTP below /channels/web. A token names the visitor; the conversation is always the visitor's own. */
export function createWebRoutes({
  channel,
  config,
  events,
  i18n,
  key,
  linkHosts,
  photos,
  rates,
  onMessage,
}: WebRouteParts): Router {
  const router = Router();
  const { limits } = config;
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
    const { token, expiresIn } = await signChatToken(contact.id, key, limits.CHAT_TOKEN_MINUTES);
    response.json({
      token,
      expiresIn,
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
    const { clientId, text, payload, context, attachments = [] } = bodyOf(messageBody, request.body);
    const said = tidyText(text);
    if (attachments.length > limits.LIMIT_PHOTOS_PER_MESSAGE)
      throw new AppError('too_large', 'too many photos', { limit: limits.LIMIT_PHOTOS_PER_MESSAGE, reason: 'count' });
    if (said === '' && attachments.length === 0) throw new AppError('invalid', 'the message is empty');
    if ([...said].length > limits.LIMIT_MESSAGE_CHARACTERS)
      throw new AppError('too_large', 'the message is too long', { limit: limits.LIMIT_MESSAGE_CHARACTERS });
    await rates.message(contactId);
    const stored = await channel.send(contactId, {
      clientId,
      text: said,
      payload,
      context,
      attachments,
      address: request.ip,
    });
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

  router.get('/earlier', async (request, response) => {
    const contactId = await visitor(request);
    const { conversation, before } = request.query;
    response.json(await channel.earlier(contactId, idOf(conversation), countOf(before, 0)));
  });

  router.post('/votes', json, async (request, response) => {
    const contactId = await visitor(request);
    const { conversation, seq, helpful } = bodyOf(voteBody, request.body);
    await channel.vote(contactId, { conversationId: conversation, seq, helpful });
    response.json({});
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
    let told = '';
    const follower = followConversation({
      events,
      idOf: () => conversation.id,
      async read(still) {
        const state = await channel.current(contactId);
        if (state.id !== conversation.id) {
          conversation = state;
          after = 0;
          stream.send({ event: 'moved', data: { conversationId: state.id } });
        }
        for (
          let page = await channel.after(state.id, after);
          page.length > 0 && still();
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
      },
      drafted: (event) =>
        stream.send(
          event.t === 'draft'
            ? { event: 'draft', data: { n: event.n, text: event.text } }
            : { event: 'withdraw', data: {} },
        ),
      // The database is away: the browser comes back by itself and goes on after its last number.
      failed: () => stream.end(),
    });
    const stream = openStream(request, response, follower.stop);
    await follower.push();
  });

  router.post('/photos', uploadBody(limits.LIMIT_UPLOAD_MB), async (request, response) => {
    const contactId = await visitor(request);
    await rates.upload(contactId);
    if (!Buffer.isBuffer(request.body)) throw new AppError('invalid', 'the upload is empty');
    const name = typeof request.query.name === 'string' ? request.query.name : 'photo';
    response.status(201).json(await photos.take(contactId, request.body, name));
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
  photos: Photos;
  rates: ChannelLimits;
  /** A message was stored: its turn may start. */
  onMessage(conversationId: string): void;
};

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
const voteBody = z.strictObject({ conversation: z.uuid(), seq: z.int().min(1), helpful: z.boolean() });
const messageBody = z.strictObject({
  clientId: clientIdSchema,
  text: z.string().max(100_000),
  attachments: z.array(z.uuid()).max(20).optional(),
  payload: small.optional(),
  context: pageContext.optional(),
});

function shown(state: ChatState) {
  const { id: _, ...rest } = state;
  return rest;
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
