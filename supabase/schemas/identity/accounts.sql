-- Accounts and players: each new account gets a player; the access token carries role and player id.

create function identity.derive_username(metadata jsonb, email text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when char_length(candidate.name) >= 2 then candidate.name else 'player' end
  from (
    select left(
      trim(both '._-' from regexp_replace(
        regexp_replace(
          lower(coalesce(
            nullif(derive_username.metadata ->> 'user_name', ''),
            nullif(derive_username.metadata ->> 'preferred_username', ''),
            nullif(derive_username.metadata ->> 'full_name', ''),
            nullif(derive_username.metadata ->> 'name', ''),
            nullif(split_part(derive_username.email, '@', 1), ''),
            'player')),
          '#[0-9]+$', ''),
        '[^a-z0-9_.-]+', '-', 'g')),
      26) as name
  ) as candidate;
$$;
comment on function identity.derive_username(jsonb, text) is
  'A valid username based on the sign-in provider''s data, not yet unique; leaves room for a suffix.';

create function identity.handle_new_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  base text := identity.derive_username(new.raw_user_meta_data, new.email);
  candidate text := base;
begin
  -- Only the secret key can write app metadata, so no account can claim somebody else's player.
  update public.profiles
  set user_id = new.id
  where profiles.id::text = new.raw_app_meta_data ->> 'player_id' and profiles.user_id is null;
  if found then
    return new;
  end if;
  loop
    insert into public.profiles (user_id, username, display_name, avatar_url)
    values (
      new.id,
      candidate,
      left(coalesce(
        nullif(trim(new.raw_user_meta_data #>> '{custom_claims,global_name}'), ''),
        nullif(trim(new.raw_user_meta_data ->> 'full_name'), ''),
        nullif(trim(new.raw_user_meta_data ->> 'name'), ''),
        candidate), 80),
      -- The person may have written this, so accept only the URL of a picture.
      case when char_length(new.raw_user_meta_data ->> 'avatar_url') <= 2000
        then substring(new.raw_user_meta_data ->> 'avatar_url' from '^https?://[^[:space:]]+$') end)
    on conflict (username) where username is not null do nothing;
    exit when found;
    candidate := base || '-' || substr(md5(gen_random_uuid()::text), 1, 5);
  end loop;
  return new;
end;
$$;
comment on function identity.handle_new_user() is
  'Gives each new account its player: the one named by app_metadata.player_id if it has no account yet, otherwise '
  'a new one with a free username. Definer: the auth service may not write our tables.';

-- A player exists only once the account is confirmed: its address is verified, an admin invited it, or it
-- came without an address, which only a sign-in provider or an admin can do. The auth service inserts an
-- account first and confirms it afterwards, so both moments are watched.
create trigger on_user_created_attach_player
  after insert on auth.users
  for each row
  when (
    nullif(new.email, '') is null or new.email_confirmed_at is not null or new.invited_at is not null)
  execute function identity.handle_new_user();
create trigger on_user_confirmed_attach_player
  after update of email_confirmed_at, invited_at on auth.users
  for each row
  when (
    nullif(old.email, '') is not null and old.email_confirmed_at is null and old.invited_at is null
    and (new.email_confirmed_at is not null or new.invited_at is not null))
  execute function identity.handle_new_user();

create function identity.custom_access_token_hook(event jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_set(event, '{claims}', (event -> 'claims') || coalesce(
    (select jsonb_build_object('user_role', profiles.role, 'player_id', profiles.id)
     from public.profiles where profiles.user_id = (event ->> 'user_id')::uuid),
    '{}'));
$$;
comment on function identity.custom_access_token_hook(jsonb) is
  'Adds the claims user_role and player_id to each access token. For display only: commands check the table.';
grant execute on function identity.custom_access_token_hook(jsonb) to supabase_auth_admin;

create policy "The auth service reads roles for tokens"
  on public.profiles for select to supabase_auth_admin
  using (true);

-- Accounts come from Discord or are created by an admin. The switch for all sign-ups would close Discord too,
-- and the switch for e-mail would end signing in with a password, so the auth service calls this hook before
-- it creates an account.
create function identity.before_user_created_hook(event jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when event #>> '{user,app_metadata,provider}' = 'discord' then '{}'
    else jsonb_build_object('error', jsonb_build_object(
      'http_code', 403,
      'message', 'New accounts are made with Discord. Choose "Continue with Discord", or ask an administrator.'))
  end;
$$;
comment on function identity.before_user_created_hook(jsonb) is
  'Whether the auth service may create an account on request: with Discord only. The admin API does not call it.';
grant execute on function identity.before_user_created_hook(jsonb) to supabase_auth_admin;
