-- The files that users bring: what is known of them, their bytes in pieces, those whose bytes may have
-- to be deleted elsewhere, and the key that signs access to them.

create table attachment (
  owner           text collate "C" not null check (owner <> ''),
  id              uuid not null,
  name            text not null,
  mime_type       text not null,
  size            bigint not null check (size > 0),
  uploaded        boolean not null default false,
  -- The message that it was sent with, and its conversation; null until then. A message that waits in
  -- the queue has no row yet, so only the conversation is a foreign key.
  conversation_id uuid,
  message_id      uuid,
  check (num_nulls(conversation_id, message_id) in (0, 2)),
  check (conversation_id is null or uploaded),
  created_at      timestamptz not null,
  primary key (owner, id),
  foreign key (owner, conversation_id) references conversation (owner, id) on delete cascade
);
create index attachment_of_conversation on attachment (owner, conversation_id)
  where conversation_id is not null;
create index attachment_unsent on attachment (created_at) where conversation_id is null;

create table attachment_piece (
  owner         text collate "C" not null,
  attachment_id uuid not null,
  number        int not null,
  bytes         bytea not null,
  primary key (owner, attachment_id, number),
  foreign key (owner, attachment_id) references attachment (owner, id) on delete cascade
);
-- Most files are compressed already.
alter table attachment_piece alter bytes set storage external;

create table attachment_gone (
  owner text collate "C" not null,
  id    uuid not null,
  primary key (owner, id)
);

create table signing_key (
  purpose text primary key,
  bytes   bytea not null
);

do $$
declare t text;
begin
  foreach t in array array['attachment', 'attachment_piece', 'attachment_gone'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy own on %I to chat_app using (owner = current_setting(''chat.owner'', true) and owner <> '''')', t);
  end loop;
end $$;
-- The engine deletes what was not sent, and what is gone. It reads the files of a turn as their owner.
create policy engine on attachment to chat_worker using (current_user = 'chat_worker');
create policy engine on attachment_gone to chat_worker using (current_user = 'chat_worker');
alter table signing_key enable row level security;
alter table signing_key force row level security;
create policy engine on signing_key to chat_worker using (current_user = 'chat_worker');

grant select, insert, update, delete on attachment to chat_app;
grant select, insert, delete on attachment_piece to chat_app;
grant select, insert, delete on attachment_gone to chat_app;
grant select, delete on attachment to chat_worker;
grant select, insert, delete on attachment_gone to chat_worker;
grant select, insert on signing_key to chat_worker;
