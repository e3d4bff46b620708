create table leaderboard.capped_days (
  player_id uuid not null references public.profiles (id),
  metric text not null,
  day date not null,
  points bigint not null check (points >= 0),
  primary key (player_id, metric, day)
) with (fillfactor = 80);
comment on table leaderboard.capped_days is
  'Points a player already has on one day for a capped metric. Only intake writes it, with rows locked in key '
  'order; deleted when events of that day are too old to be accepted.';
create index capped_days_day_idx on leaderboard.capped_days (day);

alter table leaderboard.capped_days enable row level security;

create function leaderboard.hold_capped_days(judged leaderboard.judged_event[], voided_ids bigint[])
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_any_held boolean;
begin
  insert into leaderboard.capped_days (player_id, metric, day, points)
  select distinct entry.player_id, entry.metric, entry.cap_day, 0
  from unnest(judged) as entry
  where entry.cap_day is not null and entry.status = 'accepted'
  order by 1, 2, 3
  on conflict do nothing;
  perform from leaderboard.capped_days as days
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
comment on function leaderboard.hold_capped_days(leaderboard.judged_event[], bigint[]) is
  'Locks the days that a batch''s events count towards, and those that its voids give back to, in key order until '
  'the transaction ends; returns whether there are any.';

create function leaderboard.fill_cap(used bigint, points bigint, daily_cap_points bigint, used_before bigint)
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
comment on function leaderboard.fill_cap(bigint, bigint, bigint, bigint) is
  'How much of a day is used after an event under its own rule''s cap; used_before is the amount at the start.';

create aggregate leaderboard.filled_cap(points bigint, daily_cap_points bigint, used_before bigint) (
  sfunc = leaderboard.fill_cap, stype = bigint);
comment on aggregate leaderboard.filled_cap(bigint, bigint, bigint) is
  'How much of a day is used after each event in order, whatever the cap of each event''s rule.';

create function leaderboard.cap_points(judged leaderboard.judged_event[])
returns leaderboard.judged_event[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- In order of arrival, each event gets what it adds to the day's total.
  return (
    select array_agg(row(
      entry.ordinal, entry.external_id, entry.player_id, entry.metric, entry.units,
      coalesce(entry.filled - entry.filled_before, entry.points),
      entry.rule_id, entry.daily_cap_points, entry.cap_day, entry.occurred_at, entry.counts_at,
      entry.voids_id, entry.status, entry.reason, entry.is_late)::leaderboard.judged_event)
    from (
      select filling.*,
        coalesce(max(filling.filled) over (partition by filling.player_id, filling.metric, filling.cap_day
          order by filling.ordinal rows between unbounded preceding and 1 preceding), filling.used_before)
          as filled_before
      from (
        select given.*, coalesce(days.points, 0) as used_before,
          case when given.status = 'accepted' and given.daily_cap_points is not null then
            leaderboard.filled_cap(given.points, given.daily_cap_points, coalesce(days.points, 0))
              filter (where given.status = 'accepted' and given.daily_cap_points is not null)
              over (partition by given.player_id, given.metric, given.cap_day order by given.ordinal)
          end as filled
        from unnest(judged) as given
        left join leaderboard.capped_days as days
          on days.player_id = given.player_id and days.metric = given.metric and days.day = given.cap_day
      ) as filling
    ) as entry);
end;
$$;
comment on function leaderboard.cap_points(leaderboard.judged_event[]) is
  'The same batch with points limited to the remaining daily caps.';

create function leaderboard.forget_capped_days()
returns int
language sql
volatile
set search_path = ''
as $$
  with forgotten as (
    delete from leaderboard.capped_days as days
    where days.day < (now() - (
      select settings.event_age_max from leaderboard.leaderboard_settings as settings))::date - 2
    returning 1
  )
  select count(*)::int from forgotten;
$$;
comment on function leaderboard.forget_capped_days() is
  'Deletes the totals of days for which no event is accepted any more, plus two days, because days begin earlier '
  'elsewhere. Voids of such events give nothing back and need none.';
