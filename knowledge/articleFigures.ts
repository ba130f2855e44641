import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';

/**
 * How an article does in a number of days: how often the bot showed it, what customers said of it, and how often a person was
 * needed although it was the last thing shown. Read from the messages that carry its card.
 */
export async function articleFigures(db: Kysely<CoreTables>, days: number): Promise<ArticleFigures[]> {
  const { rows } = await sql<ArticleFigures>`
    with shown as (
      select distinct m.conversation_id, m.seq, m.created_at, card->>'slug' as slug
      from message m, jsonb_array_elements(m.body) card
      where m.body @> '[{"type": "articleCard"}]' and m.sender = 'bot' and card->>'type' = 'articleCard'
        and m.created_at > now() - ${days} * interval '1 day'
    ), last as (
      select slug, conversation_id, created_at,
        lead(created_at) over (partition by conversation_id order by seq) as next_at
      from shown
    ), counts as (
      select slug, count(*)::int as shown, max(created_at) as last_shown,
        count(*) filter (where exists (
          select 1 from desk_event e where e.conversation_id = last.conversation_id and e.kind = 'handoff'
            and e.created_at >= last.created_at and (last.next_at is null or e.created_at < last.next_at)
        ))::int as "handedOver"
      from last group by slug
    ), votes as (
      select slug, count(*) filter (where helpful)::int as helpful, count(*) filter (where not helpful)::int as "notHelpful"
      from article_vote where created_at > now() - ${days} * interval '1 day' group by slug
    )
    select coalesce(c.slug, v.slug) as slug, coalesce(c.shown, 0) as shown, coalesce(c."handedOver", 0) as "handedOver",
      coalesce(v.helpful, 0) as helpful, coalesce(v."notHelpful", 0) as "notHelpful", c.last_shown as "lastShown"
    from counts c full join votes v on v.slug = c.slug`.execute(db);
  return rows;
}

/** One article's use and outcome; `handedOver` counts hand-overs while it was the last article shown. */
export type ArticleFigures = {
  slug: string;
  shown: number;
  handedOver: number;
  helpful: number;
  notHelpful: number;
  lastShown: Date | null;
};
