-- Conversations, messages, turns and their events. PostgreSQL 14 or newer.
-- Runs as the owner of the schema; the roles chat_app (requests) and chat_worker (the engine) exist.
-- "owner" leads every key: one user's rows live together, and nothing can point to another user's.
-- It is compared byte for byte.

create table conversation (
  owner                 text collate "C" not null check (owner <> ''),
  id                    uuid not null,
  title                 text check (char_length(title) between 1 and 200),
  title_by              text not null default 'first_message' check (title_by in ('first_message', 'model', 'user')),
  status                text not null default 'active' check (status in ('active', 'locked', 'closed')),
  status_reason         text,
  allowed_image_domains text[],
  metadata              jsonb not null default '{}',
  -- The sequence and the time of the last message. While a turn runs its holder numbers messages
  -- ahead of these; they are brought up when it comes to rest or changes hands.
  last_seq              bigint not null default 0,
  last_at               timestamptz not null,
  -- Whether a message was ever edited or an answer asked for again: without that nothing has siblings.
  branched              boolean not null default false,
  version               bigint not null default 0,
  request_key           text check (char_length(request_key) between 1 and 200),
  request_hash          text,
  created_at            timestamptz not null,
  updated_at            timestamptz not null,
  primary key (owner, id)
) with (fillfactor = 80);
create index conversation_by_activity on conversation (owner, updated_at, id);
create index conversation_by_creation on conversation (owner, created_at, id);
create unique index conversation_request_key on conversation (owner, request_key) where request_key is not null;

-- One row per running instance, renewed in one statement: a turn is free when its instance's lease ran
-- out. Turns name their instance without a foreign key: it would lock this one row for every turn.
create table instance (
  id          text primary key,
  lease_until timestamptz not null
);

create table turn (
  owner            text collate "C" not null,
  id               uuid not null,
  conversation_id  uuid not null,
  -- Known from the start, so that a client's message id is taken; the message itself is there once the
  -- turn was started.
  user_message_id  uuid not null,
  origin           text not null check (origin in ('send', 'retry')),
  state            text not null check (state in ('queued', 'running', 'awaiting', 'completed', 'failed', 'stopped', 'interrupted')),
  end_reason       text check (end_reason in ('user', 'superseded', 'expired', 'deleted')),
  check ((state = 'stopped') = (end_reason is not null)),
  -- What a turn begins with while it has not been started, then null.
  input            jsonb,
  title            text,
  queue_rank       bigint,
  check (state <> 'queued' or (input is not null and queue_rank is not null)),
  options          jsonb,
  request_key      text check (char_length(request_key) between 1 and 200),
  request_hash     text not null,
  instance         text,
  check ((state = 'running') = (instance is not null)),
  fence            bigint not null default 0,
  stop_requested   text check (stop_requested in ('user', 'superseded', 'deleted')),
  steps            int not null default 0,
  last_event       bigint not null default 0,
  resume_from      bigint not null default 0,
  -- What the turn awaits, or awaited last, with the answers; and what it awaited before that.
  awaiting         jsonb not null default '[]',
  answered         jsonb not null default '[]',
  expires_at       timestamptz,
  failure          jsonb,
  input_tokens     bigint not null default 0,
  cached_tokens    bigint not null default 0,
  output_tokens    bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  created_at       timestamptz not null,
  started_at       timestamptz,
  finished_at      timestamptz,
  primary key (owner, id),
  unique (owner, conversation_id, id),
  foreign key (owner, conversation_id) references conversation (owner, id) on delete cascade
) with (fillfactor = 70);
create unique index turn_one_at_a_time on turn (owner, conversation_id) where state in ('running', 'awaiting');
create unique index turn_request_key on turn (owner, request_key) where request_key is not null;
create unique index turn_message_key on turn (owner, user_message_id) where origin = 'send';
create index turn_queue on turn (owner, conversation_id, queue_rank) where state = 'queued';
create index turn_started on turn (owner, conversation_id, started_at) where started_at is not null;
-- Across owners, for the engine: small, since they hold what is not over.
create index turn_running on turn (instance) where state = 'running';
create index turn_expiring on turn (expires_at) where state = 'awaiting';
create index turn_to_stop on turn (id) where stop_requested is not null and state in ('running', 'awaiting');
create index turn_queued on turn (created_at) where state = 'queued';

create table message (
  owner           text collate "C" not null,
  id              uuid not null,
  conversation_id uuid not null,
  seq             bigint not null,
  turn_id         uuid not null,
  step            int not null,
  parent_id       uuid,
  active          boolean not null default true,
  -- These three follow from the content; they stand here for indexes and filters.
  role            text not null check (role in ('user', 'assistant')),
  kind            text not null,
  hidden          boolean not null,
  partial         boolean not null,
  revision        int not null default 0,
  content         jsonb not null,
  provider        jsonb,
  created_at      timestamptz not null,
  primary key (owner, id),
  unique (owner, conversation_id, seq),
  unique (owner, conversation_id, id),
  -- A turn is of its conversation, so this covers the conversation too.
  foreign key (owner, conversation_id, turn_id) references turn (owner, conversation_id, id) on delete cascade,
  foreign key (owner, conversation_id, parent_id) references message (owner, conversation_id, id) on delete cascade
);
create index message_active on message (owner, conversation_id, seq) where active;
create index message_children on message (owner, conversation_id, parent_id);
create index message_of_turn on message (owner, conversation_id, turn_id, seq);

-- A run of consecutive events: number first_seq + i at place i. Eight slots, the day modulo 8, so that
-- old ones can be emptied whole.
create table turn_segment (
  owner     text collate "C" not null,
  turn_id   uuid not null,
  first_seq bigint not null,
  last_seq  bigint not null,
  events    jsonb not null,
  day       smallint not null,
  primary key (owner, turn_id, first_seq, day),
  foreign key (owner, turn_id) references turn (owner, id) on delete cascade
) partition by list (day);
do $$
begin
  for d in 0..7 loop
    execute format('create table turn_segment_%s partition of turn_segment for values in (%s)', d, d);
    execute format('alter table turn_segment_%s enable row level security', d);
    execute format('alter table turn_segment_%s force row level security', d);
  end loop;
end $$;

-- Forced, so that it binds the tables' owner too. The engine's policy asks for the role itself: a login
-- that inherits from both roles still sees nothing until it has set one. (The other one does not ask:
-- the planner would take the question for a filter that leaves one row in two hundred.)
do $$
declare t text;
begin
  foreach t in array array['conversation', 'turn', 'message', 'turn_segment'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy own on %I to chat_app using (owner = current_setting(''chat.owner'', true) and owner <> '''')', t);
    execute format('create policy engine on %I to chat_worker using (current_user = ''chat_worker'')', t);
  end loop;
end $$;
alter table instance enable row level security;
alter table instance force row level security;
create policy engine on instance to chat_worker using (current_user = 'chat_worker');

grant select, insert, update, delete on conversation to chat_app;
grant select, insert, update on turn, message to chat_app;
grant select on turn_segment to chat_app;
grant select, update on conversation to chat_worker;
grant select, update on turn to chat_worker;
grant select, insert, update on message, turn_segment to chat_worker;
grant select, insert, update, delete on instance to chat_worker;
