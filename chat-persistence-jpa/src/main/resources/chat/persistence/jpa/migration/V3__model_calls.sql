-- The usage ledger: one row per model call of a turn, written with whatever the turn writes next. The
-- turn's own columns are the sum of its rows, for lists; of turns from before this they stand alone.

create table model_call (
  owner            text collate "C" not null,
  turn_id          uuid not null,
  -- Whoever holds the turn numbers its calls, from 1 under each fence: the same again is known by that.
  fence            bigint not null,
  number           int not null,
  model            text not null,
  -- Null where the provider told none.
  input_tokens     bigint,
  cached_tokens    bigint,
  output_tokens    bigint,
  reasoning_tokens bigint,
  check (num_nulls(input_tokens, cached_tokens, output_tokens, reasoning_tokens) in (0, 4)),
  started_at       timestamptz not null,
  duration         interval not null,
  outcome          text not null check (outcome in ('completed', 'failed', 'stopped')),
  primary key (owner, turn_id, fence, number),
  foreign key (owner, turn_id) references turn (owner, id) on delete cascade
);

alter table model_call enable row level security;
alter table model_call force row level security;
create policy own on model_call to chat_app
  using (owner = current_setting('chat.owner', true) and owner <> '');
create policy engine on model_call to chat_worker using (current_user = 'chat_worker');

grant select on model_call to chat_app;
grant select, insert on model_call to chat_worker;
