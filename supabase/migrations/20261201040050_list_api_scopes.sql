create function private.list_api_scopes()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['archives:verify', 'boards:manage', 'metrics:read', 'players:read', 'players:write', 'score-events:write'];
$$;
comment on function private.list_api_scopes() is
  'Everything an API key may be allowed to do. The routes ask for scopes of this list only; a test compares the two.';

-- A scope that nothing asks for allows nothing: keys lose it, and a key that has no other one ends.
update private.api_keys as held
set scopes = array(
  select scope from unnest(held.scopes) with ordinality as listed (scope, place)
  where listed.scope = any (private.list_api_scopes()) order by listed.place)
where not held.scopes <@ private.list_api_scopes() and held.scopes && private.list_api_scopes();
update private.api_keys as held set revoked_at = now()
where not held.scopes <@ private.list_api_scopes() and held.revoked_at is null;

alter table private.api_keys add constraint api_keys_scopes_check_known
  check (revoked_at is not null or scopes <@ private.list_api_scopes());

create or replace function public.create_api_key(
  name text, scopes text[], key_hash text, prefix text, expires_at timestamptz default null,
  acting_player_id uuid default null, source text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  made private.api_keys;
  unknown_scope text;
begin
  if acting_player_id is not null and not private.has_role(acting_player_id, 'admin') then
    perform private.refuse(403, 'admin_only', 'Only an admin can make API keys.', 'Ask an admin.');
  end if;
  if coalesce(cardinality(create_api_key.scopes), 0) = 0 then
    perform private.refuse(400, 'scopes_missing', 'A key needs at least one scope.',
      'Choose among ' || array_to_string(private.list_api_scopes(), ', ') || '.');
  end if;
  select coalesce(asked.scope, 'null') into unknown_scope from unnest(create_api_key.scopes) as asked (scope)
  where asked.scope is null or asked.scope <> all (private.list_api_scopes()) limit 1;
  if unknown_scope is not null then
    perform private.refuse(400, 'scope_unknown', format('There is no scope %s.', unknown_scope),
      'Choose among ' || array_to_string(private.list_api_scopes(), ', ') || '.');
  end if;
  insert into private.api_keys (name, source, scopes, key_hash, prefix, expires_at, created_by)
  values (
    create_api_key.name, coalesce(create_api_key.source, left(create_api_key.name, 64)),
    create_api_key.scopes, create_api_key.key_hash, left(create_api_key.prefix, 12), create_api_key.expires_at,
    create_api_key.acting_player_id)
  on conflict on constraint api_keys_key_hash_key do nothing
  returning * into made;
  if made.id is null then
    perform private.refuse(409, 'api_key_exists', 'This key exists already.', 'Make another key.');
  end if;
  perform private.record_audit('api_key.created', 'api_key', made.id::text, null,
    jsonb_build_object('name', made.name, 'source', made.source, 'scopes', made.scopes,
      'expires_at', made.expires_at),
    acting_player_id, 'api');
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'source', made.source, 'scopes', made.scopes, 'prefix', made.prefix,
    'expires_at', made.expires_at);
end;
$$;
comment on function public.create_api_key(text, text[], text, text, timestamptz, uuid, text) is
  'Registers a key by its SHA-256 (hex); the key itself never reaches the database. source: the system '
  'whose events it sends, by default the name of the key. Refuses DS400 for a scope that does not exist. For the service '
  'and admins it acts for.';
