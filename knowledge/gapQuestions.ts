import type { Transaction } from 'kysely';
import { smallTalk } from './gapGroups.ts';
import type { GapTables } from './gapTables.ts';

/** The customer's question in these messages, without personal data; a pressed button stands for what was written before it. */
export async function questionAt(
  parts: Reading,
  conversation: string,
  since: number,
  seq: number,
): Promise<Question | undefined> {
  const written = await messages(parts.tx, conversation, seq);
  const own = written.filter((message) => message.sender === 'customer' && message.payload === null);
  const meant = own.filter((message) => message.seq >= since);
  return toQuestion(parts, conversation, meant.length > 0 ? meant : own.slice(0, 1));
}

/**
 * What a colleague's message answered: the customer's newest question since the colleagues' words before, with all that they
 * said to it until now.
 */
export async function questionBefore(
  parts: Reading,
  conversation: string,
  seq: number,
): Promise<{ question: Question; answer: string } | undefined> {
  const spoken = (await messages(parts.tx, conversation, seq)).filter(({ sender }) => sender !== 'bot');
  const from = spoken.findIndex(({ sender }) => sender !== 'agent');
  if (from < 1) return undefined;
  const answers = spoken.slice(0, from).reverse();
  const rest = spoken.slice(from);
  const before = rest.findIndex(({ sender }) => sender === 'agent');
  const asked = (before < 0 ? rest : rest.slice(0, before)).filter(({ payload }) => payload === null);
  const names = await namesIn(parts, conversation, answers);
  for (const message of asked) {
    const question = await toQuestion(parts, conversation, [message]);
    if (question)
      return {
        question,
        answer: answers
          .map(({ text }) => parts.clean(text, names))
          .join('\n\n')
          .slice(0, longest),
      };
  }
  return undefined;
}

/** A question as it is kept. */
export type Question = {
  conversation: string;
  seq: number;
  language: string;
  market: string | null;
  text: string;
  intents: { name: string; confidence: number }[];
  askedAt: Date;
};

/** What reading needs of the other parts. */
export type Reading = {
  tx: Transaction<GapTables>;
  intentsOf(text: string, language: string): { name: string; confidence: number }[];
  /** Removes personal data; `names` are known from records. */
  clean(text: string, names: readonly string[]): string;
  nameOf(staffId: string): Promise<string | undefined>;
};

const longest = 4000;
const reach = 12;
// From here on a message is what it looks like: a greeting, a thanks, the wish for a person.
const sure = 0.6;

type Message = {
  seq: number;
  sender: string;
  staff_id: string | null;
  language: string;
  text: string;
  payload: string | null;
  created_at: Date;
};

// Newest first.
function messages(tx: Transaction<GapTables>, conversation: string, upTo: number): Promise<Message[]> {
  return tx
    .selectFrom('message')
    .select(['seq', 'sender', 'staff_id', 'language', 'text', 'payload', 'created_at'])
    .where('conversation_id', '=', conversation)
    .where('seq', '<=', upTo)
    .where('sender', '<>', 'system')
    .orderBy('seq', 'desc')
    .limit(reach * 2)
    .execute();
}

async function toQuestion(
  parts: Reading,
  conversation: string,
  written: readonly Message[],
): Promise<Question | undefined> {
  const [last] = written;
  if (!last) return undefined;
  const original = written
    .map(({ text }) => text)
    .reverse()
    .join('\n');
  const intents = parts.intentsOf(original, last.language);
  const text = parts.clean(original, await namesIn(parts, conversation, [])).trim();
  if (!asksSomething(text, intents)) return undefined;
  const { market } = await parts.tx
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .select('market')
    .where('conversation.id', '=', conversation)
    .executeTakeFirstOrThrow();
  return {
    conversation,
    seq: last.seq,
    language: last.language,
    market,
    text: text.slice(0, longest),
    intents: intents.slice(0, 3),
    askedAt: last.created_at,
  };
}

async function namesIn(parts: Reading, conversation: string, said: readonly Message[]): Promise<string[]> {
  const contact = await parts.tx
    .selectFrom('conversation')
    .innerJoin('contact', 'contact.id', 'conversation.contact_id')
    .select('name')
    .where('conversation.id', '=', conversation)
    .executeTakeFirst();
  const staff = [...new Set(said.map(({ staff_id: id }) => id).filter((id) => id !== null))];
  const names = await Promise.all(staff.map((id) => parts.nameOf(id)));
  return [contact?.name, ...names].filter((name) => typeof name === 'string');
}

// A number, a thanks or "hello?" is no question.
function asksSomething(text: string, [first]: Question['intents']): boolean {
  const words =
    text.replaceAll('[…]', ' ').match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]{2}|[\p{L}\p{M}]{2,}/gu) ?? [];
  return words.length >= 2 && !(first && smallTalk.has(first.name) && first.confidence >= sure);
}
