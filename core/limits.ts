import { z } from 'zod';

const count = (value: number) => z.coerce.number().positive().default(value);

/** Limits and lifetimes with their defaults; each is a setting of the same name. Times are in the unit of the name. */
export const limitSettings = {
  LIMIT_MESSAGES_PER_MINUTE: count(60),
  LIMIT_MESSAGES_AT_ONCE: count(10),
  LIMIT_MESSAGE_CHARACTERS: count(4000),
  LIMIT_TOKENS_PER_MINUTE: count(30),
  LIMIT_PROOFS_PER_CONVERSATION: count(5),
  LIMIT_PROOFS_PER_ADDRESS_HOUR: count(10),
  LIMIT_PROOFS_OVERALL_10_MINUTES: count(50),
  CHAT_TOKEN_MINUTES: count(30),
  VISITOR_DAYS: count(180),
  IDENTIFIED_IDLE_MINUTES: count(30),
  STAFF_SESSION_HOURS: count(12),
  STAFF_IDLE_HOURS: count(2),
  LIMIT_LOGINS_15_MINUTES: count(10),
  IDLE_BOT_HOURS: count(24),
  IDLE_AGENT_HOURS: count(72),
  REOPEN_DAYS: count(7),
  TURN_LEASE_SECONDS: count(45),
  TURN_RETRIES: count(2),
  SWEEP_SECONDS: count(5),
  LIMIT_BODY_KB: count(256),
  LIMIT_UPLOAD_MB: count(12),
  LIMIT_PHOTOS_PER_MESSAGE: count(5),
  LIMIT_PHOTO_MB: count(10),
  LIMIT_PHOTO_STORED_MB: count(5),
};

/** All limits by the name of their setting. */
export type Limits = { [K in keyof typeof limitSettings]: number };
