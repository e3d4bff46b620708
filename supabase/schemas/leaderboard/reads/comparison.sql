create function leaderboard.find_lead_start(board public.boards, period leaderboard.board_periods, leader uuid,
  other uuid)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- Both histories merged: after each entry, is the leader ahead in points? The lead began with the first
  -- entry after the last one at which they were not. Nothing that counts in a period occurred before it,
  -- except routed events.
  with events as (
    select own.occurred_at, own.id, own.player_id, own.points, own.metric, own.transaction_id
    from public.score_events as own
    where own.player_id in (leader, other)
      and own.occurred_at >= coalesce(period.starts_at, '-infinity')
      and own.counts_at >= coalesce(period.starts_at, '-infinity')
      and own.counts_at < coalesce(period.ends_at, 'infinity')
    union all
    select late.occurred_at, late.id, late.player_id, late.points, late.metric, late.transaction_id
    from leaderboard.late_routes as routes
    -- Event by event, because few are routed, while players may have many events.
    cross join lateral (
      select found.* from public.score_events as found where found.id = routes.event_id offset 0
    ) as late
    where routes.period_id = period.id and late.player_id in (leader, other)
      and late.counts_at < period.starts_at
  ),
  entries as (
    select events.occurred_at, events.id,
      sum(case when events.player_id = leader then events.points else -events.points end)
        over (order by events.occurred_at, events.id) as difference
    from events
    where (board.metrics is null or events.metric = any (board.metrics))
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
  ),
  last_behind as (
    select entries.occurred_at, entries.id from entries
    where entries.difference <= 0
    order by entries.occurred_at desc, entries.id desc
    limit 1
  )
  select min(entries.occurred_at)
  from entries
  left join last_behind on true
  where last_behind.id is null or (entries.occurred_at, entries.id) > (last_behind.occurred_at,
    last_behind.id);
$$;
comment on function leaderboard.find_lead_start(public.boards, leaderboard.board_periods, uuid, uuid) is
  'Since when the leader has been ahead in points without interruption, by the times at which events occurred; '
  'null for a tie.';

create function leaderboard.compare_on_board(board public.boards, first_id uuid, second_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.current_period(board.id);
  first_place leaderboard.placed_standing := leaderboard.place_player(board, period, first_id);
  second_place leaderboard.placed_standing := leaderboard.place_player(board, period, second_id);
  leader uuid := case
    when first_place.player_id is null then second_place.player_id
    when second_place.player_id is null or first_place.place < second_place.place then first_place.player_id
    else second_place.player_id
  end;
begin
  return jsonb_build_object(
    'board', board.slug, 'name', board.name,
    'positions', jsonb_build_array(first_place.place, second_place.place),
    'ranks', jsonb_build_array(leaderboard.render_rank(period.id, first_place), leaderboard.render_rank(period.id, second_place)),
    'scores', jsonb_build_array(first_place.score, second_place.score),
    'leader_player_id', leader,
    'lead_points', abs(coalesce(first_place.score, 0) - coalesce(second_place.score, 0)),
    'leads_since', coalesce(
      -- A player who is not on the board is behind with no points, whatever was done before.
      leaderboard.find_lead_start(board, period, leader,
        case when leader = first_id then second_place.player_id else first_place.player_id end),
      -- Equal points: ahead since the other one caught up and stayed behind.
      greatest(first_place.reached_at, second_place.reached_at)));
end;
$$;
comment on function leaderboard.compare_on_board(public.boards, uuid, uuid) is
  'Which of two players leads on the current period of a board, by how much and since when.';

create function public.compare_players(board text, player_ids uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(compare_players.board);
  period leaderboard.board_periods := leaderboard.current_period(found_board.id);
  compared jsonb;
begin
  if cardinality(player_ids) is distinct from 2 or player_ids[1] = player_ids[2]
    or not (leaderboard.can_see_standing(player_ids[1]) and leaderboard.can_see_standing(player_ids[2]))
  then
    perform platform.refuse(404, 'not_comparable', 'These two players cannot be compared.',
      'Choose two different players who show their identity.');
  end if;
  select jsonb_agg(leaderboard.compare_on_board(boards, player_ids[1], player_ids[2]) order by boards.id)
  into compared
  from public.boards where boards.is_active;
  return jsonb_build_object(
    'players', (
      select jsonb_agg(jsonb_build_object(
        'player_id', profiles.id, 'username', profiles.username, 'display_name', profiles.display_name,
        'avatar_url', profiles.avatar_url,
        'standing', leaderboard.render_standing(found_board, period, profiles.id)) order by asked.place)
      from unnest(player_ids) with ordinality as asked (player_id, place)
      join public.profiles on profiles.id = asked.player_id),
    'comparison', (
      select here.value from jsonb_array_elements(compared) as here
      where here.value ->> 'board' = found_board.slug),
    'boards', compared,
    'metrics', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'metric', totals.metric, 'points', jsonb_build_array(totals.first_points, totals.second_points),
        'units', jsonb_build_array(totals.first_units, totals.second_units)) order by totals.metric), '[]')
      from (
        select events.metric,
          coalesce(sum(events.points) filter (where events.player_id = player_ids[1]), 0) as first_points,
          coalesce(sum(events.points) filter (where events.player_id = player_ids[2]), 0) as second_points,
          coalesce(sum(events.units) filter (where events.player_id = player_ids[1]), 0) as first_units,
          coalesce(sum(events.units) filter (where events.player_id = player_ids[2]), 0) as second_units
        from public.score_events as events
        where events.player_id = any (player_ids)
        group by events.metric
      ) as totals));
end;
$$;
comment on function public.compare_players(text, uuid[]) is
  'Two players side by side: {players, comparison, boards, metrics}: standings on this board, who leads on each '
  'board, by how much and since when, and points by metric. Definer: the tables are closed; both must be visible '
  'to the caller.';
grant execute on function public.compare_players(text, uuid[]) to anon, authenticated, service_role;
