-- Holding what a batch of score events competes for, and writing it.

create function private.hold_voided_events(source text, incoming private.incoming_event[])
returns bigint[]
language sql
volatile
set search_path = ''
as $$
  select array(
    select voided.id
    from public.score_events as voided
    where voided.source = hold_voided_events.source
      and voided.external_id in (
        select given.voids from unnest(incoming) as given where given.voids is not null)
    order by voided.id
    for no key update);
$$;
comment on function private.hold_voided_events(text, private.incoming_event[]) is
  'Locks what the batch voids and returns the ids. Who voids the same event at the same time waits here, and '
  'then sees that it is void.';

create function private.hold_capped_days(judged private.judged_event[], voided_ids bigint[])
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_any_held boolean;
begin
  insert into private.capped_days (player_id, metric, day, points)
  select distinct entry.player_id, entry.metric, entry.cap_day, 0
  from unnest(judged) as entry
  where entry.cap_day is not null and entry.status = 'accepted'
  order by 1, 2, 3
  on conflict do nothing;
  perform from private.capped_days as days
  where (days.player_id, days.metric, days.day) in (
    select entry.player_id, entry.metric, entry.cap_day
    from unnest(judged) as entry
    where entry.cap_day is not null and entry.status = 'accepted'
    union
    select voided.player_id, voided.metric, (voided.occurred_at at time zone rules.time_zone)::date
    from public.score_events as voided
    join public.score_rules as rules on rules.id = voided.rule_id and rules.daily_cap_points is not null
    where voided.id = any (voided_ids))
  order by days.player_id, days.metric, days.day
  for update;
  return found;
end;
$$;
comment on function private.hold_capped_days(private.judged_event[], bigint[]) is
  'Holds the days that the events of a batch count toward, and those that its voids give back to, in key '
  'order until the transaction ends; whether there are any.';

create function private.fill_cap(used bigint, points bigint, daily_cap_points bigint, used_before bigint)
returns bigint
language plpgsql
immutable
set search_path = ''
as $$
begin
  used := coalesce(used, used_before);
  return used + least(points, greatest(daily_cap_points - used, 0));
end;
$$;
comment on function private.fill_cap(bigint, bigint, bigint, bigint) is
  'What of a day is used after an event under the cap of its own rule; used_before is where the day began.';

create aggregate private.filled_cap(points bigint, daily_cap_points bigint, used_before bigint) (
  sfunc = private.fill_cap, stype = bigint);
comment on aggregate private.filled_cap(bigint, bigint, bigint) is
  'What of a day is used after each event in order, whatever cap the rule of each has.';

create function private.cap_points(judged private.judged_event[])
returns private.judged_event[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- In order of arrival each event gets what it adds to what is used of its day.
  return (
    select array_agg(row(
      entry.ordinal, entry.external_id, entry.player_id, entry.metric, entry.units,
      coalesce(entry.filled - entry.filled_before, entry.points),
      entry.rule_id, entry.daily_cap_points, entry.cap_day, entry.occurred_at, entry.counts_at,
      entry.voids_id, entry.status, entry.reason, entry.is_late)::private.judged_event)
    from (
      select filling.*,
        coalesce(max(filling.filled) over (partition by filling.player_id, filling.metric, filling.cap_day
          order by filling.ordinal rows between unbounded preceding and 1 preceding), filling.used_before)
          as filled_before
      from (
        select given.*, coalesce(days.points, 0) as used_before,
          case when given.status = 'accepted' and given.daily_cap_points is not null then
            private.filled_cap(given.points, given.daily_cap_points, coalesce(days.points, 0))
              filter (where given.status = 'accepted' and given.daily_cap_points is not null)
              over (partition by given.player_id, given.metric, given.cap_day order by given.ordinal)
          end as filled
        from unnest(judged) as given
        left join private.capped_days as days
          on days.player_id = given.player_id and days.metric = given.metric and days.day = given.cap_day
      ) as filling
    ) as entry);
end;
$$;
comment on function private.cap_points(private.judged_event[]) is
  'The same batch with points cut to what the daily caps still allow.';

create function private.write_score_events(source text, judged private.judged_event[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Ids grow in the order of arrival, in which the caps were filled; a number is spent on what is refused, too.
  ids bigint[] := array(
    select nextval('public.score_events_id_seq')
    from generate_series(1, (
      select max(entry.ordinal) from unnest(judged) as entry where entry.status = 'accepted')));
begin
  insert into public.score_events
    (id, source, external_id, player_id, metric, units, points, rule_id, occurred_at, counts_at, voids_id)
  overriding system value
  select ids[entry.ordinal], write_score_events.source, entry.external_id, entry.player_id, entry.metric,
    entry.units, entry.points, entry.rule_id, entry.occurred_at, entry.counts_at, entry.voids_id
  from unnest(judged) as entry
  where entry.status = 'accepted'
  -- Another order than that of the ids: locks are taken by external id.
  order by entry.external_id;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and (entry.is_late or entry.voids_id is not null)) then
    insert into private.late_routes (event_id, period_id)
    select written.id, route.period_id
    from unnest(judged) as entry
    cross join lateral (
      select events.id from public.score_events as events
      where events.source = write_score_events.source and events.external_id = entry.external_id limit 1
    ) as written
    cross join lateral (
      select late.period_id from private.find_late_periods(entry.metric, entry.counts_at) as late
      where entry.is_late
      union all
      -- A void counts wherever the voided event was sent, unless that is over too.
      select routes.period_id from private.late_routes as routes
      join private.board_periods as periods on periods.id = routes.period_id and periods.state = 'open'
      where routes.event_id = entry.voids_id
    ) as route
    where entry.status = 'accepted';
  end if;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and entry.cap_day is not null) then
    update private.capped_days as days
    set points = days.points + counted.points
    from (
      select entry.player_id, entry.metric, entry.cap_day, sum(entry.points) as points
      from unnest(judged) as entry
      where entry.status = 'accepted' and entry.cap_day is not null
      group by 1, 2, 3
    ) as counted
    where days.player_id = counted.player_id and days.metric = counted.metric and days.day = counted.cap_day
      and counted.points <> 0;
  end if;
end;
$$;
comment on function private.write_score_events(text, private.judged_event[]) is
  'Records what was judged good, with ids in order of arrival, sends late events on, and counts toward the caps. '
  'Raises when somebody else recorded one of the ids since it was judged.';

create function private.forget_capped_days()
returns int
language sql
volatile
set search_path = ''
as $$
  with forgotten as (
    delete from private.capped_days as days
    where days.day < (now() - (
      select settings.event_age_max from private.leaderboard_settings as settings))::date - 2
    returning 1
  )
  select count(*)::int from forgotten;
$$;
comment on function private.forget_capped_days() is
  'Drops the counts of days for which no event is taken any more; two days more are kept, since a day begins '
  'elsewhere earlier. Voids of such events give nothing back and need none.';
select cron.schedule('forget-capped-days', '41 3 * * *', 'select private.forget_capped_days()');
