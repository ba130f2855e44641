import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';

/** Counts tries to sign in per account and per address over all processes; throws `too_many` with the seconds to wait. */
export function createLoginLimit({ pool, tries }: { pool: pg.Pool; tries: number }): LoginLimit {
  const limiter = (keyPrefix: string) =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix,
      points: tries,
      duration: windowSeconds,
      clearExpiredByTimeout: true,
    });
  const byAccount = limiter('login_account');
  const byAddress = limiter('login_address');

  return {
    async count(account, address) {
      try {
        await byAddress.consume(address.slice(0, 100));
        await byAccount.consume(account.slice(0, 200));
      } catch (rejected) {
        if (rejected instanceof RateLimiterRes)
          throw new AppError('too_many', 'too many tries to sign in', { retryAfter: rejected.msBeforeNext / 1000 });
        throw rejected;
      }
    },
    async forget(account) {
      await byAccount.delete(account.slice(0, 200));
    },
  };
}

export type LoginLimit = {
  count(account: string, address: string): Promise<void>;
  /** After a success the account starts from nought. */
  forget(account: string): Promise<void>;
};

const windowSeconds = 15 * 60;
