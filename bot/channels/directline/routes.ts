import { randomUUID } from 'node:crypto';
import { type ErrorRequestHandler, type Request, Router } from 'express';
import type { Config } from '../../../core/config.ts';
import { AppError } from '../../../core/errors.ts';
import { bodyOf, jsonBody, uploadBody } from '../../../core/http/body.ts';
import { corsFor } from '../../../core/http/security.ts';
import type { ChannelLimits } from '../limits.ts';

import type { DirectLine } from './directLine.ts';
import { activitySchema, generateSchema, startSchema } from './schema.ts';
import type { Thread } from './threads.ts';
import type { Caller, DirectLineTokens } from './token.ts';
import { partsOf } from './upload.ts';

/** Direct Line 3.0 below /v3/directline, as its published protocol and the clients' sources say. */
export function createDirectLineRoutes({ directLine, tokens, config, rates }: DirectLineRouteParts): Router {
  const router = Router();
  const { limits } = config;
  const json = jsonBody(limits.LIMIT_BODY_KB);
  router.use(
    corsFor(config, { headers: 'authorization, content-type, x-ms-bot-agent, x-requested-with', credentials: true }),
  );

  router.post('/tokens/generate', json, async (request, response) => {
    const caller = await callerOf(request);
    if (!caller.secret) throw new AppError('forbidden', 'only the secret makes tokens');
    const { user, User, trustedOrigins } = bodyOf(generateSchema, request.body);
    const id = user?.id ?? User?.Id;
    const conversationId = randomUUID();
    const token = await tokens.sign({
      conv: conversationId,
      ...(id ? { user: id } : {}),
      ...(trustedOrigins?.length ? { origins: trustedOrigins } : {}),
    });
    response.json({ conversationId, token, expires_in: tokens.seconds });
  });

  // For pages of the shop, which have no secret: the Origin was checked above, and each address has its rate.
  router.post('/tokens/site', json, async (request, response) => {
    if (request.headers.origin === undefined) throw new AppError('forbidden', 'this is for pages of the shop');
    await rates.token(request.ip ?? '');
    const conversationId = randomUUID();
    const user = `dl_${randomUUID()}`;
    const token = await tokens.sign({ conv: conversationId, user, origins: [request.headers.origin] });
    response.json({ conversationId, token, expires_in: tokens.seconds });
  });

  router.post('/tokens/refresh', async (request, response) => {
    const caller = await callerOf(request);
    if (caller.secret) throw new AppError('invalid', 'a secret needs no refreshing');
    const { secret: _, ...claims } = caller;
    response.json({ conversationId: claims.conv, token: await tokens.sign(claims), expires_in: tokens.seconds });
  });

  router.post('/conversations', json, async (request, response) => {
    const caller = await callerOf(request);
    const { user, locale } = bodyOf(startSchema, request.body);
    const id = caller.secret ? randomUUID() : caller.conv;
    const userId = userOf(caller, user?.id);
    const { thread, created } = await directLine.start(id, {
      userId,
      name: user?.name,
      // Clients seldom say it at the start; their browsers do.
      language: locale ?? request.acceptsLanguages()[0],
    });
    if (created) await directLine.welcome(thread);
    response.status(created ? 201 : 200).json(await opened(caller, thread, ''));
  });

  router.get('/conversations/:id', async (request, response) => {
    const { caller, thread } = await threadOf(request);
    response.json(await opened(caller, thread, String(request.query.watermark ?? '')));
  });

  router.get('/conversations/:id/activities', async (request, response) => {
    const { thread } = await threadOf(request);
    const set = await directLine.after(thread, watermarkOf(request.query.watermark));
    await directLine.seen(thread, set.watermark);
    response.json({ activities: set.activities, watermark: String(set.watermark) });
  });

  router.post('/conversations/:id/activities', json, async (request, response) => {
    const { caller, thread } = await threadOf(request, true);
    const activity = bodyOf(activitySchema, request.body);
    if (activity.attachments?.length) throw new AppError('invalid', 'photos are sent by upload');
    await rates.message(thread.contactId);
    response.json({ id: await directLine.post(thread, activity, userOf(caller, activity.from?.id), [], request.ip) });
  });

  router.post('/conversations/:id/upload', uploadBody(limits.LIMIT_UPLOAD_MB), async (request, response) => {
    const { caller, thread } = await threadOf(request, true);
    await rates.upload(thread.contactId);
    const { activity, files } = await partsOf(request);
    if (files.length > limits.LIMIT_PHOTOS_PER_MESSAGE)
      throw new AppError('too_large', 'too many photos at once', { limit: limits.LIMIT_PHOTOS_PER_MESSAGE });
    const given = bodyOf(activitySchema, activity ?? { type: 'message' });
    const userId = userOf(caller, String(request.query.userId ?? '') || given.from?.id);
    await rates.message(thread.contactId);
    response.json({ id: await directLine.post(thread, given, userId, files, request.ip) });
  });

  router.get('/session/getsessionid', async (request, response) => {
    const caller = await callerOf(request);
    response.json({ sessionId: caller.secret ? randomUUID() : caller.conv });
  });

  router.use(protocolErrors);
  return router;

  async function callerOf(request: Request): Promise<Caller> {
    const caller = await tokens.caller(request.headers.authorization);
    const { origin } = request.headers;
    if (!caller.secret && caller.origins && origin !== undefined && !caller.origins.includes(origin))
      throw new AppError('forbidden', 'this token is for other pages');
    return caller;
  }

  async function threadOf(request: Request, writing = false): Promise<{ caller: Caller; thread: Thread }> {
    const caller = await callerOf(request);
    const id = String(request.params.id);
    if (!caller.secret && caller.conv !== id) throw new AppError('forbidden', 'this token is for another conversation');
    const thread =
      (await directLine.find(id)) ??
      // A token names a conversation that its first message starts.
      (writing && !caller.secret ? (await directLine.start(id, { userId: caller.user })).thread : undefined);
    if (!thread) throw new AppError('not_found', 'no such conversation');
    if (writing && thread.ended) throw new AppError('forbidden', 'this conversation has ended: start a new one');
    return { caller, thread };
  }

  async function opened(caller: Caller, thread: Thread, watermark: string) {
    const claims = caller.secret
      ? { conv: thread.id }
      : {
          conv: caller.conv,
          ...(caller.user ? { user: caller.user } : {}),
          ...(caller.origins ? { origins: caller.origins } : {}),
        };
    const address = new URL(`/v3/directline/conversations/${thread.id}/stream`, config.origin.replace(/^http/, 'ws'));
    address.searchParams.set('watermark', watermark);
    address.searchParams.set('t', await tokens.signStream(claims));
    return {
      conversationId: thread.id,
      token: await tokens.sign(claims),
      expires_in: tokens.seconds,
      streamUrl: address.href,
      referenceGrammarId: thread.conversationId,
    };
  }
}

type DirectLineRouteParts = {
  directLine: DirectLine;
  tokens: DirectLineTokens;
  config: Config;
  rates: ChannelLimits;
};

/** The number in a watermark; an empty or missing one means the beginning. */
export function watermarkOf(value: unknown): number {
  if (value === undefined || value === '') return 0;
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value))
    throw new AppError('invalid', 'this is no watermark of ours');
  return Number(value);
}

// The token's user wins; ids that begin with dl_ come from tokens only.
function userOf(caller: Caller, named: string | undefined): string | undefined {
  if (!caller.secret && caller.user) return caller.user;
  if (named?.startsWith('dl_')) throw new AppError('forbidden', 'this user id comes from tokens only');
  return named || undefined;
}

// The protocol's names of errors; status codes stay those of the one table.
const protocolErrors: ErrorRequestHandler = (error, _request, _response, next) => {
  if (error instanceof AppError && error.details?.name === undefined) {
    const name = { not_found: 'BadArgument', invalid: 'BadArgument', forbidden: 'Forbidden' }[error.code as string];
    next(name ? new AppError(error.code, error.message, { ...error.details, name }, error) : error);
    return;
  }
  next(error);
};
