-- Who may receive what. There is no insert policy: messages come from the database only.

create policy "Everybody receives boards"
  on realtime.messages for select to anon
  using (
    messages.extension = 'broadcast'
    and (select realtime.topic()) like 'board:%');

-- Realtime evaluates permissions when a topic is joined and when a token is renewed, not per message. So
-- messages for managers go to a topic of each one, chosen when they are sent: a former manager gets nothing,
-- however long a socket stays open.
create function platform.send_to_managers(payload jsonb, event_name text, area text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  select realtime.send(
    send_to_managers.payload, send_to_managers.event_name,
    'admin:' || send_to_managers.area || ':' || profiles.id, true)
  from public.profiles
  where profiles.role <> 'player' and profiles.left_at is null and profiles.user_id is not null
  order by profiles.id;
$$;
comment on function platform.send_to_managers(jsonb, text, text) is
  'Sends a message about an area to the open pages of every current manager and admin. Definer: reads roles.';

create policy "Players receive boards and own messages, managers admin ones"
  on realtime.messages for select to authenticated
  using (
    messages.extension = 'broadcast'
    and (
      (select realtime.topic()) like 'board:%'
      or (select realtime.topic()) = 'player:' || (select identity.current_player_id())
      or ((select realtime.topic()) = 'session:' || ((select auth.jwt()) ->> 'session_id')
        and (select identity.is_session_live()))
      or ((select realtime.topic()) like 'admin:%:' || (select identity.current_player_id())
        and (select identity.is_manager()))));
