import { textBlock } from '../../core/blocks.ts';
import type { I18n } from '../../core/i18n.ts';
import type { Reply } from '../reply.ts';
import { createAnswers } from './answer.ts';

/** What a customer would see of one passage: the bot's own way of answering, with nothing else to find. */
export function createAnswerPreview({
  i18n,
  linkHosts,
  zone,
}: {
  i18n: I18n;
  linkHosts: readonly string[];
  zone: string;
}): (hit: Passage, language: string) => Promise<Reply[]> {
  return async (hit, language) => {
    const text = (key: string, values?: Record<string, string | number>) => i18n.t(language, `bot:${key}`, values);
    const answers = createAnswers({
      search: () => ({ results: [{ ...hit, score: 1, linked: 1 }], answer: true }),
      linkHosts,
    });
    const shown = await answers({
      question: hit.title,
      intents: [],
      market: null,
      context: {
        conversationId: '',
        address: null,
        customerId: null,
        shownOrder: null,
        language,
        zone,
        text,
        say: (key, values) => ({ language, body: [textBlock(text(key, values))] }),
      },
    });
    return (await shown?.say())?.replies ?? [];
  };
}

type Passage = { slug: string; language: string; title: string; passage: string };
