-- Vectors of passages by model and content: what was embedded once is not paid for again.
create table embedding (
  model text not null,
  -- SHA-256 of the text that was embedded.
  hash text not null,
  -- 32-bit floats, little-endian, of length 1 together.
  vector bytea not null,
  created_at timestamptz not null default now(),
  primary key (model, hash)
);

-- Which model's vectors serve, which one the newest settings want, and which process is at work on it.
create table vector_state (
  only_row boolean primary key default true check (only_row),
  serving text,
  wanted text,
  worker text,
  worker_until timestamptz,
  -- The set of vectors that the vector database elsewhere holds completely.
  copied text
);
insert into vector_state default values;

-- What of ours a vector database elsewhere may hold; written before it is sent there, so that nothing is forgotten there.
create table vector_copy (
  target text not null,
  model text not null,
  language text not null,
  id text not null,
  confirmed boolean not null default false,
  primary key (target, model, language, id)
);
