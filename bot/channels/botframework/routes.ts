import { Router } from 'express';
import { z } from 'zod';
import type { Config } from '../../../core/config.ts';
import { AppError } from '../../../core/errors.ts';
import { jsonBody } from '../../../core/http/body.ts';
import { fromThisMachine, isLoopback } from '../../../core/http/loopback.ts';
import type { BotFramework } from './botFramework.ts';

/**
 * POST /api/messages. Without a registered app nobody can be told apart and replies would go to any address that a request
 * names: then it is open to this machine only, and only for addresses of this machine.
 */
export function createBotFrameworkRoutes({
  botFramework,
  config,
}: {
  botFramework: BotFramework;
  config: Config;
}): Router {
  const router = Router();
  router.post('/messages', jsonBody(config.limits.LIMIT_BODY_KB), async (request, response) => {
    if (!config.botApp && !(config.loopback && fromThisMachine(request)))
      throw new AppError('forbidden', 'the Bot Framework needs MICROSOFT_APP_ID');
    const { serviceUrl } = activity.parse(request.body);
    if (!config.botApp && !isLoopback(new URL(serviceUrl).hostname))
      throw new AppError('forbidden', 'without MICROSOFT_APP_ID replies go to this machine only');
    await botFramework.process(request, response);
  });
  return router;
}

// The SDK answers an activity without these with a crash.
const activity = z.looseObject({
  type: z.string().min(1).max(50),
  id: z.string().max(500).optional(),
  channelId: z.string().min(1).max(100),
  serviceUrl: z.url({ protocol: /^https?$/ }).max(1000),
  conversation: z.looseObject({ id: z.string().min(1).max(1000) }),
  from: z.looseObject({ id: z.string().min(1).max(1000) }),
  recipient: z.looseObject({ id: z.string().min(1).max(1000) }),
  text: z.string().max(100_000).optional(),
});
