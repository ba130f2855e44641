import { randomUUID } from 'node:crypto';
import type { Activity } from 'botbuilder';
import type { Photos } from '../../../core/attachments/photos.ts';
import { AppError } from '../../../core/errors.ts';
import type { I18n } from '../../../core/i18n.ts';
import type { Limits } from '../../../core/limits.ts';
import { type ActivityBot, loadActivityBot } from '../botframework/activityBot.ts';
import { type ActivityFactory, loadActivityFactory } from '../botframework/factory.ts';
import { tidyText } from '../tidyText.ts';
import { activityId, toActivities } from './activities.ts';
import { buttonValue, type PostedActivity } from './schema.ts';
import type { Thread, Threads, ThreadUser } from './threads.ts';

/** What a Direct Line client can do with its conversation; botbuilder is loaded when the first one comes. */
export function createDirectLine({ threads, photos, i18n, limits, origin, shopName, onMessage }: DirectLineParts) {
  let loading: Promise<{ bot: ActivityBot; factory: ActivityFactory }> | undefined;
  const load = () => {
    loading ??= (async () => ({
      factory: await loadActivityFactory(),
      bot: await loadActivityBot({
        hear: (activity, from) => hear(activity, from as Sender),
        happened: (activity, from) => happened(activity, from as Sender),
        greet: async (_activity, from) => {
          const { language } = (from as Sender).thread;
          return `${i18n.t(language, 'bot:assistant.first', { shop: shopName })} ${i18n.t(language, 'bot:greeting')}`;
        },
      }),
    }))();
    return loading;
  };

  async function hear(activity: Activity, { thread, files, clientId, address }: Sender): Promise<{ id: string }> {
    const text = tidyText(activity.text ?? '');
    if (text === '' && files.length === 0) throw new AppError('invalid', 'the message is empty');
    if ([...text].length > limits.LIMIT_MESSAGE_CHARACTERS)
      throw new AppError('too_large', 'the message is too long', { limit: limits.LIMIT_MESSAGE_CHARACTERS });
    const attachments: string[] = [];
    for (const file of files) attachments.push((await photos.take(thread.contactId, file.bytes, file.name)).id);
    const button = buttonValue.safeParse(activity.value);
    const stored = await threads.receive({
      channel: 'directline',
      contactId: thread.contactId,
      externalId: `${thread.id}:${clientId ?? randomUUID()}`,
      text,
      attachments,
      ...(clientId ? { clientId } : {}),
      ...(button.success ? { payload: button.data.payload } : {}),
      ...(address ? { address } : {}),
    });
    if (!stored.duplicate) onMessage(stored.conversationId);
    return { id: activityId(thread.id, stored.seq) };
  }

  // Two events are ours; clients send others for their own use.
  async function happened(activity: Activity, { thread, address }: Sender): Promise<void> {
    if (activity.name === 'anshin.identify') await threads.identify(thread, String(activity.value));
    if (activity.name === 'anshin.person') {
      const stored = await threads.receive({
        channel: 'directline',
        contactId: thread.contactId,
        externalId: `${thread.id}:${randomUUID()}`,
        text: i18n.t(thread.language, 'bot:button.person'),
        payload: 'person',
        ...(address ? { address } : {}),
      });
      onMessage(stored.conversationId);
    }
  }

  return {
    find: threads.find,
    seen: threads.seen,

    async start(id: string, { language, ...user }: ThreadUser): Promise<{ thread: Thread; created: boolean }> {
      const spoken = language?.toLowerCase().split('-')[0];
      return threads.start(id, {
        ...user,
        ...(spoken && i18n.languages.includes(spoken) ? { language: spoken } : {}),
      });
    },

    /** The first line: who this is, and that it is an assistant. */
    async welcome(thread: Thread): Promise<void> {
      const { bot } = await load();
      const sender: Sender = { thread, files: [] };
      await bot.receive(
        {
          type: 'conversationUpdate',
          channelId: 'directline',
          conversation: { id: thread.id } as Activity['conversation'],
          from: { id: thread.userId ?? 'user', name: '' },
          recipient: { id: 'anshin', name: 'Anshin' },
          membersAdded: [{ id: thread.userId ?? 'user', name: '' }],
        },
        sender,
        async (said) =>
          (
            await threads.say(
              thread,
              said.map((activity) => activity.text ?? ''),
            )
          ).map((seq) => activityId(thread.id, seq)),
      );
    },

    /** Takes one activity of the client; returns its id. Types that nobody acts on are acknowledged and not kept. */
    async post(
      thread: Thread,
      activity: PostedActivity,
      userId: string | undefined,
      files: Sender['files'],
      address: string | undefined,
    ): Promise<string> {
      const { bot } = await load();
      if (userId && userId !== thread.userId) await threads.nameUser(thread, userId, activity.from?.name);
      const clientId = activity.channelData?.clientActivityID;
      const heard = await bot.receive(
        {
          type: activity.type,
          channelId: 'directline',
          conversation: { id: thread.id } as Activity['conversation'],
          from: { id: userId ?? 'user', name: activity.from?.name ?? '' },
          recipient: { id: 'anshin', name: 'Anshin' },
          ...(activity.name ? { name: activity.name } : {}),
          ...(activity.text === undefined ? {} : { text: activity.text }),
          ...(activity.value === undefined ? {} : { value: activity.value }),
        },
        { thread, files, ...(clientId ? { clientId } : {}), ...(address ? { address } : {}) } satisfies Sender,
        async () => [],
      );
      return heard?.id ?? `${thread.id}|${randomUUID()}`;
    },

    /** Everything after a watermark, and the next one. */
    async after(thread: Thread, watermark: number): Promise<ActivitySet> {
      const { factory } = await load();
      const messages = await threads.messagesAfter(thread, watermark);
      const activities = messages.flatMap((message) =>
        toActivities(message, { factory, thread: thread.id, origin, userId: thread.userId }),
      );
      const last = messages.at(-1)?.seq ?? watermark;
      if (!thread.ended || last < thread.last) return { activities, watermark: last, more: messages.length > 0 };
      // After its last message an ended conversation says once that it is over.
      if (watermark <= thread.last)
        activities.push({
          type: 'endOfConversation',
          id: activityId(thread.id, thread.last + 1),
          channelId: 'directline',
          conversation: { id: thread.id } as Activity['conversation'],
          from: { id: 'anshin', name: 'Anshin', role: 'bot' },
        });
      return { activities, watermark: thread.last + 1, more: false };
    },
  };
}

export type DirectLine = ReturnType<typeof createDirectLine>;
export type ActivitySet = { activities: Partial<Activity>[]; watermark: number; more: boolean };

type Sender = {
  thread: Thread;
  files: { name: string; bytes: Buffer }[];
  clientId?: string;
  address?: string;
};

type DirectLineParts = {
  threads: Threads;
  photos: Photos;
  i18n: I18n;
  limits: Limits;
  origin: string;
  shopName: string;
  onMessage(conversationId: string): void;
};
