-- What a transaction tells those who learn from it later: written with it, deleted by who took it in, so nothing is lost or doubled.
create table signal (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references conversation on delete cascade,
  -- The message that it is about.
  seq integer not null,
  kind text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now()
);

-- Questions of one meaning, in whatever language, that the articles do not answer.
create table gap (
  id uuid primary key default gen_random_uuid(),
  -- What its questions have in common: intents, concepts, words by language.
  centre jsonb not null,
  closed text check (closed in ('fixed', 'not_for_us', 'duplicate')),
  closed_slug text,
  closed_into uuid references gap on delete cascade,
  closed_by text,
  closed_at timestamptz,
  reopened_at timestamptz,
  -- The article that is being written for it: its next publication closes the gap.
  article_slug text,
  article_since timestamptz,
  created_at timestamptz not null default now(),
  check ((closed is null) = (closed_at is null))
);

-- One question of a customer without personal data; it goes when its conversation goes.
create table gap_question (
  conversation_id uuid not null references conversation on delete cascade,
  seq integer not null,
  -- None: it was answered, and nothing said that the answer was wrong.
  gap_id uuid references gap on delete cascade,
  kinds text[] not null,
  language text not null,
  market text,
  text text not null,
  -- The article that was shown, and what a colleague answered.
  slug text,
  answer text,
  intents jsonb not null,
  fit real not null default 1,
  asked_at timestamptz not null,
  primary key (conversation_id, seq)
);
create index gap_question_gap on gap_question (gap_id, asked_at);
create index gap_question_asked on gap_question (asked_at);
