-- A board that holds titles back says when they follow.

create function private.titles_due_at(board public.boards, period private.board_periods)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.title_holds as holds
    where holds.board_id = board.id and holds.period_id = period.id)
  then
    return null;
  end if;
  return (
    select jsonb_agg(case when held.tier is distinct from private.tier_of_position(waiting.place)
      then period.as_of + greatest(1, waiting.refreshes) * interval '30 seconds' end order by waiting.place)
    from (
      -- Nobody takes a title before all above have theirs.
      select leaders.player_id, leaders.place,
        max(board.title_hold_refreshes - coalesce(holds.seen_count, 0)) over (order by leaders.place) as refreshes
      from (
        select listed.player_id, row_number() over (order by listed.order_key) as place
        from (
          select standings.player_id, standings.order_key from private.standings
          where standings.period_id = period.id and standings.order_key is not null
          order by standings.order_key
          limit 3
        ) as listed
      ) as leaders
      left join private.title_holds as holds on holds.board_id = board.id and holds.place = leaders.place
        and holds.player_id = leaders.player_id
    ) as waiting
    left join public.player_tiers as held on held.board_id = board.id and held.player_id = waiting.player_id
      and held.period_id = period.id);
end;
$$;
comment on function private.titles_due_at(public.boards, private.board_periods) is
  'When each of the first three takes the title of the place, if nobody passes them until then; null for a title that '
  'is where it belongs, and as a whole when all are. Boards are refreshed every 30 seconds.';

create or replace function private.render_page(board public.boards, period private.board_periods, standings json,
  next_cursor text)
returns json
language sql
stable
set search_path = ''
as $$
  select json_build_object(
    'board', json_build_object(
      'slug', board.slug, 'name', board.name, 'kind', board.kind,
      'metric_names', coalesce(to_jsonb(board.metrics), (
        select coalesce(jsonb_agg(distinct rules.metric), '[]') from public.score_rules as rules)),
      'time_zone', board.time_zone,
      'awards_tiers', case when period.state = 'closed' then period.awarded_tiers else board.awards_tiers end,
      'period_id', period.id, 'period_name', period.name, 'state', period.state,
      'starts_at', period.starts_at, 'ends_at', period.ends_at,
      'version', period.version, 'as_of', period.as_of, 'player_count', period.player_count,
      'titles_due_at', private.titles_due_at(board, period)),
    'standings', render_page.standings,
    'next_cursor', render_page.next_cursor);
$$;

create or replace function private.refresh_period(period_id bigint, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  started_at timestamptz := clock_timestamp();
  period private.board_periods;
  board public.boards;
  snapshot pg_snapshot;
  is_waiting boolean;
  changed_count int;
  tier_change_count int := 0;
  delta jsonb;
begin
  select periods.* into period from private.board_periods as periods
    where periods.id = refresh_period.period_id;
  if period.id is null or period.state <> 'open' then
    return jsonb_build_object('status', 'not_open');
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', period.board_id)) then
    insert into private.period_setbacks as setbacks (period_id, skipped_count)
    values (period.id, 1)
    on conflict on constraint period_setbacks_pkey do update
    set skipped_count = setbacks.skipped_count + 1;
    return jsonb_build_object('status', 'busy');
  end if;
  select periods.* into period from private.board_periods as periods
    where periods.id = refresh_period.period_id;
  select boards.* into board from public.boards where boards.id = period.board_id;
  -- Whoever listed what is due may have done so before the board was switched off.
  if period.state <> 'open' or not board.is_active then
    return jsonb_build_object('status', 'not_open');
  end if;
  is_waiting := private.waits_for_refresh(period);
  if period.applied_snapshot is not null and not is_waiting and not private.has_news(period.applied_snapshot) then
    return private.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  perform private.prepare_refresh_tables();
  snapshot := private.collect_changes(period, board.metrics);
  if period.version > 0 and not is_waiting and not exists (select from pg_temp.refresh_changes)
    and not private.shows_new_faces(period.id, period.applied_snapshot, snapshot)
  then
    -- News for other boards only: remembered as seen, so that it is not read again.
    period.applied_snapshot := snapshot;
    return private.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  period.version := period.version + 1;
  period.as_of := greatest(coalesce(refresh_period.as_of, started_at), case when period.version > 1
    then period.as_of end);
  period.checked_at := greatest(period.as_of, case when period.version > 1 then period.checked_at end);
  period.applied_snapshot := snapshot;
  changed_count := private.apply_changes(period.id, period.version);
  period.node_depth := private.apply_counts(period.id, period.version, period.node_depth);
  select period.player_count + coalesce(sum((changes.new_key is not null)::int - (changes.old_key is not null)::int), 0),
    period.score_total + coalesce(sum(
      case when changes.new_key is null then 0 else changes.score end
      - case when changes.old_key is null then 0 else changes.old_score end), 0)
  into period.player_count, period.score_total
  from pg_temp.refresh_changes as changes;
  if private.awards_tiers_now(board, period.id) then
    -- What is over does not flap: the last standings decide.
    if period.ends_at <= now() then
      board.title_hold_refreshes := 0;
    end if;
    tier_change_count := private.publish_tiers(board, period.id, period.version, period.as_of, (
      select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
      from (
        select standings.player_id, standings.order_key from private.standings
        where standings.period_id = period.id and standings.order_key is not null
        order by standings.order_key limit 100
      ) as leading_player));
  end if;
  perform private.announce_ranks(board, period.id, period.version);
  perform private.announce_milestones(board, period.id);
  delta := private.render_top(board, period);
  insert into private.outbox (name, data)
  values ('leaderboard/board.refreshed', jsonb_build_object(
    'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'changed_count', changed_count, 'tier_change_count', tier_change_count));
  perform realtime.send(
    delta || jsonb_build_object(
      'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count, 'titles_due_at', private.titles_due_at(board, period)),
    'board_refreshed', 'board:' || board.slug, true);
  period.last_refresh_ms := extract(epoch from clock_timestamp() - started_at) * 1000;
  insert into private.board_versions
    (period_id, version, as_of, applied_snapshot, player_count, changed_count, tier_change_count, duration_ms)
  values (period.id, period.version, period.as_of, snapshot, period.player_count, changed_count,
    tier_change_count, period.last_refresh_ms);
  update private.board_periods as periods
  set version = period.version, as_of = period.as_of, checked_at = period.checked_at, applied_snapshot = snapshot,
    player_count = period.player_count, score_total = period.score_total, node_depth = period.node_depth,
    last_refresh_ms = period.last_refresh_ms,
    overrun_count = periods.overrun_count + (period.last_refresh_ms > 30000)::int
  where periods.id = period.id;
  return jsonb_build_object('status', 'refreshed', 'version', period.version, 'changed_count', changed_count,
    'tier_change_count', tier_change_count, 'duration_ms', period.last_refresh_ms);
end;
$$;

-- Rendered before pages told it: the next refresh publishes them again.
update private.board_tops set page = null where page is not null;
