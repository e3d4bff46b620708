-- Ownership of a Discord account is a single fact: Auth's identities, which the provider has verified. Links
-- are derived from it in the same transaction, whatever changed the identity: a sign-in, a link, an unlink,
-- an erased account.

create function identity.find_discord_identity(player uuid)
returns auth.identities
language sql
stable
security definer
set search_path = ''
as $$
  select identity.*
  from public.profiles
  join auth.users as account on account.id = profiles.user_id and account.deleted_at is null
  join auth.identities as identity on identity.user_id = account.id
  where profiles.id = find_discord_identity.player
    and identity.provider = 'discord' and identity.provider_id ~ '^[0-9]{15,21}$'
    and not exists (select from identity.withdrawn_links as withdrawn where withdrawn.player_id = profiles.id)
  order by greatest(identity.last_sign_in_at, identity.updated_at, identity.created_at) desc, identity.id
  limit 1;
$$;
comment on function identity.find_discord_identity(uuid) is
  'The Discord identity to link the player to: the most recently used one, null after an unlink. Definer: schema '
  'auth is closed.';

create function identity.reconcile_discord_link(player uuid, actor uuid, source text)
returns public.discord_links
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  wanted auth.identities := identity.find_discord_identity(player);
  held public.discord_links;
  outdated uuid;
begin
  select * into held from public.discord_links where discord_links.player_id = player;
  if held.discord_user_id is not distinct from wanted.provider_id then
    return held;
  end if;
  -- A change is due: one at a time, judged by the state under the lock.
  perform from public.profiles where profiles.id = player for no key update;
  perform pg_advisory_xact_lock(hashtextextended('identity/discord_links', 0));
  wanted := identity.find_discord_identity(player);
  select * into held from public.discord_links where discord_links.player_id = player;
  if held.discord_user_id is not distinct from wanted.provider_id then
    return held;
  end if;
  perform identity.remove_discord_link(player, reconcile_discord_link.actor, reconcile_discord_link.source);
  if wanted.provider_id is null then
    return null;
  end if;
  -- Auth gives an account to one owner at a time, so somebody else's link to it is stale.
  select link.player_id into outdated from public.discord_links as link
  where link.discord_user_id = wanted.provider_id;
  perform identity.remove_discord_link(outdated, null, 'system');
  insert into public.discord_links (player_id, discord_user_id, discord_username, linked_by, scopes)
  values (player, wanted.provider_id, wanted.provider_id, reconcile_discord_link.actor, '{identify,email}');
  perform identity.follow_discord_identity(player, wanted);
  select * into held from public.discord_links where discord_links.player_id = player;
  perform platform.emit_event('discord/link.created',
    jsonb_build_object('player_id', held.player_id, 'discord_user_id', held.discord_user_id));
  perform platform.record_audit('discord_link.created', 'player', held.player_id::text, null, to_jsonb(held),
    reconcile_discord_link.actor, reconcile_discord_link.source);
  perform realtime.send(jsonb_build_object('link', to_jsonb(held)), 'link_changed', 'player:' || player, true);
  return held;
end;
$$;
comment on function identity.reconcile_discord_link(uuid, uuid, text) is
  'Makes a player''s link match Auth and returns it: added, replaced or removed, with one event and one audit row '
  'per change, none if nothing differs. Never refuses. Locks: the player, then all links. Definer: reads schema '
  'auth, and nobody may write links directly.';

create function identity.follow_discord_identity(player uuid, identity auth.identities)
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select identity.follow_discord_face(follow_discord_identity.player, identity.provider_id,
    coalesce(identity.identity_data ->> 'full_name', identity.identity_data ->> 'name'),
    identity.identity_data #>> '{custom_claims,global_name}', identity.identity_data ->> 'avatar_url');
$$;
comment on function identity.follow_discord_identity(uuid, auth.identities) is
  'follow_discord_face() with Auth''s data from the last sign-in.';

create function identity.on_identity_change_reconcile_link()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  player uuid;
  is_erased boolean;
  link public.discord_links;
begin
  if tg_op <> 'INSERT' then
    select profiles.id into player from public.profiles where profiles.user_id = old.user_id;
    if player is not null and (tg_op = 'DELETE' or new.user_id <> old.user_id) then
      -- An account that is being erased does not act.
      is_erased := not exists (select from auth.users where users.id = old.user_id and users.deleted_at is null);
      perform identity.reconcile_discord_link(player, case when not is_erased then player end,
        case when is_erased then 'system' else 'web' end);
    end if;
  end if;
  if tg_op <> 'DELETE' then
    select profiles.id into player from public.profiles where profiles.user_id = new.user_id;
    if player is not null then
      -- Auth writes an identity right after its owner consented at Discord.
      delete from identity.withdrawn_links where withdrawn_links.player_id = player;
      link := identity.reconcile_discord_link(player, player, 'web');
      if link.discord_user_id = new.provider_id then
        perform identity.follow_discord_identity(player, new);
      end if;
    end if;
  end if;
  return null;
end;
$$;
comment on function identity.on_identity_change_reconcile_link() is
  'Updates the links of the former and current owners of a changed Discord identity. Definer: the auth service '
  'may not write our tables.';

create trigger on_identity_insert_reconcile_link
  after insert on auth.identities
  for each row when (new.provider = 'discord') execute function identity.on_identity_change_reconcile_link();
create trigger on_identity_update_reconcile_link
  after update on auth.identities
  for each row when (new.provider = 'discord') execute function identity.on_identity_change_reconcile_link();
create trigger on_identity_delete_reconcile_link
  after delete on auth.identities
  for each row when (old.provider = 'discord') execute function identity.on_identity_change_reconcile_link();

create function identity.on_account_change_reconcile_link()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.user_id is not null then
    delete from identity.discord_faces where discord_faces.player_id = new.id;
    delete from identity.withdrawn_links where withdrawn_links.player_id = new.id;
  end if;
  perform identity.reconcile_discord_link(new.id, case when new.user_id is not null then new.id end,
    case when new.user_id is not null then 'web' else 'system' end);
  return null;
end;
$$;
comment on function identity.on_account_change_reconcile_link() is
  'A player who gets an account is linked to its Discord identity, which may have existed before. Erasing an '
  'account also removes the link and Discord''s data about the player; a person who returns is a new player on '
  'the web and in Discord alike. Definer: the auth service creates and erases accounts, and may write none of '
  'these tables.';

create trigger on_player_insert_reconcile_link
  after insert on public.profiles
  for each row when (new.user_id is not null) execute function identity.on_account_change_reconcile_link();
create trigger on_account_change_reconcile_link
  after update of user_id on public.profiles
  for each row when (new.user_id is distinct from old.user_id)
  execute function identity.on_account_change_reconcile_link();

create function public.sync_discord_link()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(null);
  link public.discord_links;
begin
  delete from identity.withdrawn_links where withdrawn_links.player_id = actor;
  link := identity.reconcile_discord_link(actor, actor, 'web');
  return jsonb_build_object('link', case when link.player_id is not null then to_jsonb(link) end);
end;
$$;
comment on function public.sync_discord_link() is
  'Links the caller to the account''s Discord identity, also after an unlink that had to keep the identity: '
  '{link}, null if the account has none. Call it only after the caller consented. Never refuses. Definer: acts '
  'for the caller only, based on the identity that Auth verified.';
grant execute on function public.sync_discord_link() to authenticated;
