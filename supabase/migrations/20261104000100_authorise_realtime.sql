-- Who may receive what. There is no policy for insert: messages come from the database alone.

create policy "Everybody receives boards"
  on realtime.messages for select to anon
  using (
    messages.extension = 'broadcast'
    and (select realtime.topic()) like 'board:%');

create policy "Players receive boards and own messages, managers admin ones"
  on realtime.messages for select to authenticated
  using (
    messages.extension = 'broadcast'
    and (
      (select realtime.topic()) like 'board:%'
      or (select realtime.topic()) = 'player:' || (select private.current_player_id())
      or ((select realtime.topic()) like 'admin:%' and (select private.is_manager()))));
