-- People of the shop; the session and account tables have the columns that better-auth keeps.
create table staff (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  roles text not null default '',
  language text,
  active boolean not null default true,
  must_change boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table staff_session (
  id text primary key,
  staff_id text not null references staff on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index staff_session_staff on staff_session (staff_id);
create table staff_account (
  id text primary key,
  staff_id text not null references staff on delete cascade,
  account_id text not null,
  provider_id text not null,
  issuer text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index staff_account_staff on staff_account (staff_id);
create table staff_verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- One-time links to set a password: invitation, reset, first sign-in. Only the hash of the token is kept.
create table staff_link (
  token_hash bytea primary key,
  staff_id text not null references staff on delete cascade,
  expires_at timestamptz not null,
  created_by text,
  created_at timestamptz not null default now()
);

-- Counters that hold over all processes: tries to sign in.
create table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
