alter table article
  -- Counts saves of the settings, as draft_version does for a text.
  add column version integer not null default 1,
  -- The language that the article is written in first; none: the shop's.
  add column source_language text;

-- How often an article was shown is read from the messages that carry its card.
create index message_article on message (created_at) where body @> '[{"type": "articleCard"}]';
