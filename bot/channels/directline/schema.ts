import { z } from 'zod';

// Activities carry many fields that we do not read (entities, client capabilities): those are let pass and not kept.
const account = z.looseObject({ id: z.string().max(200).optional(), name: z.string().max(200).optional() });

/** An activity as a client may post it. */
export const activitySchema = z.looseObject({
  type: z.string().min(1).max(50),
  id: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  text: z.string().max(100_000).optional(),
  locale: z.string().max(35).optional(),
  from: account.optional(),
  value: z.unknown().optional(),
  attachments: z.array(z.unknown()).max(20).optional(),
  channelData: z.looseObject({ clientActivityID: z.string().max(200).optional() }).optional(),
});
export type PostedActivity = z.infer<typeof activitySchema>;

/** The body of tokens/generate; older clients write the names with a capital. */
export const generateSchema = z.looseObject({
  user: account.optional(),
  User: z.looseObject({ Id: z.string().max(200).optional(), Name: z.string().max(200).optional() }).optional(),
  trustedOrigins: z.array(z.string().max(200)).max(20).optional(),
});

/** The body of POST /conversations. */
export const startSchema = z.looseObject({ user: account.optional(), locale: z.string().max(35).optional() });

/** What a button of ours sends back. */
export const buttonValue = z.looseObject({ payload: z.string().min(1).max(200) });
