-- A refresh of a board period is one transaction: all or nothing is visible, and one that dies changes
-- nothing. Locks, always in this order: the board (advisory), which guards standings, tiers and watched
-- positions of its open periods; then the rendered top. Intake takes neither, and profiles only the last.

create function leaderboard.render_first_page(board public.boards, period leaderboard.board_periods,
  out placed leaderboard.placed_standing[], out movement_from bigint, out rendered json, out page json)
language plpgsql
volatile
set search_path = ''
as $$
begin
  placed := leaderboard.place_standings(board.id, period.id, leaderboard.key_at_position(period.id, 1), 100);
  -- The first version of a period is not written yet; its movement counts from itself, as it will later.
  movement_from := coalesce(leaderboard.window_version(period, 'day'), period.version);
  rendered := leaderboard.render_standings(period.id, placed, movement_from);
  page := leaderboard.render_page(board, period, rendered, case when period.player_count > 100
    then leaderboard.seal_cursor(period.id, encode(leaderboard.key_at_position(period.id, 100), 'hex')) end);
end;
$$;
comment on function leaderboard.render_first_page(public.boards, leaderboard.board_periods) is
  'The current first hundred of a period: places, the same with names and movement, and as a page.';

create function leaderboard.render_top(board public.boards, period leaderboard.board_periods)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  previous leaderboard.board_tops;
  first_page record;
  plain jsonb;
  delta jsonb;
begin
  -- Locked before profiles are read, so a player who hides meanwhile withdraws the page rendered here.
  select tops.* into previous from leaderboard.board_tops as tops where tops.period_id = period.id for update;
  first_page := leaderboard.render_first_page(board, period);
  select coalesce(jsonb_agg(entry.standing - 'movement' order by entry.place), '[]') into plain
  from jsonb_array_elements(first_page.rendered::jsonb) with ordinality as entry (standing, place);
  select jsonb_build_object(
    'changes', coalesce((
      select jsonb_agg(entry.standing order by entry.place)
      from jsonb_array_elements(first_page.rendered::jsonb) with ordinality as entry (standing, place)
      where not exists (
        select from jsonb_array_elements(previous.standings) as old (standing)
        where old.standing = entry.standing - 'movement')), '[]'),
    'removed', coalesce((
      select jsonb_agg(old.standing -> 'player_id')
      from jsonb_array_elements(previous.standings) as old (standing)
      where not exists (
        select from jsonb_array_elements(plain) as entry (standing)
        where entry.standing -> 'player_id' = old.standing -> 'player_id')), '[]'))
  into delta;
  update leaderboard.board_tops as tops
  set version = period.version, standings = plain, page = first_page.page, movement_from = first_page.movement_from,
    player_ids = coalesce((select array_agg(entry.player_id) from unnest(first_page.placed) as entry), '{}')
  where tops.period_id = period.id;
  return delta || jsonb_build_object('previous_version', previous.version);
end;
$$;
comment on function leaderboard.render_top(public.boards, leaderboard.board_periods) is
  'Renders and stores the first hundred; returns the difference to the last time, without private data.';

create function leaderboard.render_page(board public.boards, period leaderboard.board_periods, standings json,
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
      'titles_due_at', leaderboard.titles_due_at(board, period)),
    'standings', render_page.standings,
    'next_cursor', render_page.next_cursor);
$$;
comment on function leaderboard.render_page(public.boards, leaderboard.board_periods, json, text) is
  'The wire format of a board page; for an archive, with the tiers it awarded.';

create function leaderboard.confirm_period(period leaderboard.board_periods, checked_at timestamptz)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  period.checked_at := greatest(period.checked_at, confirm_period.checked_at);
  update leaderboard.board_periods as periods
  set checked_at = period.checked_at, applied_snapshot = period.applied_snapshot
  where periods.id = period.id;
  -- By now another version is a day old: positions stay, movement does not. Locked first, as in render_top;
  -- the broadcast state stays too, so a name that is new in this page is still sent with the next version.
  perform from leaderboard.board_tops as tops
  where tops.period_id = period.id and tops.page is not null
    and tops.movement_from is distinct from coalesce(leaderboard.window_version(period, 'day'), period.version)
  for update;
  if found then
    update leaderboard.board_tops as tops
    set page = first_page.page, movement_from = first_page.movement_from
    from public.boards
    cross join lateral leaderboard.render_first_page(boards, period) as first_page
    where tops.period_id = period.id and boards.id = period.board_id;
  end if;
  return jsonb_build_object('status', 'unchanged', 'version', period.version);
end;
$$;
comment on function leaderboard.confirm_period(leaderboard.board_periods, timestamptz) is
  'Records that a refresh found nothing to publish, and renders the page again if its movement now counts from '
  'another version.';

create function leaderboard.waits_for_refresh(period leaderboard.board_periods)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
      select from leaderboard.title_holds as holds
      where holds.board_id = period.board_id and holds.period_id = period.id)
    or exists (
      select from leaderboard.board_tops as tops where tops.period_id = period.id and tops.page is null);
end;
$$;
comment on function leaderboard.waits_for_refresh(leaderboard.board_periods) is
  'Whether a refresh is due although nothing was scored: a title is on hold, or the rendered page was withdrawn.';

