-- Events are written in the transaction that caused them and relayed afterwards, at least once.

create table private.outbox (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  name text not null check (name ~ '^[a-z_]+/[a-z_]+\.[a-z_]+$'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  claimed_until timestamptz,
  attempts int not null default 0,
  sent_at timestamptz
);
comment on table private.outbox is
  'One row is one event to be sent to the durable functions; its id is the event id, so a second sending '
  'has no second effect.';
comment on column private.outbox.claimed_until is
  'Until then nobody else takes the row: a relay is sending it, or the last attempt failed and it waits.';
create index outbox_unsent_idx on private.outbox (seq) where sent_at is null;
create index outbox_sent_at_idx on private.outbox (sent_at) where sent_at is not null;
alter table private.outbox enable row level security;

create function private.emit_event(event_name text, event_data jsonb)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into private.outbox (name, data) values (emit_event.event_name, emit_event.event_data) returning id;
$$;
comment on function private.emit_event(text, jsonb) is
  'Writes one event in the caller''s transaction and returns its id. Definer: callers have no rights on the '
  'outbox.';
grant execute on function private.emit_event(text, jsonb) to service_role;

create function private.poke_relay()
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
comment on function private.poke_relay() is
  'Asks the relay edge function, after commit, to look at the outbox; false when the vault has no '
  'functions_url or secret_key. A lost poke costs nothing but time: the sweep asks again.';

create function private.on_outbox_insert_poke_relay()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Transaction-local, so that a thousand events of one transaction cost one request.
  if coalesce(current_setting('dealscale.relay_poked', true), '') = '' then
    perform private.poke_relay();
    perform set_config('dealscale.relay_poked', 'yes', true);
  end if;
  return null;
exception when others then
  raise warning 'The relay could not be asked: %', sqlerrm;
  return null;
end;
$$;
comment on function private.on_outbox_insert_poke_relay() is
  'Pokes the relay at most once per transaction. A poke that fails is a warning: the command it belongs to '
  'is worth more, and the sweep asks again.';

create trigger on_outbox_insert_poke_relay
  after insert on private.outbox
  for each statement execute function private.on_outbox_insert_poke_relay();

create function private.sweep_outbox()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from private.outbox
    where outbox.sent_at is null and (outbox.claimed_until is null or outbox.claimed_until < now())
  ) then
    return false;
  end if;
  if not private.poke_relay() then
    raise exception using
      message = 'Events wait in the outbox, but the relay is not configured.',
      hint = 'Create the vault secrets functions_url and secret_key.';
  end if;
  return true;
end;
$$;
comment on function private.sweep_outbox() is
  'Pokes the relay when events wait that nobody is sending: the net under lost pokes. Fails loudly when it '
  'cannot poke.';

create function public.claim_outbox_events(max_events int)
returns table (id uuid, name text, data jsonb, created_at timestamptz)
language sql
volatile
security definer
set search_path = ''
as $$
  with fresh as (
    select outbox.id
    from private.outbox
    where outbox.sent_at is null and outbox.attempts < 3
      and (outbox.claimed_until is null or outbox.claimed_until < now())
    order by outbox.seq
    limit least(greatest(claim_outbox_events.max_events, 1), 1000)
    for update skip locked
  ),
  least_tried as (
    select min(outbox.attempts) as attempts
    from private.outbox
    where outbox.sent_at is null and outbox.attempts >= 3 and outbox.claimed_until < now()
      and not exists (select from fresh)
  ),
  doubtful as (
    select outbox.id
    from private.outbox
    where outbox.sent_at is null and outbox.claimed_until < now()
      and outbox.attempts = (select least_tried.attempts from least_tried)
    order by outbox.seq
    limit (
      select greatest(least(claim_outbox_events.max_events, 1000) >> least(least_tried.attempts - 2, 20), 1)
      from least_tried)
    for update skip locked
  ),
  claimable as (
    select fresh.id from fresh union all select doubtful.id from doubtful
  ),
  claimed as (
    update private.outbox
    set claimed_until = now() + interval '30 seconds', attempts = outbox.attempts + 1
    from claimable
    where outbox.id = claimable.id
    returning outbox.id, outbox.name, outbox.data, outbox.created_at, outbox.seq
  )
  select claimed.id, claimed.name, claimed.data, claimed.created_at from claimed order by claimed.seq;
$$;
comment on function public.claim_outbox_events(int) is
  'Takes up to max_events unsent events (1 to 1000), oldest first, for 30 seconds; two relays never hold '
  'the same one, and a relay that dies loses only its claim. What failed three times comes after all others '
  'and in ever smaller portions, so that an event nobody accepts ends up alone.';
grant execute on function public.claim_outbox_events(int) to service_role;

create function public.mark_outbox_events_sent(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with sent as (
    update private.outbox set sent_at = now(), claimed_until = null
    where outbox.id = any (mark_outbox_events_sent.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from sent;
$$;
comment on function public.mark_outbox_events_sent(uuid[]) is
  'Marks events as sent and returns how many were not before.';
grant execute on function public.mark_outbox_events_sent(uuid[]) to service_role;

create function public.release_outbox_events(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with released as (
    update private.outbox
    set claimed_until = now() + make_interval(secs => least(power(2, least(outbox.attempts, 5)), 30))
    where outbox.id = any (release_outbox_events.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from released;
$$;
comment on function public.release_outbox_events(uuid[]) is
  'Gives events back that could not be sent; they wait 2, 4, 8, 16, then 30 seconds before the next '
  'attempt, so that an outage of the receiver delays them by little more than it lasted.';
grant execute on function public.release_outbox_events(uuid[]) to service_role;
