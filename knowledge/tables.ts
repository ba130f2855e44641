import type { Generated, Kysely } from 'kysely';
import type { CoreTables, DefaultJson, Json } from '../core/database/tables.ts';
import type { Content } from './types.ts';

/** The knowledge tables (migrations 202611241030_knowledge, 202611250300_editor and 202611250330_vectors). */
export type KnowledgeTables = CoreTables & {
  article: {
    id: Generated<string>;
    slug: string;
    category: string | null;
    intents: DefaultJson<string[]>;
    markets: DefaultJson<string[]>;
    valid_from: string | null;
    valid_until: string | null;
    version: Generated<number>;
    source_language: string | null;
    demo: Generated<boolean>;
    edited: Generated<boolean>;
    created_at: Generated<Date>;
  };
  article_variant: {
    article_id: string;
    language: string;
    state: Generated<VariantState>;
    draft: Json<Content>;
    draft_version: Generated<number>;
    published_number: number | null;
    source: string | null;
    source_hash: string | null;
    extra: DefaultJson<Record<string, unknown>>;
    changed_by: string | null;
    changed_at: Generated<Date>;
  };
  article_version: {
    article_id: string;
    language: string;
    number: number;
    content: Json<Content>;
    author: string | null;
    published_at: Generated<Date>;
  };
  shop_facts: { version: Generated<number>; data: Json; author: string | null; created_at: Generated<Date> };
  article_vote: {
    conversation_id: string;
    seq: number;
    slug: string;
    language: string;
    helpful: boolean;
    created_at: Generated<Date>;
  };
  embedding: { model: string; hash: string; vector: Buffer; created_at: Generated<Date> };
  vector_state: {
    only_row: Generated<boolean>;
    serving: string | null;
    wanted: string | null;
    worker: string | null;
    worker_until: Date | null;
    copied: string | null;
  };
  vector_copy: { target: string; model: string; language: string; id: string; confirmed: Generated<boolean> };
  knowledge_revision: { only_row: Generated<boolean>; revision: string };
};

/** How far a language version can be trusted; a language without a variant is "missing". */
export type VariantState = 'machine draft' | 'reviewed' | 'stale';

/** The database with the knowledge tables in sight. */
export function knowledgeDb(db: Kysely<CoreTables>): Kysely<KnowledgeTables> {
  return db.withTables<KnowledgeTables>();
}
