-- The one way in for score events.
-- Locks, always in this order: intake (advisory, shared; the close of a period takes it alone), voided
-- events by id,
-- capped days by key, events by external id. Two senders of the same batch wait for each other and never
-- deadlock.

create function private.cap_points(judged private.judged_event[])
returns private.judged_event[]
language sql
volatile
set search_path = ''
as $$
  -- In order of arrival each event gets what it adds to the capped running total of its day.
  select array_agg(row(
    entry.ordinal, entry.external_id, entry.player_id, entry.metric, entry.units,
    case when entry.is_capped then
      least(entry.daily_cap_points, coalesce(days.points, 0) + entry.running)
      - least(entry.daily_cap_points, coalesce(days.points, 0) + entry.running - entry.points)
    else entry.points end,
    entry.rule_id, entry.daily_cap_points, entry.cap_day, entry.occurred_at, entry.counts_at, entry.voids_id,
    entry.reason, entry.event_id, entry.first_ordinal, entry.is_late)::private.judged_event
      order by entry.ordinal)
  from (
    select given.*, given.daily_cap_points is not null and given.reason is null as is_capped,
      sum(given.points) filter (where given.reason is null and given.event_id is null
        and given.first_ordinal is null
        and given.daily_cap_points is not null)
        over (partition by given.player_id, given.metric, given.cap_day order by given.ordinal)::bigint
          as running
    from unnest(judged) as given
  ) as entry
  left join private.capped_days as days
    on days.player_id = entry.player_id and days.metric = entry.metric and days.day = entry.cap_day;
$$;
comment on function private.cap_points(private.judged_event[]) is
  'The same batch with points cut to what the daily caps still allow.';

