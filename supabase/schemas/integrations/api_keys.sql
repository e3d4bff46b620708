create function integrations.list_api_scopes()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'archives:verify', 'boards:manage', 'credits:read', 'credits:write', 'metrics:read', 'players:read',
    'players:write', 'requests:write', 'score-events:write'];
$$;
comment on function integrations.list_api_scopes() is
  'Every scope an API key may have. Routes require scopes from this list only; a test compares the two.';

create table integrations.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (platform.is_presentable(name, 80)),
  -- Each event stores it, measured in code points.
  source text not null check (platform.is_presentable(source, 64) and char_length(source) <= 64),
  prefix text not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0),
  created_at timestamptz not null default now(),
  created_by uuid references public.profiles (id),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint api_keys_scopes_check_known check (revoked_at is not null or scopes <@ integrations.list_api_scopes())
);
comment on table integrations.api_keys is
  'One row is one developer key. Only its SHA-256 is stored; the key itself is shown once, on creation.';
comment on column integrations.api_keys.source is
  'The system it belongs to: its score events have this source, and no other. Keys of one system share it.';
comment on column integrations.api_keys.prefix is 'The first characters, to tell keys apart.';
comment on column integrations.api_keys.last_used_at is 'Accurate to the minute.';
create index api_keys_created_by_idx on integrations.api_keys (created_by);

alter table integrations.api_keys enable row level security;

create trigger on_api_key_write_check_name
  before insert or update of name on integrations.api_keys
  for each row execute function platform.refuse_unpresentable_text(
    'name', 'name of an API key', 'api_key_name_invalid', '80', '1', 'false');
create trigger on_api_key_write_check_source
  before insert or update of source on integrations.api_keys
  for each row execute function platform.refuse_unpresentable_text(
    'source', 'source of an API key', 'api_key_source_invalid', '64', '1', 'false');
create trigger on_api_key_check_times before insert on integrations.api_keys
  for each row execute function platform.check_shown_times('expires_at');

create function public.create_api_key(
  name text, scopes text[], key_hash text, prefix text, expires_at timestamptz default null,
  acting_player_id uuid default null, source text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  made integrations.api_keys;
  unknown_scope text;
begin
  if acting_player_id is not null and not identity.has_role(acting_player_id, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can create API keys.', 'Ask an admin.');
  end if;
  if coalesce(cardinality(create_api_key.scopes), 0) = 0 then
    perform platform.refuse(400, 'scopes_missing', 'A key needs at least one scope.',
      'Choose among ' || array_to_string(integrations.list_api_scopes(), ', ') || '.');
  end if;
  select coalesce(asked.scope, 'null') into unknown_scope from unnest(create_api_key.scopes) as asked (scope)
  where asked.scope is null or asked.scope <> all (integrations.list_api_scopes()) limit 1;
  if unknown_scope is not null then
    perform platform.refuse(400, 'scope_unknown', format('There is no scope %s.', unknown_scope),
      'Choose among ' || array_to_string(integrations.list_api_scopes(), ', ') || '.');
  end if;
  insert into integrations.api_keys (name, source, scopes, key_hash, prefix, expires_at, created_by)
  values (
    create_api_key.name, coalesce(create_api_key.source, left(create_api_key.name, 64)),
    create_api_key.scopes, create_api_key.key_hash, left(create_api_key.prefix, 12), create_api_key.expires_at,
    create_api_key.acting_player_id)
  on conflict on constraint api_keys_key_hash_key do nothing
  returning * into made;
  if made.id is null then
    perform platform.refuse(409, 'api_key_exists', 'This key already exists.', 'Create another key.');
  end if;
  perform platform.record_audit('api_key.created', 'api_key', made.id::text, null,
    jsonb_build_object('name', made.name, 'source', made.source, 'scopes', made.scopes,
      'expires_at', made.expires_at),
    acting_player_id, 'api');
  return jsonb_build_object(
    'id', made.id, 'name', made.name, 'source', made.source, 'scopes', made.scopes, 'prefix', made.prefix,
    'expires_at', made.expires_at);
end;
$$;
comment on function public.create_api_key(text, text[], text, text, timestamptz, uuid, text) is
  'Registers a key by its SHA-256 (hex); the key itself never reaches the database. source: the system whose '
  'events it sends, the key''s name by default. Refuses DS400 for an unknown scope. For the service and the '
  'admins it acts for.';
grant execute on function public.create_api_key(text, text[], text, text, timestamptz, uuid, text)
  to service_role;

create function public.verify_api_key(key text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  found_key integrations.api_keys;
begin
  select * into found_key from integrations.api_keys
  where api_keys.key_hash = encode(sha256(convert_to(verify_api_key.key, 'utf8')), 'hex')
    and api_keys.revoked_at is null
    and (api_keys.expires_at is null or api_keys.expires_at > now());
  if found_key.id is null then
    return null;
  end if;
  if found_key.last_used_at is null or found_key.last_used_at < now() - interval '1 minute' then
    update integrations.api_keys set last_used_at = now() where api_keys.id = found_key.id;
  end if;
  return jsonb_build_object('id', found_key.id, 'name', found_key.name, 'source', found_key.source,
    'scopes', found_key.scopes);
end;
$$;
comment on function public.verify_api_key(text) is
  '{id, name, source, scopes} of a key that is valid now, else null.';
grant execute on function public.verify_api_key(text) to service_role;

create function public.revoke_api_key(api_key_id uuid, acting_player_id uuid default null)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if acting_player_id is not null and not identity.has_role(acting_player_id, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can revoke API keys.', 'Ask an admin.');
  end if;
  update integrations.api_keys set revoked_at = now()
  where api_keys.id = revoke_api_key.api_key_id and revoked_at is null;
  if found then
    perform platform.record_audit('api_key.revoked', 'api_key', api_key_id::text, null, null,
      acting_player_id, 'api');
  end if;
  return found;
end;
$$;
comment on function public.revoke_api_key(uuid, uuid) is
  'Revokes a key at once; false if it was no longer valid.';
grant execute on function public.revoke_api_key(uuid, uuid) to service_role;
