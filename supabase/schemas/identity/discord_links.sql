create table public.discord_links (
  player_id uuid primary key references public.profiles (id),
  discord_user_id text not null unique check (discord_user_id ~ '^[0-9]{15,21}$'),
  discord_username text not null check (platform.is_presentable(discord_username, 80)),
  discord_display_name text check (platform.is_presentable(discord_display_name, 80)),
  discord_avatar_url text,
  linked_at timestamptz not null default now(),
  linked_by uuid references public.profiles (id),
  scopes text[] not null default '{}'
);
comment on table public.discord_links is
  'One row links one player to one Discord account, one to one both ways. Snowflakes are text because they exceed '
  'the precision of JSON numbers.';
comment on column public.discord_links.linked_by is
  'Who linked: the player, or the admin who forced it; null for imports.';
comment on column public.discord_links.scopes is 'OAuth scopes the player consented to.';
create index discord_links_linked_at_idx on public.discord_links (linked_at);
create index discord_links_linked_by_idx on public.discord_links (linked_by);

alter table public.discord_links enable row level security;
grant select on public.discord_links to authenticated, service_role;

create trigger on_discord_link_write_present_username
  before insert or update of discord_username on public.discord_links
  for each row execute function platform.make_text_presentable('discord_username', '80', 'discord_user_id');
create trigger on_discord_link_write_present_display_name
  before insert or update of discord_display_name on public.discord_links
  for each row execute function platform.make_text_presentable('discord_display_name', '80');

create policy "Players see their own link, managers see all"
  on public.discord_links for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create table identity.withdrawn_links (
  player_id uuid primary key references public.profiles (id) on delete cascade,
  withdrawn_at timestamptz not null default now(),
  source text not null
);
comment on table identity.withdrawn_links is
  'One row is a player who unlinked a Discord account that is the only way to sign in, so the identity had to '
  'stay. It is removed as soon as the player consents at Discord again.';

alter table identity.withdrawn_links enable row level security;

create function identity.remove_discord_link(player_id uuid, actor uuid, source text)
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  removed public.discord_links;
begin
  delete from public.discord_links where discord_links.player_id = remove_discord_link.player_id
  returning * into removed;
  if removed.player_id is null then
    return null;
  end if;
  perform platform.emit_event('discord/link.removed',
    jsonb_build_object('player_id', removed.player_id, 'discord_user_id', removed.discord_user_id));
  perform platform.record_audit('discord_link.removed', 'player', removed.player_id::text, to_jsonb(removed),
    null, remove_discord_link.actor, remove_discord_link.source);
  perform realtime.send('{"link": null}', 'link_changed', 'player:' || removed.player_id, true);
  return removed.discord_user_id;
end;
$$;
comment on function identity.remove_discord_link(uuid, uuid, text) is
  'Ends a player''s link with event and audit; returns the Discord user id, null if there was no link.';

create function public.find_player_by_discord(discord_user_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'player_id', player.id, 'username', player.username, 'display_name', player.display_name,
    'avatar_url', player.avatar_url, 'role', player.role, 'visibility', player.visibility,
    'locale', player.locale,
    'time_zone', player.time_zone, 'left_at', player.left_at, 'linked_at', link.linked_at)
  from public.discord_links as link
  join public.profiles as player on player.id = link.player_id
  where link.discord_user_id = find_player_by_discord.discord_user_id;
$$;
comment on function public.find_player_by_discord(text) is
  'The player linked to a Discord account, else null. For the service only.';
grant execute on function public.find_player_by_discord(text) to service_role;
