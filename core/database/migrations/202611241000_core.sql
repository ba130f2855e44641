-- People who write to the shop. On the web a visitor is known by a secret in the browser, elsewhere by the channel's own id.
create table contact (
  id uuid primary key default gen_random_uuid(),
  channel text not null,
  external_id text,
  secret_hash bytea unique,
  customer_id text,
  identified_until timestamptz,
  name text,
  language text,
  language_pinned boolean not null default false,
  market text,
  time_zone text,
  created_at timestamptz not null default now(),
  unique (channel, external_id)
);

-- owner_version moves with state or owner only; a bot reply carries the version it was computed for.
create table conversation (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references contact on delete cascade,
  channel text not null,
  previous_id uuid references conversation on delete set null,
  state text not null default 'bot' check (state in ('bot', 'waiting', 'agent', 'closed')),
  owner_id text,
  owner_version integer not null default 0,
  message_seq integer not null default 0,
  desk_seq integer not null default 0,
  -- The newest message of the customer that was answered or is in a person's hands.
  answered_seq integer not null default 0,
  seen_seq integer not null default 0,
  -- Set while something waits for a turn: the sweep finds it after a crash.
  turn_due_at timestamptz,
  turn_by text,
  turn_until timestamptz,
  turn_failures integer not null default 0,
  language text not null,
  dialogue jsonb not null default '{}',
  context jsonb not null default '{}',
  -- The network address of the last message: proofs of identity are limited by it.
  address text,
  card jsonb,
  opened_at timestamptz not null default now(),
  waiting_since timestamptz,
  changed_at timestamptz not null default now(),
  closed_at timestamptz,
  closed_from text,
  check ((state = 'agent') = (owner_id is not null)),
  check ((state = 'closed') = (closed_at is not null)),
  check ((state = 'waiting') = (waiting_since is not null))
);
-- Two first messages that race must meet in one conversation.
create unique index conversation_one_open on conversation (contact_id) where state <> 'closed';
create index conversation_desk on conversation (state, changed_at) where state <> 'closed';
create index conversation_turn_due on conversation (turn_due_at) where turn_due_at is not null;
create index conversation_contact on conversation (contact_id, opened_at);

create table message (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation on delete cascade,
  seq integer not null,
  sender text not null check (sender in ('customer', 'bot', 'agent', 'system')),
  staff_id text,
  language text not null,
  body jsonb not null,
  text text not null,
  payload text,
  reply_to integer,
  channel text not null,
  external_id text,
  client_id text,
  created_at timestamptz not null default now(),
  unique (conversation_id, seq),
  unique (channel, external_id)
);

-- What only staff may see: notes, moves and outcomes, in a sequence of its own.
create table desk_event (
  conversation_id uuid not null references conversation on delete cascade,
  seq integer not null,
  kind text not null,
  staff_id text,
  client_id text,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (conversation_id, seq),
  unique (conversation_id, client_id)
);

-- Messages on their way to channels that must be sent to; a pull channel needs none.
create table delivery (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation on delete cascade,
  message_id uuid not null unique references message on delete cascade,
  seq integer not null,
  channel text not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  sending_by text,
  external_id text,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index delivery_due on delivery (next_at) where state = 'queued';

-- What the bot does to an order, once: stored by the turn, executed by a worker, reported by an internal turn.
create table action (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  conversation_id uuid not null references conversation on delete cascade,
  order_id text not null,
  data jsonb not null,
  seen jsonb not null,
  proof jsonb not null,
  state text not null default 'stored' check (state in ('stored', 'running', 'unknown', 'done', 'refused', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  outcome jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  told_at timestamptz,
  escalated_at timestamptz,
  reported_at timestamptz
);
create unique index action_one_open on action (order_id) where state in ('stored', 'running', 'unknown');
create index action_due on action (next_at) where state in ('stored', 'running', 'unknown');
create index action_unreported on action (conversation_id) where reported_at is null;

-- Which order or customer a conversation may see, and how far.
create table proof (
  conversation_id uuid not null references conversation on delete cascade,
  order_id text not null,
  rung text not null check (rung in ('coarse', 'full')),
  used_at timestamptz not null default now(),
  primary key (conversation_id, order_id)
);
create table proof_failure (
  id bigint generated always as identity primary key,
  conversation_id uuid not null,
  address text not null,
  number_key text not null,
  created_at timestamptz not null default now()
);
create index proof_failure_recent on proof_failure (created_at);

-- Values that the installation makes for itself, and marks such as "the demo was seeded".
create table setting (
  name text primary key,
  value jsonb not null,
  changed_at timestamptz not null default now()
);
