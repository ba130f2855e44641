import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../database/tables.ts';

/**
 * The tokens of one day (UTC), shared by all processes and kept over a restart. They are reserved before a call and corrected
 * after it, so that many calls at once cannot overdraw them.
 */
export function createBudget(db: Kysely<CoreTables>, dailyTokens: number): Budget {
  return {
    async take(tokens) {
      if (tokens > dailyTokens) return undefined;
      const { rows } = await sql<{ day: string }>`
        insert into model_use (day, tokens) values ((now() at time zone 'utc')::date, ${tokens})
        on conflict (day) do update set tokens = model_use.tokens + excluded.tokens
          where model_use.tokens + excluded.tokens <= ${dailyTokens}
        returning day::text`.execute(db);
      return rows[0]?.day;
    },
    async settle(day, difference) {
      if (difference === 0) return;
      await db
        .updateTable('model_use')
        .set({ tokens: sql<string>`greatest(0, tokens + ${difference})` })
        .where('day', '=', sql<string>`${day}::date`)
        .execute();
    },
  };
}

/** `take` reserves tokens and returns the day they are of, or undefined when the day's budget is spent; `settle` corrects it. */
export type Budget = {
  take(tokens: number): Promise<string | undefined>;
  settle(day: string, difference: number): Promise<void>;
};
