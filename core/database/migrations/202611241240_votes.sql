-- Whether an answer from an article helped the customer who got it; the last word of the same customer counts.
create table article_vote (
  conversation_id uuid not null references conversation on delete cascade,
  seq integer not null,
  slug text not null,
  language text not null,
  helpful boolean not null,
  created_at timestamptz not null default now(),
  primary key (conversation_id, seq)
);
create index article_vote_slug on article_vote (slug, language);
