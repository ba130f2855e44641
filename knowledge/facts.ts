import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { formatMoney, formatNumber } from '../core/format.ts';
import { touch } from './articleVersions.ts';
import { type KnowledgeTables, knowledgeDb } from './tables.ts';

/** Fills `{{names}}` with the shop's facts in the form of the language; an unknown name stays as it stands. */
export function fillFacts(text: string, facts: Facts, language: string): string {
  return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const value = lookUp(facts, name);
    if (typeof value === 'number') return formatNumber(language, value);
    if (typeof value === 'string') return value;
    if (isMoney(value)) return formatMoney(language, value);
    return whole;
  });
}

/** The `{{names}}` of a text that the facts do not have: customers would see them as they stand. */
export function unknownNames(text: string, facts: Facts): string[] {
  const names = [...text.matchAll(/\{\{\s*([^{}]{1,100}?)\s*\}\}/g)].map((match) => match[1] ?? '');
  return [...new Set(names)].filter((name) => fillFacts(`{{${name}}}`, facts, 'en') === `{{${name}}}`);
}

/** The newest facts; none are needed for articles without names. */
export async function currentFacts(database: Kysely<CoreTables>): Promise<Facts> {
  const row = await knowledgeDb(database)
    .selectFrom('shop_facts')
    .select('data')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.data as Facts | undefined) ?? {};
}

/** Stores new facts as a version, unless they equal the newest one. */
export async function saveFacts(
  database: Kysely<CoreTables> | Kysely<KnowledgeTables>,
  facts: Facts,
  author: string | null,
): Promise<void> {
  const db = (database as Kysely<CoreTables>).withTables<KnowledgeTables>();
  await db
    .insertInto('shop_facts')
    .values({ data: JSON.stringify(facts), author })
    .execute();
}

/** The versions of the facts, newest first, at most 50. */
export async function factVersions(database: Kysely<CoreTables>): Promise<FactsVersion[]> {
  const rows = await knowledgeDb(database)
    .selectFrom('shop_facts')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(50)
    .execute();
  return rows.map(({ version, data, author, created_at }) => ({
    version,
    facts: data as Facts,
    author,
    createdAt: created_at.toISOString(),
  }));
}

/** Saves the facts as an editor changed them and lets every process know; throws `stale` over a newer version. */
export async function changeFacts(
  database: Kysely<CoreTables>,
  { facts, baseVersion, author }: { facts: Facts; baseVersion: number; author: string },
): Promise<void> {
  await knowledgeDb(database)
    .transaction()
    .execute(async (tx) => {
      // The one row that every change of what is public moves: whoever comes second waits here and then sees the first.
      await touch(tx);
      const newest = await tx
        .selectFrom('shop_facts')
        .select(['version', 'data'])
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      if ((newest?.version ?? 0) !== baseVersion)
        throw new AppError('stale', 'somebody changed the facts meanwhile', { version: newest?.version });
      await tx
        .insertInto('shop_facts')
        .values({ data: JSON.stringify(facts), author })
        .execute();
    });
}

/** One state of the facts, with who saved it. */
export type FactsVersion = { version: number; facts: Facts; author: string | null; createdAt: string };

/** Numbers, short texts and money by name, nested. */
export type Facts = { [name: string]: FactValue };
/** One fact, a list or a group of them. */
export type FactValue = number | string | boolean | { amount: string; currency: string } | Facts | FactValue[];

function lookUp(facts: Facts, name: string): FactValue | undefined {
  let value: FactValue | undefined = facts;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, part)) return undefined;
    value = (value as Facts)[part];
  }
  return value;
}

function isMoney(value: unknown): value is { amount: string; currency: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'amount' in value &&
    'currency' in value &&
    typeof value.amount === 'string'
  );
}
