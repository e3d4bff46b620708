create function public.upsert_player(
  player_id uuid, username text, display_name text, avatar_url text default null, is_ranked boolean default null,
  has_left boolean default null, source text default 'api')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  before public.profiles;
  after public.profiles;
begin
  if upsert_player.username is null or upsert_player.username !~ '^[a-z0-9_.-]{2,32}$' then
    perform platform.refuse(400, 'username_invalid',
      'A username has 2 to 32 characters: lower-case letters, digits, dots, dashes and underscores.', 'Send another username.');
  end if;
  if upsert_player.display_name is null then
    perform platform.refuse(400, 'display_name_invalid', 'A display name has 1 to 80 characters.', 'Send another name.');
  end if;
  if exists (select from public.profiles as other
    where other.username = upsert_player.username and other.id <> upsert_player.player_id) then
    perform platform.refuse(409, 'username_taken', 'Another player has this username.', 'Send another username.');
  end if;
  select * into before from public.profiles where profiles.id = upsert_player.player_id for no key update;
  -- Leaving suspends the rights of a role and coming back restores them, so a key may do neither.
  if before.role in ('manager', 'admin') and upsert_player.has_left <> (before.left_at is not null) then
    perform platform.refuse(403, 'privileged_player',
      format('This player is %s; an API key can neither remove nor restore the rights of that role.',
        case before.role when 'admin' then 'an admin' else 'a manager' end),
      'Ask an admin to make them a player first, or omit has_left.');
  end if;
  begin
    insert into public.profiles as player (id, username, display_name, avatar_url, is_ranked, left_at)
    values (
      upsert_player.player_id, upsert_player.username, upsert_player.display_name, upsert_player.avatar_url,
      coalesce(upsert_player.is_ranked, true), case when upsert_player.has_left then now() end)
    on conflict (id) do update set
      username = excluded.username,
      display_name = excluded.display_name,
      avatar_url = coalesce(excluded.avatar_url, player.avatar_url),
      is_ranked = coalesce(upsert_player.is_ranked, player.is_ranked),
      left_at = case upsert_player.has_left
        when true then coalesce(player.left_at, now()) when false then null else player.left_at end
    returning * into after;
  exception when unique_violation then
    -- Someone took it since the check.
    perform platform.refuse(409, 'username_taken', 'Another player has this username.', 'Send another username.');
  end;
  if before is distinct from after then
    perform platform.record_audit(
      case when before.id is null then 'player.created' else 'player.changed' end, 'player', after.id::text,
      case when before.id is not null then to_jsonb(before) end, to_jsonb(after), null,
      platform.resolve_source(upsert_player.source));
  end if;
  return to_jsonb(after) - 'user_id' || jsonb_build_object('created', before.id is null);
end;
$$;
comment on function public.upsert_player(uuid, text, text, text, boolean, boolean, text) is
  'Creates a player or updates the given fields (null keeps the current value) and returns the row with created. '
  'Role, account and visibility do not change, nor does has_left of a manager or an admin. Refuses DS400, DS403 '
  'and DS409. For the service only, on behalf of the DealScale backend.';
grant execute on function public.upsert_player(uuid, text, text, text, boolean, boolean, text) to service_role;
