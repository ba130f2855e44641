import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import type { Known } from '../core/model/redactor.ts';
import type { Customer, OrderReader } from '../orders/types.ts';
import type { TurnInput } from './types.ts';
import type { ModelReader } from './understanding/llm.ts';

/** Collects what calls of a model need to know on one turn: what was said last, whom to keep secret, and how long it may take. */
export function createModelTurns({
  db,
  orders,
  answerSeconds,
}: ModelTurnParts): (input: TurnInput) => Promise<ModelTurn> {
  return async ({ conversation, messages, signal, tellDraft }) => ({
    recent: await recentMessages(db, conversation.id, messages[0]?.seq),
    known: await knownOf(conversation),
    until: performance.now() + answerSeconds * 1000,
    signal,
    tellDraft,
  });

  async function knownOf({ id, customerId }: TurnInput['conversation']): Promise<Known> {
    const contact = await db
      .selectFrom('contact')
      .innerJoin('conversation', 'conversation.contact_id', 'contact.id')
      .select('contact.name')
      .where('conversation.id', '=', id)
      .executeTakeFirst();
    const proven = await db.selectFrom('proof').select('order_id').where('conversation_id', '=', id).execute();
    // Records that cannot be read now hide nothing more; patterns still do.
    const read = [
      ...proven.map(async ({ order_id }) => [await orders.orderById(order_id)]),
      ...(customerId ? [orders.ordersOf(customerId)] : []),
    ];
    const own = (await Promise.all(read.map((list) => list.catch(() => []))))
      .flat()
      .filter((order) => order !== undefined);
    const ids = [customerId, ...own.map((order) => order.customer_id)].filter((one) => typeof one === 'string');
    const customers = await Promise.all([...new Set(ids)].map((one) => orders.customer(one).catch(() => undefined)));
    const places = [...customers.flatMap((one) => one?.addresses ?? []), ...own.map((order) => order.shipping_address)];
    return {
      names: [contact?.name, ...customers.flatMap(namesOf)].filter((name) => typeof name === 'string'),
      addresses: [...new Set(places.flatMap((place) => [place.line1, place.line2, place.postcode]))].filter(
        (line) => typeof line === 'string',
      ),
    };
  }
}

/** The model's side of one turn. `until` is when the customer has waited long enough, on the clock of `performance.now`. */
export type ModelTurn = {
  recent: { from: string; text: string }[];
  known: Known;
  until: number;
  signal: AbortSignal;
  tellDraft(text: string): Promise<boolean>;
};

/** What the dialogue needs when a model is configured. */
export type DialogueModel = { begin(input: TurnInput): Promise<ModelTurn>; read: ModelReader };

type ModelTurnParts = {
  db: Kysely<CoreTables>;
  orders: Pick<OrderReader, 'customer' | 'orderById' | 'ordersOf'>;
  answerSeconds: number;
};

// As different cultures write it.
function namesOf(customer: Customer | undefined): string[] {
  if (!customer) return [];
  const { first, last } = customer.name;
  return [`${first} ${last}`, `${last} ${first}`, `${last}${first}`, first, last];
}

const recentCount = 6;
const recentCharacters = 500;

// Each is cut, so that nobody pushes the rules out of sight with long texts.
async function recentMessages(
  db: Kysely<CoreTables>,
  conversationId: string,
  before: number | undefined,
): Promise<ModelTurn['recent']> {
  const rows = await db
    .selectFrom('message')
    .select(['sender', 'text'])
    .where('conversation_id', '=', conversationId)
    .where('seq', '<', before ?? 0)
    .where('sender', 'in', ['customer', 'bot', 'agent'])
    .orderBy('seq', 'desc')
    .limit(recentCount)
    .execute();
  return rows.reverse().map(({ sender, text }) => ({ from: sender, text: text.slice(0, recentCharacters) }));
}
