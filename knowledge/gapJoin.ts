import { type Selectable, sql, type Transaction } from 'kysely';
import {
  type Centre,
  emptyCentre,
  featuresOf,
  type Group,
  joined,
  nearestGroup,
  type Weigh,
  weightsOf,
} from './gapGroups.ts';
import type { Reading } from './gapQuestions.ts';
import { type Closing, type GapTables, openedAgain } from './gapTables.ts';
import type { Tokenise } from './types.ts';

/** Puts a question into the gap it is nearest to, or opens one; too many new ones open a gap that was closed as fixed. */
export async function join(gathering: Gathering, row: Selectable<GapTables['gap_question']>): Promise<void> {
  const { tx, groups, weigh, tokenise } = gathering;
  const features = featuresOf(row.text, row.language, row.intents, tokenise);
  const hit = nearestGroup(features, groups, weigh);
  const group = hit ? target(groups, hit.group) : await open(tx, groups);
  group.centre = joined(group.centre, features);
  await tx
    .updateTable('gap')
    .set({ centre: JSON.stringify(group.centre) })
    .where('id', '=', group.id)
    .execute();
  await tx
    .updateTable('gap_question')
    .set({ gap_id: group.id, fit: hit?.fit ?? 1 })
    .where('conversation_id', '=', row.conversation_id)
    .where('seq', '=', row.seq)
    .execute();
  if (group.closed === 'fixed' && (await reopens(tx, group.id))) group.closed = null;
}

/** Takes a question out again: it was answered after all. */
export async function leave(tx: Transaction<GapTables>, row: { conversation_id: string; seq: number }): Promise<void> {
  await tx
    .updateTable('gap_question')
    .set({ gap_id: null })
    .where('conversation_id', '=', row.conversation_id)
    .where('seq', '=', row.seq)
    .execute();
}

/** The groups of the last half year and those that lead to another, read once for many questions. */
export async function groupsIn(tx: Transaction<GapTables>): Promise<{ groups: GapGroup[]; weigh: Weigh }> {
  const rows = await tx
    .selectFrom('gap')
    .select(['id', 'centre', 'closed', 'closed_into'])
    .where(
      sql<boolean>`closed_into is not null or exists (select 1 from gap_question question
        where question.gap_id = gap.id and asked_at > now() - interval '180 days')`,
    )
    .orderBy('created_at')
    .execute();
  const groups = rows.map(({ closed_into: into, ...group }) => ({ ...group, into }));
  return { groups, weigh: weightsOf(groups) };
}

/** A gap as questions join it; `into` is the one that it was a duplicate of. */
export type GapGroup = Group & { closed: Closing | null; into: string | null };

/** What taking in a batch works with. */
export type Gathering = Reading & { groups: GapGroup[]; weigh: Weigh; tokenise: Tokenise };

/** So many new questions within so many days that the article did not answer open a gap again. */
export const reopening = { questions: 3, days: 30 };

function target(groups: readonly GapGroup[], group: GapGroup): GapGroup {
  let found = group;
  for (let steps = 0; found.into !== null && steps < 20; steps += 1)
    found = groups.find(({ id }) => id === found.into) ?? { ...found, into: null };
  return found;
}

async function open(tx: Transaction<GapTables>, groups: GapGroup[]): Promise<GapGroup> {
  const centre: Centre = emptyCentre;
  const { id } = await tx
    .insertInto('gap')
    .values({ centre: JSON.stringify(centre) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const group: GapGroup = { id, centre, closed: null, into: null };
  groups.push(group);
  return group;
}

async function reopens(tx: Transaction<GapTables>, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('gap')
    .set(openedAgain)
    .where('id', '=', id)
    .where(
      sql<number>`(select count(*) from gap_question question where question.gap_id = gap.id and asked_at > closed_at
        and asked_at > now() - ${reopening.days} * interval '1 day')`,
      '>=',
      reopening.questions,
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
