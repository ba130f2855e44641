import { type Generated, type Kysely, sql } from 'kysely';
import type { CoreTables, Json } from '../core/database/tables.ts';
import type { Centre } from './gapGroups.ts';
import type { KnowledgeTables } from './tables.ts';

/** The tables of gaps beside the articles (migrations/202611250320_gaps.sql). */
export type GapTables = KnowledgeTables & {
  gap: {
    id: Generated<string>;
    centre: Json<Centre>;
    closed: Closing | null;
    closed_slug: string | null;
    closed_into: string | null;
    closed_by: string | null;
    closed_at: Date | null;
    reopened_at: Date | null;
    article_slug: string | null;
    article_since: Date | null;
    created_at: Generated<Date>;
  };
  gap_question: {
    conversation_id: string;
    seq: number;
    gap_id: string | null;
    kinds: QuestionKind[];
    language: string;
    market: string | null;
    text: string;
    slug: string | null;
    answer: string | null;
    intents: Json<{ name: string; confidence: number }[]>;
    fit: Generated<number>;
    asked_at: Date;
  };
};

/** Why a gap is closed. */
export type Closing = 'fixed' | 'not_for_us' | 'duplicate';
/**
 * What became of a question: answered from an article; refused, or taken for none of the shop's business; followed by a
 * hand-over or a vote against the answer; answered by a colleague.
 */
export type QuestionKind = 'answered' | 'refused' | 'off_topic' | 'handoff' | 'unhelpful' | 'agent';

/** The database with the gaps in sight. */
export function gapDb(db: Kysely<CoreTables>): Kysely<GapTables> {
  return db.withTables<GapTables>();
}

/** What a closed gap's row becomes when it opens again. */
export const openedAgain = {
  closed: null,
  closed_at: null,
  closed_by: null,
  reopened_at: sql<Date>`now()`,
  article_since: sql<Date>`now()`,
};
