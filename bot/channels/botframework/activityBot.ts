import type { Activity, TurnContext } from 'botbuilder';

/**
 * The one activity handler that Direct Line and the Bot Framework feed. A message is stored and answered by a turn later,
 * so a handler's run is short; what `greet` says is sent by the adapter of the channel.
 */
export async function loadActivityBot({ hear, happened, greet }: ActivityBotParts): Promise<ActivityBot> {
  const { ActivityHandler, BotAdapter, TurnContext: Context } = await import('botbuilder');
  const handler = new ActivityHandler();
  handler.onMessage(async (context, next) => {
    context.turnState.set(answer, await hear(context.activity, context.turnState.get(caller)));
    await next();
  });
  handler.onEvent(async (context, next) => {
    await happened?.(context.activity, context.turnState.get(caller));
    await next();
  });
  handler.onMembersAdded(async (context, next) => {
    const joined = context.activity.membersAdded?.some((member) => member.id !== context.activity.recipient?.id);
    if (joined && greet) await context.sendActivity(await greet(context.activity, context.turnState.get(caller)));
    await next();
  });

  /** Runs an activity of a channel that is not Microsoft's through middleware and handler. */
  class ThreadAdapter extends BotAdapter {
    store: (activities: Partial<Activity>[]) => Promise<string[]>;
    constructor(store: (activities: Partial<Activity>[]) => Promise<string[]>) {
      super();
      this.store = store;
    }
    /** Runs middleware and handler. */
    async process(context: TurnContext): Promise<void> {
      await this.runMiddleware(context, (turn) => handler.run(turn));
    }
    override async sendActivities(_context: TurnContext, activities: Partial<Activity>[]) {
      const ids = await this.store(activities.filter((activity) => activity.type === 'message'));
      return activities.map((_, i) => ({ id: ids[i] ?? '' }));
    }
    override async updateActivity(): Promise<undefined> {
      throw new Error('messages are not changed afterwards');
    }
    override async deleteActivity(): Promise<void> {
      throw new Error('messages are not deleted');
    }
    override async continueConversation(): Promise<void> {
      throw new Error('replies go through the outbox');
    }
  }

  return {
    handle: (context) => handler.run(context),
    async receive(activity, from, store) {
      const adapter = new ThreadAdapter(store);
      const context = new Context(adapter, activity);
      context.turnState.set(caller, from);
      await adapter.process(context);
      return context.turnState.get(answer);
    },
  };
}

/** What handling a message gave back: its id in the channel. */
export type Heard = { id: string };

/** The handler with the two ways into it. */
export type ActivityBot = {
  /** For the Bot Framework's own adapter. */
  handle(context: TurnContext): Promise<void>;
  /** Runs one activity; `from` is handed to the parts, `store` takes what the handler says at once. */
  receive(
    activity: Partial<Activity>,
    from: unknown,
    store: (activities: Partial<Activity>[]) => Promise<string[]>,
  ): Promise<Heard | undefined>;
};

type ActivityBotParts = {
  hear(activity: Activity, from: unknown): Promise<Heard>;
  happened?(activity: Activity, from: unknown): Promise<void>;
  greet?(activity: Activity, from: unknown): Promise<string>;
};

const caller = Symbol('caller');
const answer = Symbol('answer');
