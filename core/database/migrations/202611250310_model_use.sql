-- Tokens that calls of the language model used, by day (UTC): what the daily budget is counted by.
create table model_use (
  day date primary key,
  tokens bigint not null
);
