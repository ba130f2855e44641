import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';

/** Keeps one conversation from flooding the shop and one address from collecting tokens; beyond it `too_many` with seconds. */
export function createChannelLimits(limits: Limits): ChannelLimits {
  const perMinute = new RateLimiterMemory({ points: limits.LIMIT_MESSAGES_PER_MINUTE, duration: 60 });
  // "At once": the burst refills with the minute's rate.
  const burst = new RateLimiterMemory({
    points: limits.LIMIT_MESSAGES_AT_ONCE,
    duration: Math.ceil((60 * limits.LIMIT_MESSAGES_AT_ONCE) / limits.LIMIT_MESSAGES_PER_MINUTE),
  });
  const uploads = new RateLimiterMemory({ points: limits.LIMIT_PHOTOS_PER_MESSAGE * 4, duration: 60 });
  const tokens = new RateLimiterMemory({ points: limits.LIMIT_TOKENS_PER_MINUTE, duration: 60 });
  return {
    message: async (contactId) => {
      await take(burst, contactId);
      await take(perMinute, contactId);
    },
    token: (address) => take(tokens, address),
    upload: (contactId) => take(uploads, contactId),
  };
}

/** Each call takes one from its allowance or throws. */
export type ChannelLimits = {
  message(contactId: string): Promise<void>;
  token(address: string): Promise<void>;
  upload(contactId: string): Promise<void>;
};

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (rejected) {
    if (rejected instanceof RateLimiterRes)
      throw new AppError('too_many', 'too many requests', { retryAfter: Math.max(1, rejected.msBeforeNext / 1000) });
    throw rejected;
  }
}
