-- Locks and writes of a batch of score events.

create function leaderboard.hold_voided_events(source text, incoming leaderboard.incoming_event[])
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
comment on function leaderboard.hold_voided_events(text, leaderboard.incoming_event[]) is
  'Locks the events that the batch voids and returns their ids. A concurrent void of the same event waits here, '
  'and then sees that it is void.';

create function leaderboard.write_score_events(source text, judged leaderboard.judged_event[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Ids follow the order of arrival, in which the caps were filled; refused events use up numbers too.
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
  -- Not in id order, because locks are taken by external id.
  order by entry.external_id;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and (entry.is_late or entry.voids_id is not null)) then
    insert into leaderboard.late_routes (event_id, period_id)
    select written.id, route.period_id
    from unnest(judged) as entry
    cross join lateral (
      select events.id from public.score_events as events
      where events.source = write_score_events.source and events.external_id = entry.external_id limit 1
    ) as written
    cross join lateral (
      select late.period_id from leaderboard.find_late_periods(entry.metric, entry.counts_at) as late
      where entry.is_late
      union all
      -- A void counts wherever the voided event was routed, unless that is closed too.
      select routes.period_id from leaderboard.late_routes as routes
      join leaderboard.board_periods as periods on periods.id = routes.period_id and periods.state = 'open'
      where routes.event_id = entry.voids_id
    ) as route
    where entry.status = 'accepted';
  end if;
  if exists (select from unnest(judged) as entry where entry.status = 'accepted'
    and entry.cap_day is not null) then
    update leaderboard.capped_days as days
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
comment on function leaderboard.write_score_events(text, leaderboard.judged_event[]) is
  'Records the accepted elements, with ids in order of arrival, routes late events, and counts towards the caps. '
  'Raises if someone else recorded one of the ids since it was judged.';
