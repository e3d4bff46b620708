-- A player's name and picture at Discord, and how they reach the boards.

create table identity.discord_faces (
  player_id uuid primary key references public.profiles (id) on delete cascade,
  display_name text not null,
  avatar_url text,
  seen_at timestamptz not null default now()
);
comment on table identity.discord_faces is
  'One row is the name and picture that Discord last reported for a player. The profile follows them while it '
  'shows exactly these; a name chosen by the player or DealScale stays.';

alter table identity.discord_faces enable row level security;

create function identity.name_discord_user(global_name text, username text)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(
    nullif(platform.to_presentable(name_discord_user.global_name, 80), ''),
    nullif(platform.to_presentable(name_discord_user.username, 80), ''));
$$;
comment on function identity.name_discord_user(text, text) is
  'The display name of a Discord account on the boards: its display name, else its username; null if neither is '
  'presentable.';

create function identity.pick_discord_picture(address text)
returns text
language sql
immutable
set search_path = ''
as $$
  select pick_discord_picture.address
  where char_length(pick_discord_picture.address) <= 2000
    and pick_discord_picture.address ~ '^https?://[^[:space:]]+$'
    and pick_discord_picture.address !~ '/embed/avatars/';
$$;
comment on function identity.pick_discord_picture(text) is
  'The URL of a picture that the user chose at Discord, else null: Discord''s default pictures are less telling '
  'than initials, and invalid URLs count as none.';

create function identity.follow_discord_face(
  player uuid, discord_user_id text, username text, global_name text, avatar_url text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  shown public.profiles;
  before identity.discord_faces;
  name text := identity.name_discord_user(global_name, username);
  picture text := identity.pick_discord_picture(avatar_url);
  follows_name boolean;
  follows_picture boolean;
begin
  -- The player is locked before the link, as everywhere.
  select * into shown from public.profiles where profiles.id = follow_discord_face.player for no key update;
  update public.discord_links as link
  set discord_username = coalesce(told.username, link.discord_user_id), discord_display_name = told.display_name,
    discord_avatar_url = picture
  from (
    select nullif(platform.to_presentable(follow_discord_face.username, 80), '') as username,
      nullif(platform.to_presentable(follow_discord_face.global_name, 80), '') as display_name) as told
  where link.player_id = follow_discord_face.player
    and link.discord_user_id = follow_discord_face.discord_user_id
    and (link.discord_username, link.discord_display_name, link.discord_avatar_url)
      is distinct from (coalesce(told.username, link.discord_user_id), told.display_name, picture);
  if name is null then
    return false;
  end if;
  select * into before from identity.discord_faces as face where face.player_id = follow_discord_face.player;
  insert into identity.discord_faces as face (player_id, display_name, avatar_url)
  values (follow_discord_face.player, name, picture)
  on conflict (player_id) do update
  set display_name = excluded.display_name, avatar_url = excluded.avatar_url, seen_at = now();
  follows_name := coalesce(shown.display_name = before.display_name, false);
  follows_picture := identity.pick_discord_picture(shown.avatar_url) is null
    or shown.avatar_url is not distinct from before.avatar_url;
  update public.profiles
  set display_name = case when follows_name then name else shown.display_name end,
    avatar_url = case when follows_picture then picture else shown.avatar_url end
  where profiles.id = follow_discord_face.player
    and ((follows_name and shown.display_name <> name)
      or (follows_picture and shown.avatar_url is distinct from picture));
  return found;
end;
$$;
comment on function identity.follow_discord_face(uuid, text, text, text, text) is
  'Stores what Discord reports for a player; returns whether the profile changed. The link always shows it, the '
  'profile only where it still showed Discord''s previous data. Definer: nobody may write profiles directly.';
