import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { formatMoney, formatNumber } from '../core/format.ts';
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

/** Numbers, short texts and money by name, nested. */
export type Facts = { [name: string]: FactValue };
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
