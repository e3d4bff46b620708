create function identity.current_player_id()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not identity.is_session_live() then
    return null;
  end if;
  return (select profiles.id from public.profiles where profiles.user_id = auth.uid());
end;
$$;
comment on function identity.current_player_id() is
  'The player of the signed-in account, null if nobody is signed in or the session has ended. Definer: policies '
  'of other tables call it.';
grant execute on function identity.current_player_id() to anon, authenticated, service_role;

create function identity.has_role(player uuid, least_role text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.profiles
    where profiles.id = has_role.player
      and case has_role.least_role
        when 'player' then true
        when 'manager' then profiles.role in ('manager', 'admin') and profiles.left_at is null
        when 'admin' then profiles.role = 'admin' and profiles.left_at is null
        else false
      end
  );
$$;
comment on function identity.has_role(uuid, text) is
  'Whether the player has at least this role now (player < manager < admin); players who left the community keep '
  'only player. Definer: reads the table, never a token, so a revoked role counts at once.';
grant execute on function identity.has_role(uuid, text) to anon, authenticated, service_role;

create function identity.is_manager()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select identity.has_role(identity.current_player_id(), 'manager');
$$;
comment on function identity.is_manager() is
  'Whether the signed-in player is a manager or an admin now. For policies.';
grant execute on function identity.is_manager() to anon, authenticated, service_role;

create function identity.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select identity.has_role(identity.current_player_id(), 'admin');
$$;
comment on function identity.is_admin() is 'Whether the signed-in player is an admin now. For policies.';
grant execute on function identity.is_admin() to anon, authenticated, service_role;

create function identity.resolve_actor(acting_player_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  actor uuid;
begin
  if acting_player_id is not null then
    if not platform.is_service() then
      perform platform.refuse(403, 'acting_for_another', 'You cannot act for another player.',
        'Leave acting_player_id out.');
    end if;
    select profiles.id into actor from public.profiles where profiles.id = resolve_actor.acting_player_id;
    if actor is null then
      perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
    end if;
    return actor;
  end if;
  actor := identity.current_player_id();
  if actor is null then
    perform platform.refuse(401, 'not_signed_in', 'You are not signed in.', 'Sign in and try again.');
  end if;
  return actor;
end;
$$;
comment on function identity.resolve_actor(uuid) is
  'The player on whose behalf a command runs: the caller''s own player, or the given one if the service calls, '
  'which has authorised the person itself. Refuses DS401, DS403 and DS404.';
grant execute on function identity.resolve_actor(uuid) to authenticated, service_role;

create function identity.resolve_admin(acting_player_id uuid, refusal text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  actor uuid;
begin
  if resolve_admin.acting_player_id is null and platform.is_service() then
    return null;
  end if;
  actor := identity.resolve_actor(resolve_admin.acting_player_id);
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'not_admin', resolve_admin.refusal, 'Ask an admin.');
  end if;
  return actor;
end;
$$;
comment on function identity.resolve_admin(uuid, text) is
  'The acting admin; null for operator connections and the secret key, which may act without a player. Refuses '
  'everybody else with the given sentence.';

-- Players who left the community are visible only to themselves and managers.
create policy "Visitors see public players who are here"
  on public.profiles for select to anon
  using (visibility = 'public' and left_at is null);

-- Without a live session, a caller sees of the players what a visitor sees, their own row included.
create policy "Players see public players who are here and themselves"
  on public.profiles for select to authenticated
  using (
    (visibility = 'public' and left_at is null)
    or id = (select identity.current_player_id())
    or (select identity.is_manager())
  );