create function leaderboard.refresh_period(period_id bigint, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  started_at timestamptz := clock_timestamp();
  period leaderboard.board_periods;
  board public.boards;
  snapshot pg_snapshot;
  is_waiting boolean;
  changed_count int;
  tier_change_count int := 0;
  delta jsonb;
begin
  select periods.* into period from leaderboard.board_periods as periods
    where periods.id = refresh_period.period_id;
  if period.id is null or period.state <> 'open' then
    return jsonb_build_object('status', 'not_open');
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', period.board_id)) then
    insert into leaderboard.period_setbacks as setbacks (period_id, skipped_count)
    values (period.id, 1)
    on conflict on constraint period_setbacks_pkey do update
    set skipped_count = setbacks.skipped_count + 1;
    return jsonb_build_object('status', 'busy');
  end if;
  select periods.* into period from leaderboard.board_periods as periods
    where periods.id = refresh_period.period_id;
  select boards.* into board from public.boards where boards.id = period.board_id;
  -- The board may have been deactivated since the due list was made.
  if period.state <> 'open' or not board.is_active then
    return jsonb_build_object('status', 'not_open');
  end if;
  is_waiting := leaderboard.waits_for_refresh(period);
  if period.applied_snapshot is not null and not is_waiting and not leaderboard.has_news(period.applied_snapshot) then
    return leaderboard.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  perform leaderboard.prepare_refresh_tables();
  snapshot := leaderboard.collect_changes(period, board.metrics);
  if period.version > 0 and not is_waiting and not exists (select from pg_temp.refresh_changes)
    and not leaderboard.shows_new_faces(period.id, period.applied_snapshot, snapshot)
  then
    -- News for other boards only: recorded as seen, so it is not read again.
    period.applied_snapshot := snapshot;
    return leaderboard.confirm_period(period, coalesce(refresh_period.as_of, started_at));
  end if;
  period.version := period.version + 1;
  period.as_of := greatest(coalesce(refresh_period.as_of, started_at), case when period.version > 1
    then period.as_of end);
  period.checked_at := greatest(period.as_of, case when period.version > 1 then period.checked_at end);
  period.applied_snapshot := snapshot;
  changed_count := leaderboard.apply_changes(period.id, period.version);
  period.node_depth := leaderboard.apply_counts(period.id, period.version, period.node_depth);
  select period.player_count + coalesce(sum((changes.new_key is not null)::int - (changes.old_key is not null)::int), 0),
    period.score_total + coalesce(sum(
      case when changes.new_key is null then 0 else changes.score end
      - case when changes.old_key is null then 0 else changes.old_score end), 0)
  into period.player_count, period.score_total
  from pg_temp.refresh_changes as changes;
  if leaderboard.awards_tiers_now(board, period.id) then
    -- A past period does not flap: the last standings decide.
    if period.ends_at <= now() then
      board.title_hold_refreshes := 0;
    end if;
    tier_change_count := leaderboard.publish_tiers(board, period.id, period.version, period.as_of, (
      select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
      from (
        select standings.player_id, standings.order_key from leaderboard.standings
        where standings.period_id = period.id and standings.order_key is not null
        order by standings.order_key limit 100
      ) as leading_player));
  end if;
  perform leaderboard.announce_ranks(board, period.id, period.version);
  perform leaderboard.announce_milestones(board, period.id);
  delta := leaderboard.render_top(board, period);
  insert into platform.outbox (name, data)
  values ('leaderboard/board.refreshed', jsonb_build_object(
    'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'changed_count', changed_count, 'tier_change_count', tier_change_count));
  perform realtime.send(
    delta || jsonb_build_object(
      'board', board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count, 'titles_due_at', leaderboard.titles_due_at(board, period)),
    'board_refreshed', 'board:' || board.slug, true);
  period.last_refresh_ms := extract(epoch from clock_timestamp() - started_at) * 1000;
  insert into leaderboard.board_versions
    (period_id, version, as_of, applied_snapshot, player_count, changed_count, tier_change_count, duration_ms)
  values (period.id, period.version, period.as_of, snapshot, period.player_count, changed_count,
    tier_change_count, period.last_refresh_ms);
  update leaderboard.board_periods as periods
  set version = period.version, as_of = period.as_of, checked_at = period.checked_at, applied_snapshot = snapshot,
    player_count = period.player_count, score_total = period.score_total, node_depth = period.node_depth,
    last_refresh_ms = period.last_refresh_ms,
    overrun_count = periods.overrun_count + (period.last_refresh_ms > 30000)::int
  where periods.id = period.id;
  return jsonb_build_object('status', 'refreshed', 'version', period.version, 'changed_count', changed_count,
    'tier_change_count', tier_change_count, 'duration_ms', period.last_refresh_ms);
end;
$$;
comment on function leaderboard.refresh_period(bigint, timestamptz) is
  'Publishes the next version of a period from everything committed since the last one, at a cost proportional to '
  'the changes; without changes it only records that. A concurrent call returns busy. An inactive board is '
  'frozen. Returns {status, version, changed_count, tier_change_count, duration_ms}; status is refreshed, '
  'unchanged, busy or not_open.';
