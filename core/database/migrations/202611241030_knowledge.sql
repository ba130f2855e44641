create table article (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique,
  category text,
  intents jsonb not null default '[]',
  markets jsonb not null default '[]',
  valid_from date,
  valid_until date,
  demo boolean not null default false,
  -- A demo article that somebody wrote on stays when the shop's own articles arrive.
  edited boolean not null default false,
  created_at timestamptz not null default now()
);

-- One language of an article: the draft, and which version of it is public.
create table article_variant (
  article_id uuid not null references article on delete cascade,
  language text not null,
  state text not null default 'reviewed' check (state in ('machine draft', 'reviewed', 'stale')),
  draft jsonb not null,
  -- Counts saves: an editor who saves over another's newer save is stopped.
  draft_version integer not null default 1,
  published_number integer,
  source text,
  source_hash text,
  -- Fields of a file that we do not know: given back on export.
  extra jsonb not null default '{}',
  changed_by text,
  changed_at timestamptz not null default now(),
  primary key (article_id, language)
);

create table article_version (
  article_id uuid not null references article on delete cascade,
  language text not null,
  number integer not null,
  content jsonb not null,
  author text,
  published_at timestamptz not null default now(),
  primary key (article_id, language, number)
);

-- The shop's numbers; articles name them. The newest version counts.
create table shop_facts (
  version integer generated always as identity primary key,
  data jsonb not null,
  author text,
  created_at timestamptz not null default now()
);

-- Moves with every change that search must see; processes compare it with what they have.
create table knowledge_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null default 0
);
insert into knowledge_revision default values;
