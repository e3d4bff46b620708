-- Discord's tokens, sealed by the web app for the worker: neither database access nor the web server can open
-- them.

create table identity.discord_tokens (
  discord_user_id text primary key,
  sealed_access_token text not null,
  sealed_refresh_token text,
  key_id text not null,
  expires_at timestamptz not null,
  stored_at timestamptz not null default now(),
  revision uuid not null default gen_random_uuid()
);
comment on table identity.discord_tokens is
  'One row is the grant of one Discord account: its tokens, each sealed as a JWE (ECDH-ES, A256GCM) to a key that '
  'only the worker holds. They outlive the link until the worker has revoked them.';
comment on column identity.discord_tokens.key_id is 'The key that opens them, for key rotation.';
comment on column identity.discord_tokens.stored_at is 'When Discord issued the tokens.';
comment on column identity.discord_tokens.revision is 'Changes with each write, for optimistic locking.';
create index discord_tokens_expires_at_idx on identity.discord_tokens (expires_at);

alter table identity.discord_tokens enable row level security;

create function public.store_discord_tokens(
  player_id uuid, discord_user_id text, sealed_access_token text, sealed_refresh_token text, key_id text,
  expires_at timestamptz, scopes text[] default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.discord_links set scopes = coalesce(store_discord_tokens.scopes, discord_links.scopes)
  where discord_links.player_id = store_discord_tokens.player_id
    and discord_links.discord_user_id = store_discord_tokens.discord_user_id;
  if not found then
    perform platform.refuse(404, 'not_linked', 'This player has not linked that Discord account.', 'Link it first.');
  end if;
  insert into identity.discord_tokens as held (
    discord_user_id, sealed_access_token, sealed_refresh_token, key_id, expires_at)
  values (
    store_discord_tokens.discord_user_id, store_discord_tokens.sealed_access_token,
    store_discord_tokens.sealed_refresh_token, store_discord_tokens.key_id, store_discord_tokens.expires_at)
  on conflict on constraint discord_tokens_pkey do update
  set sealed_access_token = excluded.sealed_access_token, sealed_refresh_token = excluded.sealed_refresh_token,
    key_id = excluded.key_id, expires_at = excluded.expires_at, stored_at = now(), revision = gen_random_uuid();
end;
$$;
comment on function public.store_discord_tokens(uuid, text, text, text, text, timestamptz, text[]) is
  'Stores the sealed tokens of a linked Discord account; newer ones replace older ones. Refuses DS404. For the '
  'service only.';
grant execute on function public.store_discord_tokens(uuid, text, text, text, text, timestamptz, text[])
  to service_role;

create function public.get_discord_tokens(discord_user_id text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(held) || jsonb_build_object('is_linked', exists (
    select from public.discord_links as link where link.discord_user_id = held.discord_user_id))
  from identity.discord_tokens as held
  where held.discord_user_id = get_discord_tokens.discord_user_id;
$$;
comment on function public.get_discord_tokens(text) is
  'The sealed tokens of a Discord account with is_linked, else null. For the service only.';
grant execute on function public.get_discord_tokens(text) to service_role;

create function public.replace_discord_tokens(
  discord_user_id text, revision uuid, sealed_access_token text, sealed_refresh_token text, key_id text,
  expires_at timestamptz)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update identity.discord_tokens as held
  set sealed_access_token = replace_discord_tokens.sealed_access_token,
    sealed_refresh_token = replace_discord_tokens.sealed_refresh_token, key_id = replace_discord_tokens.key_id,
    expires_at = replace_discord_tokens.expires_at,
    stored_at = case when held.expires_at = replace_discord_tokens.expires_at then held.stored_at else now() end,
    revision = gen_random_uuid()
  where held.discord_user_id = replace_discord_tokens.discord_user_id
    and held.revision = replace_discord_tokens.revision;
  return found;
end;
$$;
comment on function public.replace_discord_tokens(text, uuid, text, text, text, timestamptz) is
  'Replaces the tokens read at this revision with refreshed or re-sealed ones; false if they were replaced or '
  'deleted since. For the service only.';
grant execute on function public.replace_discord_tokens(text, uuid, text, text, text, timestamptz) to service_role;

create function public.delete_discord_tokens(discord_user_id text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from identity.discord_tokens as held
  where held.discord_user_id = delete_discord_tokens.discord_user_id;
  return found;
end;
$$;
comment on function public.delete_discord_tokens(text) is
  'Deletes the tokens of a Discord account after they were revoked; returns whether there were any. For the '
  'service only.';
grant execute on function public.delete_discord_tokens(text) to service_role;

create function public.list_due_discord_tokens(max_rows int default 200)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(due.discord_user_id order by due.expires_at, due.discord_user_id), '[]')
  from (
    select held.discord_user_id, held.expires_at
    from identity.discord_tokens as held
    left join public.discord_links as link on link.discord_user_id = held.discord_user_id
    where held.expires_at < now() + interval '2 days'
      or (link.player_id is null and held.stored_at < now() - interval '15 minutes')
    order by held.expires_at, held.discord_user_id
    limit least(greatest(list_due_discord_tokens.max_rows, 1), 1000)
  ) as due;
$$;
comment on function public.list_due_discord_tokens(int) is
  'Discord accounts whose tokens expire within two days or have outlived their link. For the service only.';
grant execute on function public.list_due_discord_tokens(int) to service_role;

create function public.list_discord_tokens_under_other_keys(key_id text, max_rows int default 200)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(due) order by due.discord_user_id), '[]')
  from (
    select held.* from identity.discord_tokens as held
    where held.key_id <> list_discord_tokens_under_other_keys.key_id
    order by held.discord_user_id
    limit least(greatest(list_discord_tokens_under_other_keys.max_rows, 1), 1000)
  ) as due;
$$;
comment on function public.list_discord_tokens_under_other_keys(text, int) is
  'Tokens sealed to a key other than this one, for key rotation. For the service only.';
grant execute on function public.list_discord_tokens_under_other_keys(text, int) to service_role;
