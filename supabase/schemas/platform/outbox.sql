-- Events are written in the transaction that caused them and relayed afterwards, at least once.

create table platform.outbox (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  name text not null check (name ~ '^[a-z_]+/[a-z_]+\.[a-z_]+$'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  claimed_until timestamptz,
  attempts int not null default 0,
  sent_at timestamptz
);
comment on table platform.outbox is
  'One row is one event for the durable functions; its id is the event id, so sending it twice has no second effect.';
comment on column platform.outbox.claimed_until is
  'The row is claimed until then: a relay is sending it, or the last attempt failed and it waits.';
create index outbox_unsent_idx on platform.outbox (seq) where sent_at is null;
create index outbox_sent_at_idx on platform.outbox (sent_at) where sent_at is not null;

alter table platform.outbox enable row level security;

create function platform.emit_event(event_name text, event_data jsonb)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into platform.outbox (name, data) values (emit_event.event_name, emit_event.event_data) returning id;
$$;
comment on function platform.emit_event(text, jsonb) is
  'Writes one event in the caller''s transaction and returns its id. Definer: callers have no rights on the outbox.';
grant execute on function platform.emit_event(text, jsonb) to service_role;

create function platform.poke_relay()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  functions_url text;
  secret_key text;
begin
  select decrypted_secret into functions_url from vault.decrypted_secrets where name = 'functions_url';
  select decrypted_secret into secret_key from vault.decrypted_secrets where name = 'secret_key';
  if functions_url is null or secret_key is null then
    return false;
  end if;
  perform net.http_post(
    url := rtrim(functions_url, '/') || '/relay',
    body := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', secret_key),
    timeout_milliseconds := 5000);
  return true;
end;
$$;
comment on function platform.poke_relay() is
  'Asks the relay edge function, after commit, to process the outbox; false if the vault has no functions_url or '
  'secret_key. A lost call only costs time: the sweep asks again.';

create function platform.on_outbox_insert_poke_relay()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Transaction-local, so a thousand events of one transaction cost one request.
  if coalesce(current_setting('dealscale.relay_poked', true), '') = '' then
    perform platform.poke_relay();
    perform set_config('dealscale.relay_poked', 'yes', true);
  end if;
  return null;
exception when others then
  raise warning 'The relay could not be asked: %', sqlerrm;
  return null;
end;
$$;
comment on function platform.on_outbox_insert_poke_relay() is
  'Calls the relay at most once per transaction. A failed call is a warning: the command is worth more, and the '
  'sweep asks again.';

create trigger on_outbox_insert_poke_relay
  after insert on platform.outbox
  for each statement execute function platform.on_outbox_insert_poke_relay();

create function platform.sweep_outbox()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from platform.outbox
    where outbox.sent_at is null and (outbox.claimed_until is null or outbox.claimed_until < now())
  ) then
    return false;
  end if;
  if not platform.poke_relay() then
    raise exception using
      message = 'Events wait in the outbox, but the relay is not configured.',
      hint = 'Create the vault secrets functions_url and secret_key.';
  end if;
  return true;
end;
$$;
comment on function platform.sweep_outbox() is
  'Calls the relay if unclaimed events wait: the safety net for lost calls. Fails loudly if it cannot call.';
