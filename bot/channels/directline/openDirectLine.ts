import type { Config } from '../../../core/config.ts';
import type { ChannelLimits } from '../limits.ts';
import { createDirectLine } from './directLine.ts';
import { createDirectLineRoutes } from './routes.ts';
import { createDirectLineStreams } from './streams.ts';
import { createThreads } from './threads.ts';
import { createDirectLineTokens } from './token.ts';

/** Builds Direct Line: its routes, and its streams for the server's upgrades. `key` signs its tokens. */
export function openDirectLine({ threads, config, key, rates, events, ...parts }: OpenDirectLine) {
  const tokens = createDirectLineTokens({ key, secret: config.directLineSecret });
  const directLine = createDirectLine({
    ...parts,
    threads: createThreads(threads),
    limits: config.limits,
    origin: config.origin,
    shopName: config.shopName,
  });
  return {
    routes: createDirectLineRoutes({ directLine, tokens, config, rates }),
    streams: createDirectLineStreams({ directLine, tokens, config, events }),
  };
}

type OpenDirectLine = Pick<Parameters<typeof createDirectLine>[0], 'photos' | 'i18n' | 'onMessage'> & {
  threads: Parameters<typeof createThreads>[0];
  config: Config;
  key: Parameters<typeof createDirectLineTokens>[0]['key'];
  rates: ChannelLimits;
  events: Parameters<typeof createDirectLineStreams>[0]['events'];
};
