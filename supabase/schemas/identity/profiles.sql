create table public.profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid unique references auth.users (id) on delete set null,
  username text not null check (username ~ '^[a-z0-9_.-]{2,32}$')
    constraint profiles_username_visible_check check (username ~ '[a-z0-9]'),
  display_name text not null check (platform.is_presentable(display_name, 80)),
  avatar_url text check (char_length(avatar_url) <= 2048),
  role text not null default 'player' check (role in ('player', 'manager', 'admin')),
  visibility text not null default 'public' check (visibility in ('public', 'anonymous', 'hidden')),
  is_ranked boolean not null default true,
  left_at timestamptz,
  locale text not null default 'en-US' check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  time_zone text not null default 'UTC' check (char_length(time_zone) <= 64),
  created_at timestamptz not null default now(),
  is_listed boolean not null
    generated always as (visibility <> 'hidden' and is_ranked and left_at is null) stored
);
comment on table public.profiles is
  'One row is one player of DealScale. A player outlives the account: erasing the account only clears user_id.';
comment on column public.profiles.id is 'The player id used everywhere.';
comment on column public.profiles.user_id is
  'The sign-in account, null for players who have never signed in here.';
comment on column public.profiles.visibility is
  'public: named everywhere; anonymous: on the boards without a name; hidden: on no board, and others close the gap.';
comment on column public.profiles.is_ranked is 'False for staff, who score but appear on no board.';
comment on column public.profiles.left_at is
  'When the player left the community: removed from the boards, nothing deleted.';
comment on column public.profiles.is_listed is
  'Whether the player may appear on a board: the one place where this is decided.';
comment on column public.profiles.time_zone is
  'IANA name that the database knows; determines days of activity, quiet hours and digests.';
-- Partial although every row qualifies: with a plain unique column each update counts as a key update. It
-- would wait for, and block, everything that references the player, and a refresh, senders and a rename could
-- deadlock.
create unique index profiles_username_key on public.profiles (username) where username is not null;
create index profiles_role_idx on public.profiles (role) where role <> 'player';
-- Hidden players are in none of them.
-- Who may approve is counted for each grant and decision.
create index profiles_staff_idx on public.profiles (id) where role in ('manager', 'admin');
create index profiles_username_prefix_idx on public.profiles (username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_idx
  on public.profiles (identity.fold_name(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_rest_idx
  on public.profiles (identity.name_rest(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_last_name_word_idx
  on public.profiles (identity.last_name_word(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null and display_name ~ '[\s._-].*[\s._-]';

alter table public.profiles enable row level security;
grant select (id, username, display_name, avatar_url, visibility, is_ranked, left_at, created_at)
  on public.profiles to anon, authenticated;
grant select on public.profiles to service_role;
grant select (id, user_id, role) on public.profiles to supabase_auth_admin;

-- Not a column check: scanning all zones takes longer than any other write of a player.
create trigger on_profile_insert_check_time_zone
  before insert on public.profiles
  for each row when (new.time_zone <> 'UTC') execute function platform.check_time_zone();
create trigger on_profile_update_check_time_zone
  before update of time_zone on public.profiles
  for each row when (new.time_zone <> old.time_zone) execute function platform.check_time_zone();

create function identity.check_username()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.username !~ '[a-z0-9]' then
    perform platform.refuse(400, 'username_invalid', 'The username needs at least one letter or digit.',
      'Choose another username.');
  end if;
  return new;
end;
$$;
comment on function identity.check_username() is
  'Refuses a username of dots and dashes only, because it is part of a URL, where dots have another meaning.';

create trigger on_profile_write_check_username
  before insert or update of username on public.profiles
  for each row execute function identity.check_username();

-- An account brings its provider's name, and a sign-up cannot be refused for it.
create trigger on_account_insert_present_display_name
  before insert on public.profiles
  for each row when (new.user_id is not null)
  execute function platform.make_text_presentable('display_name', '80', 'username');
create trigger on_profile_insert_check_display_name
  before insert on public.profiles
  for each row when (new.user_id is null)
  execute function platform.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');
create trigger on_profile_update_check_display_name
  before update of display_name on public.profiles
  for each row when (new.display_name is distinct from old.display_name)
  execute function platform.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');
