create function leaderboard.replay_day(ids bigint[], worth bigint[], voids_ids bigint[], daily_cap_points bigint)
returns bigint[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  given bigint[] := '{}';
  used bigint := 0;
  points bigint;
begin
  for i in 1..cardinality(ids) loop
    points := case
      when voids_ids[i] is not null then -given[array_position(ids, voids_ids[i])]
      when daily_cap_points is null then worth[i]
      else least(worth[i], greatest(daily_cap_points - used, 0))
    end;
    given := given || points;
    used := used + points;
  end loop;
  return given;
end;
$$;
comment on function leaderboard.replay_day(bigint[], bigint[], bigint[], bigint) is
  'The points of each event of one player, metric and day under a cap, in order of arrival, as at intake: a void '
  'takes back what its event got and makes room again.';

create function leaderboard.simulate_totals(period leaderboard.board_periods, metrics text[], rule public.score_rules)
returns table (player_id uuid, score bigint, reached_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with late as materialized (
    select events.id, events.player_id, events.metric, (events.counts_at at time zone rule.time_zone)::date as day
    from leaderboard.late_routes as routes
    join public.score_events as events on events.id = routes.event_id
    where routes.period_id = period.id
  ),
  seen as (
    select events.id, events.player_id, events.units, events.points, events.occurred_at, events.voids_id,
      case when events.metric = rule.metric then (events.counts_at at time zone rule.time_zone)::date end as day,
      (events.counts_at >= coalesce(period.starts_at, '-infinity')
        and events.counts_at < coalesce(period.ends_at, 'infinity'))
        or events.id in (select late.id from late) as is_counted
    from public.score_events as events
    where (metrics is null or events.metric = any (metrics))
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
      -- An event worth more than the maximum would have been refused (judge_score_events).
      and not (events.metric = rule.metric and abs(round(events.units * rule.points_per_unit)) > 1000000000)
      -- A day of the rule may begin before the period and end after it. No day is longer than 26 hours.
      and ((events.counts_at >= coalesce(period.starts_at - interval '26 hours', '-infinity')
          and events.counts_at < coalesce(period.ends_at + interval '26 hours', 'infinity'))
        or events.id in (select late.id from late)
        or (events.metric = rule.metric and (events.player_id, (events.counts_at at time zone rule.time_zone)::date)
          in (select late.player_id, late.day from late where late.metric = rule.metric)))
  ),
  days as (
    select array_agg(seen.id order by seen.id) as ids,
      array_agg(round(seen.units * rule.points_per_unit)::bigint order by seen.id) as worth,
      array_agg(seen.voids_id order by seen.id) as voids_ids
    from seen
    where seen.day is not null
    group by seen.player_id, seen.day
    having bool_or(seen.is_counted)
  ),
  replayed as (
    select given.id, given.points
    from days
    cross join lateral unnest(days.ids,
      leaderboard.replay_day(days.ids, days.worth, days.voids_ids, rule.daily_cap_points)) as given (id, points)
  ),
  counted as (
    select seen.player_id, coalesce(replayed.points, seen.points) as points, seen.occurred_at,
      seen.voids_id is not null as is_void
    from seen
    left join replayed on replayed.id = seen.id
    where seen.is_counted
  )
  select counted.player_id, sum(counted.points)::bigint,
    coalesce(max(counted.occurred_at) filter (where counted.points <> 0), min(counted.occurred_at))
  from counted
  group by counted.player_id
  having count(*) > 2 * count(*) filter (where counted.is_void);
$$;
comment on function leaderboard.simulate_totals(leaderboard.board_periods, text[], public.score_rules) is
  'Each player''s score on the period if the rule had applied to its metric all along. A day under a cap is '
  'replayed as a whole, even if only part of it counts on the period. An event that the rule makes worth more '
  'than may be recorded does not count.';

-- A simulation marks ties like the board it simulates.
create function public.simulate_score_rule(
  board text, metric text, points_per_unit numeric, daily_cap_points bigint default null,
    time_zone text default 'UTC')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(simulate_score_rule.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
  awards boolean := case when period.state = 'closed' then period.awarded_tiers else found_board.awards_tiers end;
  rule public.score_rules;
  result jsonb;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers simulate rules.', 'Ask a manager.');
  end if;
  perform leaderboard.check_score_rule(simulate_score_rule.metric, simulate_score_rule.points_per_unit,
    simulate_score_rule.daily_cap_points, simulate_score_rule.time_zone);
  if not exists (select from public.score_rules as rules where rules.metric = simulate_score_rule.metric) then
    perform platform.refuse(400, 'unknown_metric', 'This metric has no rule, so none of its events were recorded.',
      'Simulate a metric from the list of score rules.');
  end if;
  rule.metric := simulate_score_rule.metric;
  rule.points_per_unit := simulate_score_rule.points_per_unit;
  rule.daily_cap_points := simulate_score_rule.daily_cap_points;
  rule.time_zone := simulate_score_rule.time_zone;
  with ranked as (
    select totals.player_id, totals.score, totals.reached_at,
      row_number() over (order by totals.score desc, totals.reached_at, totals.player_id) as place,
      rank() over (order by totals.score desc) as rank
    from leaderboard.simulate_totals(period, found_board.metrics, rule) as totals
    join public.profiles on profiles.id = totals.player_id
    left join leaderboard.archived_standings as archived on period.state = 'closed'
      and archived.period_id = period.id and archived.player_id = totals.player_id
    -- Archived players stay there, whatever they chose since.
    where case when period.state = 'closed' then archived.player_id is not null
      else profiles.is_listed end
  ),
  top as (
    select ranked.*, case when awards then leaderboard.tier_of_position(ranked.place) end as tier
    from ranked where ranked.place <= 100
  ),
  rendered as (
    select shown.standing, shown.place
    from (
      select array_agg(row(top.player_id, top.place, top.rank, top.score, top.reached_at,
        top.tier)::leaderboard.placed_standing) as placed
      from top
    ) as all_top
    cross join lateral jsonb_array_elements(
      leaderboard.render_standings(period.id, all_top.placed, null, has_equal_below => exists (
        select from ranked where ranked.place = 101 and ranked.rank <= 100))::jsonb) with ordinality as shown (standing, place)
  ),
  held as (
    select tiers.player_id, tiers.tier from public.player_tiers as tiers
    where tiers.board_id = found_board.id and tiers.period_id = period.id and period.state <> 'closed'
    union all
    select archived.player_id, leaderboard.tier_of_position(archived.position)
    from leaderboard.archived_standings as archived
    where period.state = 'closed' and awards
      and archived.period_id = period.id and archived.position <= 100
  ),
  changed as (
    select player_id, held.tier as tier_before, top.tier as tier_after, coalesce(top.place, 1000) as place
    from top full join held using (player_id)
    where held.tier is distinct from top.tier
  )
  select jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'as_of', period.as_of,
    'standings', (
      select coalesce(jsonb_agg(rendered.standing
        || jsonb_build_object('movement', published.place - top.place) order by top.place), '[]')
      from top
      join rendered on rendered.place = top.place
      cross join lateral leaderboard.place_at(period, top.player_id, period.version) as published),
    'tier_changes', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'player_id', case when face.is_public then changed.player_id
          else leaderboard.pseudonym(period.id, changed.player_id) end,
        'display_name', case when face.is_public then profiles.display_name else 'Anonymous player' end,
        'tier_before', changed.tier_before, 'tier_after', changed.tier_after) order by changed.place), '[]')
      from changed join public.profiles on profiles.id = changed.player_id
      cross join lateral (
        select profiles.visibility = 'public' and profiles.left_at is null as is_public
      ) as face))
  into result;
  return result;
end;
$$;
comment on function public.simulate_score_rule(text, text, numeric, bigint, text) is
  'The first hundred and the tiers if this rule had applied to the current period: {standings, with movement '
  'relative to the published board or archive, tier_changes relative to the official tiers}. Titles follow the '
  'order at once: a title on hold shows as a change. Before the first season of a board is planned it has no '
  'period_id and no players. Changes nothing. Managers only; definer: the tables are closed.';
grant execute on function public.simulate_score_rule(text, text, numeric, bigint, text) to authenticated,
  service_role;
