-- The engine may empty the journal's slots, one day each, as a whole.
do $$
begin
  for d in 0..7 loop
    execute format('grant truncate on turn_segment_%s to chat_worker', d);
  end loop;
end $$;
