create function private.remove_discord_link(player_id uuid, actor uuid, source text)
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
  perform private.emit_event('discord/link.removed',
    jsonb_build_object('player_id', removed.player_id, 'discord_user_id', removed.discord_user_id));
  perform private.record_audit('discord_link.removed', 'player', removed.player_id::text, to_jsonb(removed),
    null, remove_discord_link.actor, remove_discord_link.source);
  perform realtime.send('{"link": null}', 'link_changed', 'player:' || removed.player_id, true);
  return removed.discord_user_id;
end;
$$;
comment on function private.remove_discord_link(uuid, uuid, text) is
  'Ends a player''s link with event and audit; returns the Discord user id, null when there was no link.';

create function public.sync_discord_link()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(null);
  identity record;
  known public.discord_links;
  link public.discord_links;
begin
  perform pg_advisory_xact_lock(hashtextextended('discord_link:' || actor, 0));
  select identities.provider_id, identities.identity_data as traits into identity
  from auth.identities
  where identities.user_id = auth.uid() and identities.provider = 'discord'
  order by identities.created_at desc limit 1;
  select * into known from public.discord_links where discord_links.player_id = actor;
  if known.player_id is not null and known.discord_user_id is distinct from identity.provider_id then
    perform private.remove_discord_link(actor, actor, 'web');
  end if;
  if identity.provider_id is null then
    return '{"link": null}';
  end if;
  insert into public.discord_links as existing (
    player_id, discord_user_id, discord_username, discord_display_name, discord_avatar_url, linked_by, scopes)
  values (
    actor, identity.provider_id,
    coalesce(identity.traits ->> 'full_name', identity.traits ->> 'name', identity.provider_id),
    identity.traits #>> '{custom_claims,global_name}', identity.traits ->> 'avatar_url', actor,
    '{identify,email}')
  on conflict (discord_user_id) do update
    set discord_username = excluded.discord_username, discord_display_name = excluded.discord_display_name,
      discord_avatar_url = excluded.discord_avatar_url
    where existing.player_id = excluded.player_id
  returning * into link;
  if link.player_id is null then
    perform private.refuse(409, 'discord_account_taken', 'This Discord account is linked to another player.',
      'Sign in as that player and unlink it there, or ask an admin.');
  end if;
  if known.discord_user_id is distinct from link.discord_user_id then
    perform private.emit_event('discord/link.created',
      jsonb_build_object('player_id', link.player_id, 'discord_user_id', link.discord_user_id));
    perform private.record_audit('discord_link.created', 'player', link.player_id::text, null,
      to_jsonb(link), actor, 'web');
    perform realtime.send(jsonb_build_object('link', to_jsonb(link)), 'link_changed',
      'player:' || actor, true);
  end if;
  return jsonb_build_object('link', to_jsonb(link));
end;
$$;
comment on function public.sync_discord_link() is
  'Makes the caller''s link equal to the Discord identity of the account: added, replaced or removed; '
  '{link}. Refuses DS409 when another player holds that Discord account. Definer: reads only the caller''s '
  'identity, which the provider has proven.';
grant execute on function public.sync_discord_link() to authenticated;

create function public.unlink_discord(acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
begin
  return jsonb_build_object('discord_user_id', private.remove_discord_link(actor, actor,
    private.resolve_source(source)));
end;
$$;
comment on function public.unlink_discord(uuid, text) is
  'Ends the caller''s link: {discord_user_id}, null when there was none. Roles and tokens follow by the '
  'event. Definer: nobody may write links directly.';
grant execute on function public.unlink_discord(uuid, text) to authenticated, service_role;

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

create function public.store_discord_tokens(
  player_id uuid, access_token_ciphertext text, refresh_token_ciphertext text, key_id text,
  expires_at timestamptz, scopes text[] default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  linked_user text;
begin
  update public.discord_links set scopes = coalesce(store_discord_tokens.scopes, discord_links.scopes)
  where discord_links.player_id = store_discord_tokens.player_id
  returning discord_links.discord_user_id into linked_user;
  if linked_user is null then
    perform private.refuse(404, 'not_linked', 'This player has no Discord account linked.', 'Link it first.');
  end if;
  insert into private.discord_tokens as held (
    player_id, discord_user_id, access_token_ciphertext, refresh_token_ciphertext, key_id, expires_at)
  values (
    store_discord_tokens.player_id, linked_user, store_discord_tokens.access_token_ciphertext,
    store_discord_tokens.refresh_token_ciphertext, store_discord_tokens.key_id,
    store_discord_tokens.expires_at)
  on conflict on constraint discord_tokens_pkey do update
  set discord_user_id = excluded.discord_user_id, access_token_ciphertext = excluded.access_token_ciphertext,
    refresh_token_ciphertext = excluded.refresh_token_ciphertext, key_id = excluded.key_id,
    expires_at = excluded.expires_at, stored_at = now();
end;
$$;
comment on function public.store_discord_tokens(uuid, text, text, text, timestamptz, text[]) is
  'Keeps the encrypted tokens of a linked player; newer ones replace older ones. For the service only.';
grant execute on function public.store_discord_tokens(uuid, text, text, text, timestamptz, text[])
  to service_role;

create function public.get_discord_tokens(player_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(held) from private.discord_tokens as held
  where held.player_id = get_discord_tokens.player_id;
$$;
comment on function public.get_discord_tokens(uuid) is
  'The encrypted tokens of a player, else null. For the service only.';
grant execute on function public.get_discord_tokens(uuid) to service_role;

create function public.delete_discord_tokens(player_id uuid, discord_user_id text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from private.discord_tokens as held
  where held.player_id = delete_discord_tokens.player_id
    and held.discord_user_id = delete_discord_tokens.discord_user_id;
$$;
comment on function public.delete_discord_tokens(uuid, text) is
  'Forgets the tokens of a Discord account after they were revoked; those of a newer link stay. For the '
  'service only.';
grant execute on function public.delete_discord_tokens(uuid, text) to service_role;
