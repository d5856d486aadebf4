-- What a user thinks of a message: one word each, the latest counts.

create table feedback (
  owner           text collate "C" not null,
  message_id      uuid not null,
  conversation_id uuid not null,
  kind            text not null check (kind in ('positive', 'negative')),
  given_at        timestamptz not null default clock_timestamp(),
  primary key (owner, message_id),
  foreign key (owner, conversation_id, message_id)
    references message (owner, conversation_id, id) on delete cascade
);
create index feedback_in on feedback (owner, conversation_id, message_id);

alter table feedback enable row level security;
alter table feedback force row level security;
create policy own on feedback to chat_app
  using (owner = current_setting('chat.owner', true) and owner <> '');

grant select, insert, update, delete on feedback to chat_app;
