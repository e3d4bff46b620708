-- Whether a player may appear on a board is decided in one place, a column of the player.

SET local check_function_bodies = off;

ALTER TABLE "public"."profiles"
  ADD COLUMN "is_listed" boolean GENERATED ALWAYS AS (((visibility <> 'hidden'::text) AND is_ranked AND (left_at IS NULL))) STORED NOT NULL;

CREATE OR REPLACE FUNCTION leaderboard.collect_changes (
  period  leaderboard.board_periods,
  metrics text[]
)
  RETURNS pg_snapshot
  LANGUAGE plpgsql
  SET search_path TO ''
  SET random_page_cost TO '1.1'
  SET work_mem TO '64MB'
  AS $function$
declare
  snapshot pg_snapshot;
begin
  -- One statement, so one snapshot: what it sees is applied, and the same snapshot is stored as applied. A
  -- transaction still open now, including this one, is in neither, whenever it began, and comes with a later
  -- refresh, once. Replanned each time: the first refresh of a period reads by time, all later ones by
  -- transaction.
  execute $query$
    with seen as materialized (
      select leaderboard.leave_out_own(pg_current_snapshot()) as snapshot,
        exists (select from leaderboard.late_routes as routes where routes.period_id = $5) as has_routes
    ),
    news as (
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from public.score_events as events
      where events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
        and events.counts_at >= $2 and events.counts_at < $3
        and ($4 is null or events.metric = any ($4))
      union all
      select events.player_id, events.points, events.occurred_at, events.voids_id
      from leaderboard.late_routes as routes
      join public.score_events as events on events.id = routes.event_id
      where (select seen.has_routes from seen) and routes.period_id = $5
        and events.transaction_id >= pg_snapshot_xmin($1)
        and not pg_visible_in_snapshot(events.transaction_id, $1)
        and pg_visible_in_snapshot(events.transaction_id, (select seen.snapshot from seen))
    ),
    fresh as (
      select news.player_id, sum(news.points)::bigint as points, min(news.occurred_at) as first_at,
        max(news.occurred_at) filter (where news.points <> 0) as scored_at,
        (count(*) - 2 * count(news.voids_id))::int as event_count
      from news
      group by news.player_id
    ),
    marked as (
      select distinct marks.player_id
      from leaderboard.player_marks as marks
      where marks.transaction_id >= pg_snapshot_xmin($1) and not marks.is_face
        and not pg_visible_in_snapshot(marks.transaction_id, $1)
        and pg_visible_in_snapshot(marks.transaction_id, (select seen.snapshot from seen))
    ),
    touched as (
      select player_id, fresh.points, fresh.first_at, fresh.scored_at, fresh.event_count
      from fresh full join marked using (player_id)
    ),
    filled as (
      insert into pg_temp.refresh_changes (player_id, is_new, old_score, old_event_count, old_has_scored,
        old_reached_at, old_key, old_since, score, event_count, has_scored, reached_at, new_key)
      select touched.player_id, standings.player_id is null,
        standings.score, standings.event_count, standings.has_scored, standings.reached_at,
        standings.order_key, standings.since_version,
        result.score, result.event_count, result.has_scored, result.reached_at,
        case when profiles.is_listed and result.event_count > 0
          then leaderboard.order_key(result.score, result.reached_at, touched.player_id) end
      from touched
      join public.profiles on profiles.id = touched.player_id
      left join leaderboard.standings on standings.period_id = $5 and standings.player_id = touched.player_id
      cross join lateral (
        select coalesce(standings.score, 0) + coalesce(touched.points, 0) as score,
          coalesce(standings.event_count, 0) + coalesce(touched.event_count, 0) as event_count,
          coalesce(standings.has_scored, false) or touched.scored_at is not null as has_scored,
          coalesce(
            greatest(case when standings.has_scored then standings.reached_at end, touched.scored_at),
            least(standings.reached_at, touched.first_at)) as reached_at
      ) as result
      where result.reached_at is not null
      returning 1
    )
    select seen.snapshot from seen
    $query$
  into snapshot
  using coalesce(period.applied_snapshot, '1:1:'::pg_snapshot), coalesce(period.starts_at, '-infinity'),
    coalesce(period.ends_at, 'infinity'), metrics, period.id;
  analyze pg_temp.refresh_changes;
  return snapshot;