create function private.lock_capped_days(judged private.judged_event[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.capped_days (player_id, metric, day, points)
  select distinct entry.player_id, entry.metric, entry.cap_day, 0
  from unnest(judged) as entry
  where entry.cap_day is not null and entry.reason is null and entry.event_id is null
  order by 1, 2, 3
  on conflict do nothing;
  perform from private.capped_days as days
  where (days.player_id, days.metric, days.day) in (
    select entry.player_id, entry.metric, entry.cap_day
    from unnest(judged) as entry
    where entry.cap_day is not null and entry.reason is null and entry.event_id is null)
  order by days.player_id, days.metric, days.day
  for update;
end;
$$;
comment on function private.lock_capped_days(private.judged_event[]) is
  'Holds the days the batch counts toward, in key order, until the transaction ends.';

create function private.find_late_periods(event public.score_events)
returns setof bigint
language sql
stable
set search_path = ''
as $$
  select open_period.id
  from public.boards
  join private.board_periods as own_period on own_period.board_id = boards.id and own_period.state <> 'open'
    and own_period.starts_at <= event.counts_at and own_period.ends_at > event.counts_at
  cross join lateral private.current_period(boards.id) as open_period
  where event.voids_id is null and boards.is_active and boards.late_policy = 'next_period'
    and (boards.metrics is null or event.metric = any (boards.metrics))
    and open_period.state = 'open'
  union
  select routes.period_id
  from private.late_routes as routes
  join private.board_periods as routed_period on routed_period.id = routes.period_id
    and routed_period.state = 'open'
  where routes.event_id = event.voids_id;
$$;
comment on function private.find_late_periods(public.score_events) is
  'Where an event counts besides its own time: the running period of each board that had closed over it, '
  'or for a void wherever the voided event was sent.';

create function private.write_score_events(source text, judged private.judged_event[])
returns void
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  insert into public.score_events
    (source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at, voids_id)
  select write_score_events.source, entry.external_id, entry.player_id, entry.metric, entry.units,
    entry.points,
    entry.rule_id, entry.occurred_at, entry.counts_at, entry.voids_id
  from unnest(judged) as entry
  where entry.reason is null and entry.event_id is null and entry.first_ordinal is null
  order by entry.external_id
  on conflict do nothing;
  if exists (select from unnest(judged) as entry where entry.reason is null and (entry.is_late
    or entry.voids_id is not null)) then
    insert into private.late_routes (event_id, period_id)
    select written.id, route.period_id
    from unnest(judged) as entry
    join public.score_events as written
      on written.source = write_score_events.source and written.external_id = entry.external_id
        and (written.transaction_id = pg_current_xact_id()) is true
    cross join lateral private.find_late_periods(written) as route (period_id)
    where entry.reason is null and entry.event_id is null and entry.first_ordinal is null
    on conflict do nothing;
  end if;
  if exists (select from unnest(judged) as entry where entry.reason is null
    and entry.cap_day is not null) then
    update private.capped_days as days
    set points = days.points + counted.points
    from (
      select entry.player_id, entry.metric, entry.cap_day, sum(written.points) as points
      from unnest(judged) as entry
      join public.score_events as written
        on written.source = write_score_events.source and written.external_id = entry.external_id
          and (written.transaction_id = pg_current_xact_id()) is true
      where entry.cap_day is not null and entry.reason is null and entry.event_id is null
        and entry.first_ordinal is null
      group by 1, 2, 3
    ) as counted
    where days.player_id = counted.player_id and days.metric = counted.metric and days.day = counted.cap_day
      and counted.points <> 0;
  end if;
end;
$$;
comment on function private.write_score_events(text, private.judged_event[]) is
  'Records what was judged good. What another sender recorded a moment earlier stays as it is there. '
  'Driven by index from the batch whatever the statistics say: a batch of 10,000 on an empty table must '
  'not compare all with all.';

create function private.answer_score_events(
  source text, judged private.judged_event[], is_batch_refused boolean)
returns jsonb
language sql
volatile
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with outcome as (
    select entry.ordinal, entry.external_id, recorded.id as event_id, recorded.points,
      case
        when entry.reason is not null then 'refused'
        when is_batch_refused and entry.event_id is null then 'refused'
        when entry.event_id is not null or entry.first_ordinal is not null
          or recorded.transaction_id <> pg_current_xact_id() then 'duplicate'
        else 'accepted'
      end as status,
      case
        when entry.reason is not null then entry.reason
        when is_batch_refused and entry.event_id is null then 'batch_refused'
      end as reason
    from unnest(judged) as entry
    left join public.score_events as recorded
      on entry.reason is null and recorded.source = answer_score_events.source
        and recorded.external_id = entry.external_id
  )
  select jsonb_build_object(
    'accepted', count(*) filter (where outcome.status = 'accepted'),
    'duplicates', count(*) filter (where outcome.status = 'duplicate'),
    'refused', count(*) filter (where outcome.status = 'refused'),
    'results', coalesce(jsonb_agg(
      case when outcome.status = 'refused' then jsonb_build_object(
        'external_id', outcome.external_id, 'status', outcome.status, 'reason', outcome.reason,
        'message', private.explain_refusal(outcome.reason))
      else jsonb_build_object(
        'external_id', outcome.external_id, 'status', outcome.status, 'event_id', outcome.event_id,
        'points', outcome.points)
      end order by outcome.ordinal), '[]'))
  from outcome;
$$;
comment on function private.answer_score_events(text, private.judged_event[], boolean) is
  'What became of each element of a batch, in order, with the counts.';

create function public.record_score_events(source text, events jsonb,
  refuse_all_on_error boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  incoming private.incoming_event[];
  judged private.judged_event[];
  answer jsonb;
begin
  if record_score_events.source is null or char_length(record_score_events.source) not between 1 and 64 then
    perform private.refuse(400, 'invalid_source', 'A source is named with 1 to 64 characters.',
      'Name the sending system.');
  end if;
  if jsonb_typeof(events) is distinct from 'array' then
    perform private.refuse(400, 'malformed', 'Events are sent as a JSON array.', 'Wrap the event in [ ].');
  end if;
  if jsonb_array_length(events) > 10000 then
    perform private.refuse(400, 'batch_too_large', 'A batch holds at most 10,000 events.',
      'Send several batches.');
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    perform private.refuse(400, 'isolation', 'Events are recorded in READ COMMITTED transactions only.',
      'Use the default level.');
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('leaderboard/intake', 0));
  incoming := coalesce(private.parse_score_events(events), '{}');
  -- Who voids the same event at the same time waits here, and then sees that it is void.
  perform from public.score_events as voided
  where voided.source = record_score_events.source
    and voided.external_id in (select given.voids from unnest(incoming) as given
      where given.voids is not null)
  order by voided.id
  for no key update;
  judged := coalesce(private.judge_score_events(record_score_events.source, incoming), '{}');
  if refuse_all_on_error and exists (select from unnest(judged) as entry where entry.reason is not null) then
    return private.answer_score_events(record_score_events.source, judged, true);
  end if;
  if exists (select from unnest(judged) as entry where entry.cap_day is not null
    and entry.reason is null) then
    perform private.lock_capped_days(judged);
    -- Judged again: the same events may have been recorded while waiting, and must not use up the cap twice.
    judged := private.cap_points(private.judge_score_events(record_score_events.source, incoming));
  end if;
  perform private.write_score_events(record_score_events.source, judged);
  return private.answer_score_events(record_score_events.source, judged, false);
end;
$$;
comment on function public.record_score_events(text, jsonb, boolean) is
  'Records up to 10,000 events {external_id, player_id, metric, units, occurred_at} or voids {external_id, '
  'voids}. Each id counts once per source, whoever sends it how often. Answers {accepted, duplicates, '
  'refused, results}, one result per element in order; with refuse_all_on_error one bad event keeps all '
  'out. Definer: the tables are closed.';
grant execute on function public.record_score_events(text, jsonb, boolean) to service_role;
