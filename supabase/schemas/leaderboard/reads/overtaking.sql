-- The parts of an explanation of a move. A move is explained in ranks, as boards show them.

create function leaderboard.list_applied_events(
  board public.boards, period leaderboard.board_periods, player_id uuid, since pg_snapshot, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'event_id', recent.id, 'metric', recent.metric, 'units', recent.units, 'points', recent.points,
    'occurred_at', recent.occurred_at, 'is_void', recent.voids_id is not null)
      order by recent.occurred_at desc, recent.id desc), '[]')
  from (
    select events.* from public.score_events as events
    where events.player_id = list_applied_events.player_id
      and (board.metrics is null or events.metric = any (board.metrics))
      and (period.starts_at is null or events.counts_at >= period.starts_at
        or exists (select from leaderboard.late_routes as routes where routes.event_id = events.id
          and routes.period_id = period.id))
      and (period.ends_at is null or events.counts_at < period.ends_at)
      and not pg_visible_in_snapshot(events.transaction_id, since)
      and pg_visible_in_snapshot(events.transaction_id, period.applied_snapshot)
    order by events.occurred_at desc, events.id desc
    limit max_rows
  ) as recent;
$$;
comment on function leaderboard.list_applied_events(public.boards, leaderboard.board_periods, uuid, pg_snapshot,
  int) is
  'The player''s latest events that are in the published version but not in the earlier one: exactly what was '
  'applied in between.';

create function leaderboard.score_at(period_id bigint, player_id uuid, at_version bigint)
returns bigint
language sql
stable
set search_path = ''
as $$
  select standings.score from leaderboard.standings
  where standings.period_id = score_at.period_id and standings.player_id = score_at.player_id
    and standings.since_version <= at_version
  union all
  (select history.score from leaderboard.standing_history as history
  where history.period_id = score_at.period_id and history.player_id = score_at.player_id
    and history.since_version <= at_version and history.until_version > at_version
  limit 1)
  limit 1;
$$;
comment on function leaderboard.score_at(bigint, uuid, bigint) is
  'A player''s score at a kept version; null if there is none.';

create function leaderboard.describe_passing(period leaderboard.board_periods, at_version bigint, player_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'display_name', case when profiles.visibility = 'public' and profiles.left_at is null then profiles.display_name
      else 'Anonymous player' end,
    'username', case when profiles.visibility = 'public' and profiles.left_at is null then profiles.username end,
    'position_before', leaderboard.position_at(period.id, passing.player_id, at_version),
    'position', leaderboard.count_ahead(period.id, standings.order_key) + 1,
    'score', standings.score,
    'points', standings.score - coalesce(leaderboard.score_at(period.id, passing.player_id, at_version), 0)
  ) order by passing.place), '[]')
  from unnest(player_ids) with ordinality as passing (player_id, place)
  join public.profiles on profiles.id = passing.player_id
  join leaderboard.standings on standings.period_id = period.id and standings.player_id = passing.player_id;
$$;
comment on function leaderboard.describe_passing(leaderboard.board_periods, bigint, uuid[]) is
  'Players who overtook or were overtaken, with their position before and now, and their points in between.';

create function leaderboard.list_overtakers(
  period leaderboard.board_periods, at_version bigint, own_key bytea, former_key bytea, reach int, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with near as (
    select standings.player_id, standings.order_key
    from leaderboard.standings
    where standings.period_id = period.id and standings.order_key < own_key
    order by standings.order_key desc
    limit reach
  ),
  passing as (
    select near.player_id, near.order_key
    from near
    cross join lateral (select leaderboard.key_at(period.id, near.player_id, at_version) as order_key) as former
    where former_key is not null and (former.order_key is null or former.order_key > former_key)
  )
  select jsonb_build_object(
    'count', (select count(*) from passing),
    'is_complete', (select count(*) from near) < reach,
    'players', leaderboard.describe_passing(period, at_version, array(
      select passing.player_id from passing order by passing.order_key desc limit max_rows)));
$$;
comment on function leaderboard.list_overtakers(leaderboard.board_periods, bigint, bytea, bytea, int, int) is
  'Players who are ahead now and were behind, or absent, at the earlier version; nearest first.';

create function leaderboard.list_overtaken(
  period leaderboard.board_periods, at_version bigint, own_key bytea, former_key bytea, reach int, max_rows int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with near as (
    select standings.player_id, standings.order_key
    from leaderboard.standings
    where standings.period_id = period.id and standings.order_key > own_key
    order by standings.order_key
    limit reach
  ),
  passing as (
    select near.player_id, near.order_key
    from near
    cross join lateral (select leaderboard.key_at(period.id, near.player_id, at_version) as order_key) as former
    where former.order_key is not null and (former_key is null or former.order_key < former_key)
  )
  select jsonb_build_object(
    'count', (select count(*) from passing),
    'is_complete', (select count(*) from near) < reach,
    'players', leaderboard.describe_passing(period, at_version, array(
      select passing.player_id from passing order by passing.order_key limit max_rows)));
$$;
comment on function leaderboard.list_overtaken(leaderboard.board_periods, bigint, bytea, bytea, int, int) is
  'Players who are behind now and were ahead at the earlier version; nearest first.';
