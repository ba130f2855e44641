-- A hand-over that another system is told of: one row per try that was begun, until it arrived or three days have passed.
create table handoff_webhook (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null,
  event_seq integer not null,
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  sent_at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  unique (conversation_id, event_seq),
  foreign key (conversation_id, event_seq) references desk_event (conversation_id, seq) on delete cascade
);

create index handoff_webhook_due on handoff_webhook (next_at) where sent_at is null;
create index desk_event_handoff on desk_event (created_at) where kind = 'handoff';
