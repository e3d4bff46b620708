-- Ending a session takes effect at once. An access token stays valid until it expires, so its rights depend
-- on whether its session still exists; open pages are notified over the session's own topic.

-- PL/pgSQL, like current_player_id: plans are cached per connection, and both are called several times in
-- most requests.
create function identity.is_session_live()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  session_id text := auth.jwt() ->> 'session_id';
begin
  -- Signed with the signing key itself instead of by the auth service: there is no session that could have
  -- ended.
  if session_id is null then
    return true;
  end if;
  if not pg_input_is_valid(session_id, 'uuid') then
    return false;
  end if;
  return exists (select from auth.sessions where sessions.id = session_id::uuid);
end;
$$;
comment on function identity.is_session_live() is
  'Whether the session of the caller''s token is still live: signing out, here or everywhere, counts at once and '
  'not only when the token expires. Definer: reads schema auth.';
grant execute on function identity.is_session_live() to anon, authenticated, service_role;

create function identity.tell_ended_session()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.send('{}', 'ended', 'session:' || old.id, true);
  return null;
end;
$$;
comment on function identity.tell_ended_session() is
  'Notifies the open pages of a session that it has ended, whatever ended it. Definer: the auth service may not '
  'send messages.';

create trigger on_session_ended_tell_pages
  after delete on auth.sessions
  for each row execute function identity.tell_ended_session();

create function identity.tell_changed_role()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('role', new.role), 'role_changed', 'session:' || sessions.id, true)
  from auth.sessions where sessions.user_id = new.user_id;
  return null;
end;
$$;
comment on function identity.tell_changed_role() is
  'Notifies a player''s open pages that their role changed, so they reread what they may see. Definer: reads '
  'schema auth.';

create trigger on_profile_role_changed_tell_pages
  after update of role, left_at on public.profiles
  for each row
  when (old.role is distinct from new.role or (old.left_at is null) <> (new.left_at is null))
  execute function identity.tell_changed_role();
