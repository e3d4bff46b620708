create function public.claim_outbox_events(max_events int)
returns table (id uuid, name text, data jsonb, created_at timestamptz)
language sql
volatile
security definer
set search_path = ''
as $$
  with fresh as (
    select outbox.id
    from platform.outbox
    where outbox.sent_at is null and outbox.attempts < 3
      and (outbox.claimed_until is null or outbox.claimed_until < now())
    order by outbox.seq
    limit least(greatest(claim_outbox_events.max_events, 1), 1000)
    for update skip locked
  ),
  least_tried as (
    select min(outbox.attempts) as attempts
    from platform.outbox
    where outbox.sent_at is null and outbox.attempts >= 3 and outbox.claimed_until < now()
      and not exists (select from fresh)
  ),
  doubtful as (
    select outbox.id
    from platform.outbox
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
    update platform.outbox
    set claimed_until = now() + interval '30 seconds', attempts = outbox.attempts + 1
    from claimable
    where outbox.id = claimable.id
    returning outbox.id, outbox.name, outbox.data, outbox.created_at, outbox.seq
  )
  select claimed.id, claimed.name, claimed.data, claimed.created_at from claimed order by claimed.seq;
$$;
comment on function public.claim_outbox_events(int) is
  'Claims up to max_events unsent events (1 to 1000), oldest first, for 30 seconds; two relays never hold the '
  'same one, and a relay that dies loses only its claim. Events that failed three times come after all others and '
  'in ever smaller batches, so a poison event ends up alone.';
grant execute on function public.claim_outbox_events(int) to service_role;

create function public.mark_outbox_events_sent(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with sent as (
    update platform.outbox set sent_at = now(), claimed_until = null
    where outbox.id = any (mark_outbox_events_sent.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from sent;
$$;
comment on function public.mark_outbox_events_sent(uuid[]) is
  'Marks events as sent and returns how many were unsent.';
grant execute on function public.mark_outbox_events_sent(uuid[]) to service_role;

create function public.release_outbox_events(ids uuid[])
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with released as (
    update platform.outbox
    set claimed_until = now() + make_interval(secs => least(power(2, least(outbox.attempts, 5)), 30))
    where outbox.id = any (release_outbox_events.ids) and outbox.sent_at is null
    returning 1
  )
  select count(*)::int from released;
$$;
comment on function public.release_outbox_events(uuid[]) is
  'Releases events that could not be sent; they wait 2, 4, 8, 16, then 30 seconds before the next attempt, so an '
  'outage of the receiver delays them by little more than its duration.';
grant execute on function public.release_outbox_events(uuid[]) to service_role;

create function public.get_outbox_backlog()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'unsent_count', count(*),
    'oldest_created_at', min(outbox.created_at),
    'attempts_max', coalesce(max(outbox.attempts), 0))
  from platform.outbox
  where outbox.sent_at is null;
$$;
comment on function public.get_outbox_backlog() is
  'The number of waiting events, the age of the oldest, and the highest number of attempts; for metrics. Definer: '
  'the outbox is closed; only the secret key may call it.';
grant execute on function public.get_outbox_backlog() to service_role;