end;
$function$;

CREATE OR REPLACE FUNCTION leaderboard.give_up_unlisted_tiers (
  board public.boards
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  period leaderboard.board_periods := leaderboard.tiers_period(board.id);
  unlisted uuid[];
begin
  -- A period that is still open gives up its own tiers with its next version.
  if period.id is null or period.state = 'open' then
    return 0;
  end if;
  select array_agg(profiles.id) into unlisted
  from public.player_tiers as tiers
  join public.profiles on profiles.id = tiers.player_id
  where tiers.board_id = board.id
    and not profiles.is_listed;
  if unlisted is null then
    return 0;
  end if;
  perform leaderboard.prepare_refresh_tables();
  insert into pg_temp.refresh_tiers (player_id, tier_before)
  select tiers.player_id, tiers.tier from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.player_id = any (unlisted);
  return leaderboard.change_tiers(board, period.id, period.version, now());
end;
$function$;

CREATE OR REPLACE FUNCTION leaderboard.mark_missed_players (
  board_id bigint
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into leaderboard.player_marks (player_id)
  -- Players who are on the board and should not be, or the reverse.
  select standings.player_id
  from leaderboard.board_periods as periods
  join leaderboard.standings on standings.period_id = periods.id
  join public.profiles on profiles.id = standings.player_id
  where periods.board_id = mark_missed_players.board_id and periods.state = 'open'
    and (standings.order_key is not null) <> (profiles.is_listed and standings.event_count > 0);
  select leaderboard.mark_unwatched_players(mark_missed_players.board_id);
$function$;

CREATE OR REPLACE FUNCTION leaderboard.settle_board_tiers (
  board public.boards
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  period leaderboard.board_periods;
begin
  if not (board.is_active and board.awards_tiers) then
    perform leaderboard.take_tiers_back(board);
    return;
  end if;
  -- As if it had never been deactivated: until somebody scores, the tiers of the previous period stand.
  select periods.* into period from leaderboard.board_periods as periods
  where periods.board_id = board.id and periods.player_count > 0
  order by periods.starts_at desc nulls last
  limit 1;
  if period.id is null then
    return;
  end if;
  perform leaderboard.prepare_refresh_tables();
  if period.state = 'closed' then
    -- Nobody moves up in a past period.
    insert into pg_temp.refresh_tiers (player_id, tier_after)
    select archived.player_id, leaderboard.tier_of_position(archived.position)
    from leaderboard.archived_standings as archived
    join public.profiles on profiles.id = archived.player_id
    where archived.period_id = period.id and archived.position <= 100 and profiles.is_listed;
    perform leaderboard.change_tiers(board, period.id, period.version, now());
    return;
  end if;
  perform leaderboard.publish_tiers(board, period.id, period.version, now(), (
    select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
    from (
      select standings.player_id, standings.order_key from leaderboard.standings
      -- Players who hid or left while it was inactive are removed with the next refresh, and get nothing
      -- until then.
      join public.profiles on profiles.id = standings.player_id and profiles.is_listed
      where standings.period_id = period.id and standings.order_key is not null
      order by standings.order_key limit 100
    ) as leading_player));
end;
$function$;

CREATE OR REPLACE FUNCTION public.simulate_score_rule (
  board            text,
  metric           text,
  points_per_unit  numeric,
  daily_cap_points bigint  DEFAULT NULL::bigint,
  time_zone        text    DEFAULT 'UTC'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

COMMENT ON COLUMN "public"."profiles"."is_listed" IS 'Whether the player may appear on a board: the one place where this is decided.';
