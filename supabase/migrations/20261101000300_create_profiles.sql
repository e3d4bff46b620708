create table public.profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid unique references auth.users (id) on delete set null,
  username text not null check (username ~ '^[a-z0-9_.-]{2,32}$'),
  display_name text not null check (char_length(display_name) between 1 and 80),
  avatar_url text check (char_length(avatar_url) <= 2048),
  role text not null default 'player' check (role in ('player', 'manager', 'admin')),
  visibility text not null default 'public' check (visibility in ('public', 'anonymous', 'hidden')),
  is_ranked boolean not null default true,
  left_at timestamptz,
  locale text not null default 'en-US' check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  time_zone text not null default 'UTC' check (char_length(time_zone) <= 64),
  created_at timestamptz not null default now()
);
comment on table public.profiles is
  'One row is one player of DealScale. A player outlives the account: erasing the account only clears '
  'user_id.';
comment on column public.profiles.id is 'The player id used everywhere.';
comment on column public.profiles.user_id is
  'The sign-in account, null for a player who never signed in here.';
comment on column public.profiles.visibility is
  'public: named everywhere; anonymous: on the boards without a name; hidden: on no board, others close the '
  'gap.';
comment on column public.profiles.is_ranked is 'False for staff: plays, but is on no board.';
comment on column public.profiles.left_at is
  'When the player left the community: off the boards, nothing deleted.';
comment on column public.profiles.time_zone is
  'IANA name that the database knows; days of activity, quiet hours and digests follow it.';
-- Partial, though all have one: of a plain unique column each change counts as one of a key. It would wait for, and
-- hold up, all that refers to the player meanwhile, and a refresh, senders and a rename could wait in a circle.
create unique index profiles_username_key on public.profiles (username) where username is not null;
create index profiles_role_idx on public.profiles (role) where role <> 'player';

alter table public.profiles enable row level security;
grant select (id, username, display_name, avatar_url, visibility, is_ranked, left_at, created_at)
  on public.profiles to anon, authenticated;
grant select on public.profiles to service_role;

create function private.is_time_zone(name text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from pg_catalog.pg_timezone_names as zone where zone.name = is_time_zone.name);
$$;
comment on function private.is_time_zone(text) is
  'Whether this is an IANA time zone that the database knows.';

create function private.check_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.is_time_zone(new.time_zone) then
    perform private.refuse(400, 'time_zone_unknown', 'There is no such time zone.',
      'Use a name such as Europe/Berlin.');
  end if;
  return new;
end;
$$;
comment on function private.check_time_zone() is
  'Refuses a time zone that the database does not know, whoever writes it: no read that counts days fails later.';
-- Not a check of the column: looking through all zones takes longer than any other write of a player.
create trigger on_profile_insert_check_time_zone
  before insert on public.profiles
  for each row when (new.time_zone <> 'UTC') execute function private.check_time_zone();
create trigger on_profile_update_check_time_zone
  before update of time_zone on public.profiles
  for each row when (new.time_zone <> old.time_zone) execute function private.check_time_zone();

create function private.is_service()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role', true) = 'service_role'
    or (current_setting('role', true) = 'none' and session_user in ('postgres', 'supabase_admin'));
$$;
comment on function private.is_service() is
  'True for the secret key and for direct connections of the operator (migrations, scheduled jobs). Reads '
  'the role that was set for the request, not a claim, so that a forged token cannot pass and a definer '
  'function still sees it.';
grant execute on function private.is_service() to anon, authenticated, service_role;

create function private.current_player_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select profiles.id from public.profiles where profiles.user_id = (select auth.uid());
$$;
comment on function private.current_player_id() is
  'The player of the signed-in account, null when nobody is signed in. Definer: policies of other tables '
  'call it.';
grant execute on function private.current_player_id() to anon, authenticated, service_role;

create function private.has_role(player uuid, least_role text)
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
comment on function private.has_role(uuid, text) is
  'Whether the player has at least this role now (player < manager < admin); who left the community keeps '
  'only player. Definer: reads the table, never a token, so a withdrawn role counts at once.';
grant execute on function private.has_role(uuid, text) to anon, authenticated, service_role;

create function private.is_manager()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.has_role(private.current_player_id(), 'manager');
$$;
comment on function private.is_manager() is
  'Whether the signed-in player is a manager or an admin now. For policies.';
grant execute on function private.is_manager() to anon, authenticated, service_role;

create function private.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.has_role(private.current_player_id(), 'admin');
$$;
comment on function private.is_admin() is 'Whether the signed-in player is an admin now. For policies.';
grant execute on function private.is_admin() to anon, authenticated, service_role;

create function private.resolve_actor(acting_player_id uuid)
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
    if not private.is_service() then
      perform private.refuse(403, 'acting_for_another', 'You cannot act for another player.',
        'Leave acting_player_id out.');
    end if;
    select profiles.id into actor from public.profiles where profiles.id = resolve_actor.acting_player_id;
    if actor is null then
      perform private.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
    end if;
    return actor;
  end if;
  actor := private.current_player_id();
  if actor is null then
    perform private.refuse(401, 'not_signed_in', 'You are not signed in.', 'Sign in and try again.');
  end if;
  return actor;
end;
$$;
comment on function private.resolve_actor(uuid) is
  'The player on whose behalf a command runs: the caller''s own player, or the given one when the service '
  'asks, which has authorised the person itself. Refuses DS401, DS403 and DS404.';
grant execute on function private.resolve_actor(uuid) to authenticated, service_role;

create function private.resolve_source(source text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_service() then
    return 'web';
  end if;
  if source is null or source !~ '^(web|discord|api|system|api:.{1,80})$' then
    perform private.refuse(400, 'source_unknown', 'A source is web, discord, api or system.',
      'Send one of them, or api: with the name of the API key.');
  end if;
  return source;
end;
$$;
comment on function private.resolve_source(text) is
  'Where a command came from: what the service says, and the web for everybody else, whatever they say.';

create policy "Visitors see public players"
  on public.profiles for select to anon
  using (visibility = 'public');
create policy "Players see public players and themselves, managers all"
  on public.profiles for select to authenticated
  using (
    visibility = 'public'
    or user_id = (select auth.uid())
    or (select private.is_manager())
  );
