-- Photos that customers sent, re-encoded; the key is the only way to the bytes. Rows without a message are uploads not sent yet.
create table attachment (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  contact_id uuid not null references contact on delete cascade,
  conversation_id uuid references conversation on delete cascade,
  seq integer,
  name text not null,
  mime text not null,
  width integer not null,
  height integer not null,
  bytes bytea not null,
  created_at timestamptz not null default now()
);
-- Compressed already: storing it outside the row as it is saves the attempt to compress it again.
alter table attachment alter column bytes set storage external;
create index attachment_conversation on attachment (conversation_id);
create index attachment_pending on attachment (contact_id, created_at) where conversation_id is null;

-- What a channel needs to reach its contact again: the Direct Line user, the Bot Framework's conversation reference.
alter table contact add column reference jsonb;
