import type {
  Activity,
  Request as BotRequest,
  Response as BotResponse,
  CloudAdapter,
  ConversationReference,
} from 'botbuilder';
import type { Kysely } from 'kysely';
import { type Block, plainText } from '../../../core/blocks.ts';
import { contactOf } from '../../../core/contacts.ts';
import { type ReceiveOptions, receive } from '../../../core/conversations/receive.ts';
import type { CoreTables } from '../../../core/database/tables.ts';
import { AppError } from '../../../core/errors.ts';
import type { Limits } from '../../../core/limits.ts';
import type { Log } from '../../../core/log.ts';
import type { Delivery, SendingChannel } from '../../../core/outbox.ts';
import { tidyText } from '../tidyText.ts';
import { type ActivityBot, loadActivityBot } from './activityBot.ts';
import { type ActivityFactory, loadActivityFactory } from './factory.ts';

/**
 * The Bot Framework's channels (Teams, Azure, the Emulator): its own adapter checks who calls, messages are stored and
 * answered by turns, replies go out through the outbox to the service address that came with the conversation.
 */
export function createBotFramework(parts: BotFrameworkParts): BotFramework {
  const { db, limits, receiveOptions, app, origin, log, onMessage } = parts;
  let loading: Promise<Loaded> | undefined;

  async function load(): Promise<Loaded> {
    const { CloudAdapter, ConfigurationBotFrameworkAuthentication, TurnContext } = await import('botbuilder');
    const settings = {
      MicrosoftAppId: app?.id ?? '',
      MicrosoftAppPassword: app?.password ?? '',
      MicrosoftAppType: app?.tenant ? 'SingleTenant' : 'MultiTenant',
      MicrosoftAppTenantId: app?.tenant ?? '',
      ...app?.endpoints,
    };
    const adapter = new CloudAdapter(
      new ConfigurationBotFrameworkAuthentication(settings, app?.credentials as undefined),
    );
    adapter.onTurnError = async (_context, error) => {
      log.warn({ err: error }, 'a Bot Framework turn failed');
      throw error;
    };
    const bot = await loadActivityBot({
      hear: (activity) => hear(activity, TurnContext.getConversationReference(activity)),
    });
    return { adapter, bot, factory: await loadActivityFactory() };
  }
  const loaded = () => {
    loading ??= load();
    return loading;
  };

  async function hear(activity: Activity, reference: Partial<ConversationReference>): Promise<{ id: string }> {
    const text = tidyText(activity.text ?? '').slice(0, limits.LIMIT_MESSAGE_CHARACTERS);
    if (text === '') return { id: activity.id ?? '' };
    const contact = await contactOf(
      db,
      'botframework',
      `${activity.channelId}:${activity.conversation.id}`,
      activity.from.name,
    );
    await db
      .updateTable('contact')
      .set({ reference: JSON.stringify(reference) })
      .where('id', '=', contact.id)
      .execute();
    const payload = (activity.value as { payload?: unknown } | undefined)?.payload;
    const stored = await receive(
      db,
      {
        channel: 'botframework',
        contactId: contact.id,
        externalId: `${activity.channelId}|${activity.conversation.id}|${activity.id ?? ''}`,
        text,
        ...(typeof payload === 'string' && payload.length <= 200 ? { payload } : {}),
      },
      receiveOptions,
    );
    if (!stored.duplicate) onMessage(stored.conversationId);
    return { id: stored.id };
  }

  return {
    async process(request, response) {
      const { adapter, bot } = await loaded();
      await adapter.process(request as BotRequest, response as BotResponse, (context) => bot.handle(context));
    },
    async send(delivery) {
      const { adapter, factory } = await loaded();
      const reference = delivery.reference as Partial<ConversationReference> | null;
      if (!reference?.serviceUrl) throw new AppError('invalid', 'there is no address to send to');
      let id = '';
      await adapter.continueConversationAsync(app?.id ?? '', reference, async (context) => {
        const [first] = await context.sendActivities([toActivity(delivery, factory, origin)]);
        id = first?.id ?? '';
      });
      return id;
    },
  };
}

/** The endpoint's work and the way out. */
export type BotFramework = SendingChannel & {
  /** Checks the caller, handles the activity, answers the request. The body must have been validated before. */
  process(request: unknown, response: unknown): Promise<void>;
};

type Loaded = { adapter: CloudAdapter; bot: ActivityBot; factory: ActivityFactory };

type BotFrameworkParts = {
  db: Kysely<CoreTables>;
  limits: Limits;
  receiveOptions: ReceiveOptions;
  /** The registered app; without it nobody's identity can be checked. `endpoints` and `credentials` are for tests. */
  app:
    | {
        id: string;
        password: string;
        tenant?: string | undefined;
        endpoints?: Record<string, string>;
        credentials?: unknown;
      }
    | undefined;
  origin: string;
  log: Log;
  onMessage(conversationId: string): void;
};

function toActivity({ body, language }: Delivery, factory: ActivityFactory, origin: string): Partial<Activity> {
  const choices = body.flatMap((block) => (block.type === 'choices' ? block.choices : []));
  const cards = body.flatMap((block) => (block.type === 'articleCard' ? [block] : []));
  const text = plainText(body.filter((block: Block) => block.type !== 'choices' && block.type !== 'articleCard'));
  return {
    ...factory.message(
      text,
      cards.map((card) =>
        factory.card(
          card.title,
          undefined,
          card.url ? [{ type: 'openUrl', title: card.title, value: new URL(card.url, origin).href }] : [],
        ),
      ),
      choices.map(({ label, payload }) => ({
        type: 'messageBack',
        title: label,
        text: label,
        displayText: label,
        value: { payload },
      })),
    ),
    locale: language,
  };
}
