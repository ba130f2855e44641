import { z } from 'zod';
import type { Model } from './model.ts';
import type { Known } from './redactor.ts';

/** Orders passages by how well they answer a question; throws ModelError, upon which the order stays as it is. */
export function createReranker(model: Pick<Model, 'object'>): Rerank {
  return async (question, passages, known) => {
    const { order } = await model.object({
      task: 'rerank',
      instructions,
      data: { question, passages: passages.map((text, i) => ({ n: i + 1, text: text.slice(0, passageCharacters) })) },
      schema: z.strictObject({ order: z.array(z.int()) }),
      timeoutMs: 3000,
      ...(known ? { known } : {}),
    });
    return order.map((n) => n - 1);
  };
}

type Rerank = (question: string, passages: readonly string[], known?: Known) => Promise<number[]>;

const passageCharacters = 800;
const instructions = `You judge passages of a shop's help pages. Name the numbers of those that answer the customer's question, the best first.
Leave out what is about something else.`;
