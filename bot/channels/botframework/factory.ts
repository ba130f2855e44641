import type { Activity, Attachment, CardAction } from 'botbuilder';

/** Loads botbuilder when the first client needs it, and gives what makes activities with it. */
export async function loadActivityFactory(): Promise<ActivityFactory> {
  const { ActivityTypes, CardFactory, EventFactory, MessageFactory } = await import('botbuilder');
  return {
    message(text, attachments, actions) {
      const activity =
        actions.length > 0
          ? MessageFactory.suggestedActions(actions, text)
          : attachments.length > 0
            ? MessageFactory.list(attachments, text)
            : MessageFactory.text(text);
      if (attachments.length > 0) activity.attachments = attachments;
      // Empty hints of a voice channel would be read out.
      return { ...activity, type: ActivityTypes.Message };
    },
    card: (title, text, actions) => CardFactory.heroCard(title, text ?? '', [], actions),
    handoffStatus: (conversationId, state) =>
      EventFactory.createHandoffStatus({ id: conversationId } as Activity['conversation'], state),
  };
}

/** Makes activities of the Bot Framework schema. */
export type ActivityFactory = {
  message(text: string, attachments: Attachment[], actions: CardAction[]): Partial<Activity>;
  card(title: string, text: string | undefined, actions: CardAction[]): Attachment;
  handoffStatus(conversationId: string, state: string): Partial<Activity>;
};
