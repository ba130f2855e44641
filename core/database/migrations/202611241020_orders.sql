-- The embedded order backend keeps each record whole (json, not jsonb: as it came, in its own order of keys), beside the
-- columns that it is found by.
create table shop_customer (
  id text primary key,
  email_key text,
  record json not null,
  demo boolean not null default false,
  changed_at timestamptz not null default now()
);
create index shop_customer_email on shop_customer (email_key);

create table shop_product (
  id text primary key,
  record json not null,
  demo boolean not null default false,
  changed_at timestamptz not null default now()
);

create table shop_order (
  id text primary key,
  -- The number without '#', spaces and case; digits_key leaves out a prefix of letters as well.
  number_key text not null,
  digits_key text not null,
  customer_id text,
  email_key text,
  placed_at timestamptz,
  record json not null,
  demo boolean not null default false,
  changed_at timestamptz not null default now()
);
create index shop_order_number on shop_order (number_key);
create index shop_order_digits on shop_order (digits_key);
create index shop_order_customer on shop_order (customer_id, placed_at desc);

-- What was written under a key: the same action never happens twice, and an unknown outcome can be read back.
create table order_write (
  key text primary key,
  order_id text not null,
  outcome jsonb not null,
  created_at timestamptz not null default now()
);
