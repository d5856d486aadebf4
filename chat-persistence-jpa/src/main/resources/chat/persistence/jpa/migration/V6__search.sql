-- Search: for every title and every text that a user sees, the words in it, kept by triggers, so that
-- whatever writes a message, of this version or of the one before, writes them in its transaction.
-- Each word stands behind a few letters of its owner's hash: of the index, a search reads only what
-- is that owner's.

create table search_entry (
  owner           text collate "C" not null,
  conversation_id uuid not null,
  -- The message's; 0 is the title.
  seq             bigint not null,
  active          boolean not null,
  words           tsvector not null,
  primary key (owner, conversation_id, seq)
) with (fillfactor = 95);
-- Without a list of what is still to be entered: every search would have to read that as a whole.
create index search_entry_words on search_entry using gin (words) with (fastupdate = off);

-- Words are runs of letters and digits without accents; Han, kana and hangul are words by character.
-- What is longer than a word can be is no word; the rest of a very long text is left out.
create function search_words(owner text, said text) returns tsvector
language plpgsql immutable parallel safe
set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp set client_min_messages = warning as $$
declare
  reached text := left(said, 100000);
  scope text := left(encode(sha256(convert_to(owner, 'UTF8')), 'hex'), 6);
begin
  if octet_length(reached) <> char_length(reached) and getdatabaseencoding() = 'UTF8' then
    reached := regexp_replace(
      -- The last sigma of a word is written otherwise, which capitals do not tell.
      translate(normalize(regexp_replace(normalize(reached, nfkd), '[\u0300-\u036f]+', '', 'g'), nfkc),
        chr(962), chr(963)),
      '([\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])',
      ' \1 ', 'g');
  end if;
  return (
    select coalesce(string_agg('''' || scope || lexeme || ''':' || array_to_string(positions, ','), ' '), '')::tsvector
    from unnest(to_tsvector('simple', regexp_replace(reached, '[!-/:-@[-`{-~]+', ' ', 'g')))
    where octet_length(lexeme) <= 255);
exception when program_limit_exceeded then
  -- More different words than a tsvector holds: as many as it does. No message is refused for that.
  return search_words(owner, left(reached, char_length(reached) / 2));
end $$;

-- What of a content is found: what the user sent, what the assistant answered.
create function search_text(content jsonb) returns text
language sql immutable parallel safe as $$
  select case content->>'type'
    when 'assistant_text' then content->>'text'
    when 'user_input' then (
      select string_agg(part->>'text', '' order by place)
      from jsonb_array_elements(content->'parts') with ordinality as p(part, place))
    end
$$;

create function search_message() returns trigger
language plpgsql set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.content = old.content then
    if new.active = old.active then return null; end if;
    update search_entry set active = new.active
    where owner = new.owner and conversation_id = new.conversation_id and seq = new.seq;
    if found then return null; end if;
  end if;
  insert into search_entry (owner, conversation_id, seq, active, words)
  values (new.owner, new.conversation_id, new.seq, new.active,
    search_words(new.owner, coalesce(search_text(new.content), '')))
  on conflict (owner, conversation_id, seq)
    do update set active = excluded.active, words = excluded.words;
  return null;
end $$;
create trigger search after insert or update of active, content on message for each row
  when (new.kind = 'text' and not new.hidden) execute function search_message();

create function search_title() returns trigger
language plpgsql set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
begin
  insert into search_entry (owner, conversation_id, seq, active, words)
  values (new.owner, new.id, 0, true, search_words(new.owner, new.title))
  on conflict (owner, conversation_id, seq) do update set words = excluded.words;
  return null;
end $$;
create trigger search_named after insert on conversation for each row
  when (new.title is not null) execute function search_title();
create trigger search_renamed after update of title on conversation for each row
  when (new.title is not null and new.title is distinct from old.title)
  execute function search_title();

-- No foreign key does this: it would take the conversation's lock for every message.
create function search_gone() returns trigger
language plpgsql set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
begin
  delete from search_entry where owner = old.owner and conversation_id = old.id;
  return null;
end $$;
create trigger search_gone after delete on conversation for each row execute function search_gone();

-- The words of a term, side by side; the last one may go on. Null when it cannot stand anywhere.
create function search_term(owner text, term text, begun boolean) returns tsquery
language sql immutable parallel safe
set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
  select (string_agg('''' || lexeme || '''', ' <-> ' order by place) || case when begun then ':*' else '' end)::tsquery
  from unnest(search_words(owner, term)), unnest(positions) place
$$;

-- Null when nothing can be found.
create function search_query(owner text, required text[], excluded text[], begun text) returns tsquery
language plpgsql immutable parallel safe
set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
declare
  wanted tsquery := search_term(owner, begun, true);
  term text;
begin
  if begun is not null and wanted is null then return null; end if;
  foreach term in array required loop
    if search_term(owner, term, false) is null then return null; end if;
    wanted := coalesce(wanted && search_term(owner, term, false), search_term(owner, term, false));
  end loop;
  foreach term in array excluded loop
    wanted := coalesce(wanted && !! search_term(owner, term, false), wanted);
  end loop;
  return wanted;
end $$;

-- The newest entry of each conversation that has what is looked for, those with the newest activity
-- first, behind a place in that order.
--
-- Not leakproof, a text operator would have to wait until row-level security has looked at every row
-- of the owner. So this runs as the tables' owner, for the owner that the transaction has set and for
-- no other; and for the tables' owner the text operator is itself a policy, which may use the index.
--
-- What stands in many texts is found soonest by looking through the newest conversations, what is
-- rare by the index: as soon as the first way misses too often, the second is taken.
create function search_conversations(
  required text[], excluded text[], begun text, before_at timestamptz, before_id uuid, how_many int)
returns table (found_in uuid, found_at bigint)
language plpgsql security definer rows 20
set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off
set max_parallel_workers_per_gather = 0 set plan_cache_mode = force_generic_plan as $$
declare
  mine constant text := current_setting('chat.owner', true);
  from_at constant timestamptz := coalesce(before_at, 'infinity');
  from_id constant uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  newest constant int := 40;
  wanted tsquery;
  conversation_ record;
  place bigint;
  ids uuid[] := '{}';
  places bigint[] := '{}';
  missed int := 0;
begin
  if coalesce(mine, '') = '' then return; end if;
  wanted := search_query(mine, required, excluded, begun);
  if wanted is null then return; end if;
  perform set_config('chat.search', wanted::text, true);

  for conversation_ in
    select c.id, c.last_seq from conversation c
    where c.owner = mine and (c.updated_at, c.id) < (from_at, from_id)
    order by c.updated_at desc, c.id desc
  loop
    select s.seq into place from search_entry s
    where s.owner = mine and s.conversation_id = conversation_.id
      and s.seq > conversation_.last_seq - newest and s.active and s.words @@ wanted
    order by s.seq desc limit 1;
    if found then
      ids := ids || conversation_.id;
      places := places || place;
      exit when cardinality(ids) = how_many;
    else
      missed := missed + 1;
      if missed > 10 + cardinality(ids) or conversation_.last_seq >= newest then
        ids := null;
        exit;
      end if;
    end if;
  end loop;

  if ids is not null then
    return query select * from unnest(ids, places);
  else
    perform set_config('enable_bitmapscan', 'on', true);
    -- Written so that no index serves it, the owner's condition keeps the planner from reading all of
    -- the owner's entries beside. Where the policy looks at the words, nobody has to do so again.
    execute
      'select array_agg(conversation_id), array_agg(seq) from (
         select conversation_id, max(seq) as seq from search_entry
         where owner || '''' = $1 and active '
      || case when row_security_active('search_entry') then '' else 'and words @@ $2 ' end
      || 'group by conversation_id) hit'
      into ids, places using mine, wanted;
    return query execute
      'select c.id, ($5)[array_position($4, c.id)] from conversation c
       where c.owner = $1 and (c.updated_at, c.id) < ($2, $3) and c.id = any($4)
       order by c.updated_at desc, c.id desc limit $6'
      using mine, from_at, from_id, ids, places, how_many;
  end if;
  perform set_config('chat.search', '', true);
end $$;
revoke all on function search_conversations from public;
grant execute on function search_conversations to chat_app;

alter table search_entry enable row level security;
alter table search_entry force row level security;
create policy own on search_entry to chat_app
  using (owner = current_setting('chat.owner', true) and owner <> '');
create policy engine on search_entry to chat_worker using (current_user = 'chat_worker');
-- For the function above. The restrictive one comes before the others, so the planner may use it.
create policy searched on search_entry as restrictive for select to current_user
  using (words @@ nullif(current_setting('chat.search', true), '')::tsquery);
create policy searching on search_entry for select to current_user
  using (owner || '' = current_setting('chat.owner', true) and owner <> '');
create policy searching on conversation for select to current_user
  using (owner = current_setting('chat.owner', true) and owner <> '');

-- What the triggers call, whatever functions may be called by default.
grant execute on function search_words, search_text to chat_app, chat_worker;
grant select, insert, update, delete on search_entry to chat_app;
grant select, insert, update on search_entry to chat_worker;

-- What is there already is entered afterwards, some conversations at a time, each time in a transaction
-- of its own: it keeps nobody waiting for long, and what was cut off goes on. What this needs is dropped
-- when all is entered.
create table search_filling (owner text collate "C" not null, id uuid not null);
insert into search_filling values ('', '00000000-0000-0000-0000-000000000000');
create policy filling on conversation to current_user using (current_setting('chat.filling', true) = 'on');
create policy filling on message for select to current_user
  using (current_setting('chat.filling', true) = 'on');
create policy filling on search_entry for insert to current_user
  with check (current_setting('chat.filling', true) = 'on');

create function search_fill(conversations int) returns boolean
language plpgsql set search_path = pg_catalog, "${flyway:defaultSchema}", pg_temp as $$
begin
  perform set_config('chat.filling', 'on', true);
  with batch as materialized (
    select c.owner, c.id, c.title from conversation c, search_filling f
    where (c.owner, c.id) > (f.owner, f.id) order by c.owner, c.id limit conversations
    for key share of c),
  titles as (
    insert into search_entry (owner, conversation_id, seq, active, words)
    select owner, id, 0, true, search_words(owner, title) from batch where title is not null
    on conflict do nothing),
  texts as (
    insert into search_entry (owner, conversation_id, seq, active, words)
    select m.owner, m.conversation_id, m.seq, m.active,
      search_words(m.owner, coalesce(search_text(m.content), ''))
    from batch join message m on m.owner = batch.owner and m.conversation_id = batch.id
    where m.kind = 'text' and not m.hidden
    on conflict do nothing)
  update search_filling f set owner = last.owner, id = last.id
  from (select owner, id from batch order by owner desc, id desc limit 1) last;
  return found;
end $$;
revoke all on function search_fill from public;
