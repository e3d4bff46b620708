-- Unlinking, by the player or by Discord: the identity in Auth is removed together with the link, where
-- possible.

create function identity.unlink_player(player uuid, actor uuid, source text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  account uuid;
  linked_user text;
  has_other_way boolean;
  has_discord boolean;
begin
  -- The identities are locked first, as Auth does.
  perform from auth.identities as identity
  where identity.user_id = (select profiles.user_id from public.profiles where profiles.id = player)
  order by identity.id for update;
  select profiles.user_id into account from public.profiles where profiles.id = player for no key update;
  select link.discord_user_id into linked_user from public.discord_links as link where link.player_id = player;
  has_other_way := exists (
    select from auth.identities as identity where identity.user_id = account and identity.provider <> 'discord');
  has_discord := exists (
    select from auth.identities as identity where identity.user_id = account and identity.provider = 'discord');
  if has_discord then
    insert into identity.withdrawn_links (player_id, source) values (player, unlink_player.source)
    on conflict (player_id) do nothing;
  end if;
  perform identity.reconcile_discord_link(player, unlink_player.actor, unlink_player.source);
  if has_discord and has_other_way then
    delete from auth.identities as identity where identity.user_id = account and identity.provider = 'discord';
    update auth.users
    set raw_app_meta_data = coalesce(users.raw_app_meta_data, '{}') || jsonb_build_object(
      'provider', (
        select identity.provider from auth.identities as identity where identity.user_id = account
        order by identity.created_at, identity.id limit 1),
      'providers', (
        select jsonb_agg(distinct identity.provider) from auth.identities as identity
        where identity.user_id = account))
    where users.id = account;
    delete from identity.withdrawn_links where withdrawn_links.player_id = player;
  end if;
  return jsonb_build_object(
    'discord_user_id', linked_user,
    'keeps_sign_in', has_discord and not has_other_way,
    'revokes_access', exists (
      select from identity.discord_tokens as held where held.discord_user_id = linked_user));
end;
$$;
comment on function identity.unlink_player(uuid, uuid, text) is
  'Ends a player''s link. The Discord identity is removed from Auth too, unless it is the only way to sign in: '
  'then the player is recorded as unlinked. {discord_user_id, keeps_sign_in, revokes_access}. Definer: schema '
  'auth is closed.';

create function public.unlink_discord(acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  -- Linking again requires an unlink first, so this limits both; a link that the provider has verified is
  -- never refused.
  perform platform.count_attempt('discord_unlink', actor::text);
  return identity.unlink_player(actor, actor, platform.resolve_source(source));
end;
$$;
comment on function public.unlink_discord(uuid, text) is
  'Ends the caller''s link: {discord_user_id: null if there was none; keeps_sign_in: Discord remains the only way '
  'to sign in; revokes_access: we hold tokens that are revoked next}. Roles and tokens follow through the event. '
  'Counted: refuses DS429. Definer: nobody may write links directly.';
grant execute on function public.unlink_discord(uuid, text) to authenticated, service_role;

create function public.end_deauthorised_link(discord_user_id text, deauthorised_at timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid;
  consented_at timestamptz;
begin
  select link.player_id, greatest(link.linked_at, identity.last_sign_in_at, identity.updated_at, held.stored_at)
  into player, consented_at
  from public.discord_links as link
  left join auth.identities as identity
    on identity.provider = 'discord' and identity.provider_id = link.discord_user_id
  left join identity.discord_tokens as held on held.discord_user_id = link.discord_user_id
  where link.discord_user_id = end_deauthorised_link.discord_user_id;
  if player is null or coalesce(deauthorised_at < consented_at, false) then
    return jsonb_build_object('player_id', player, 'has_ended', false);
  end if;
  perform identity.unlink_player(player, player, 'discord');
  return jsonb_build_object('player_id', player, 'has_ended', true);
end;
$$;
comment on function public.end_deauthorised_link(text, timestamptz) is
  'Ends the link of an account whose owner revoked our access at Discord, like an unlink: {player_id, has_ended}. '
  'Ignored if the owner has consented again since. For the service only.';
grant execute on function public.end_deauthorised_link(text, timestamptz) to service_role;
