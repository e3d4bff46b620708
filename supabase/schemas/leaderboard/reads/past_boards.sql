-- A board at a past moment, from any position on.

create function leaderboard.key_beyond(beginning bytea)
returns bytea
language sql
immutable
set search_path = ''
return beginning || decode(repeat('ff', 40), 'hex');
comment on function leaderboard.key_beyond(bytea) is
  'Sorts after every order key with this prefix, because no key is that long.';

create function leaderboard.key_at_position_at(period_id bigint, at_version bigint, at_position bigint)
returns bytea
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  beginning bytea := '';
  remaining bigint := key_at_position_at.at_position;
  counts int[];
  byte int;
begin
  if remaining is null or remaining < 1 then
    return null;
  end if;
  -- Down the nodes as in key_at_position, each as it was at that version.
  loop
    counts := (
      select nodes.cumulative from leaderboard.standing_nodes as nodes
      where nodes.period_id = key_at_position_at.period_id and nodes.prefix = beginning
        and nodes.since_version <= at_version
      union all
      select former.cumulative
      from (
        select history.cumulative, history.since_version
        from leaderboard.standing_node_history as history
        where history.period_id = key_at_position_at.period_id and history.prefix = beginning
          and history.until_version > at_version
        order by history.until_version
        limit 1
      ) as former
      where former.since_version <= at_version);
    exit when counts is null;
    if counts[256] < remaining then
      return null;
    end if;
    -- Counts are sorted: skip as many bytes as have fewer players up to them.
    byte := width_bucket((remaining - 1)::int, counts);
    remaining := remaining - coalesce(counts[byte], 0);
    beginning := beginning || set_byte('\x00', 0, byte);
  end loop;
  return (
    select valid.order_key
    from (
      select standings.order_key from leaderboard.standings
      where standings.period_id = key_at_position_at.period_id and standings.since_version <= at_version
        and standings.order_key between beginning and leaderboard.key_beyond(beginning)
      union all
      select history.order_key from leaderboard.standing_history as history
      where history.period_id = key_at_position_at.period_id
        and history.since_version <= at_version and history.until_version > at_version
        and history.order_key between beginning and leaderboard.key_beyond(beginning)
    ) as valid
    order by valid.order_key
    offset remaining - 1
    limit 1);
end;
$$;
comment on function leaderboard.key_at_position_at(bigint, bigint, bigint) is
  'The order key at this position at a kept version of the period; null beyond the last one.';

create function leaderboard.place_standings_at(
  period_id bigint, at_version bigint, first_position bigint, last_position bigint)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  first_key bytea := leaderboard.key_at_position_at(place_standings_at.period_id, at_version, first_position);
  -- Both ends are found first: rows that changed since are skipped only between them.
  last_key bytea := leaderboard.key_at_position_at(place_standings_at.period_id, at_version, last_position);
  -- The first row may share its rank with players ahead of it.
  rank_before bigint := leaderboard.count_ahead_at(
    place_standings_at.period_id, at_version, leaderboard.score_key(first_key));
begin
  return (
    select array_agg(row(
      numbered.player_id, numbered.place,
      case when numbered.first_place = first_position then rank_before + 1 else numbered.first_place end,
      numbered.score, numbered.reached_at, tiers.tier)::leaderboard.placed_standing order by numbered.place)
    from (
      select ranked.*, min(ranked.place) over (partition by ranked.score) as first_place
      from (
        select valid.*, first_position - 1 + row_number() over (order by valid.order_key) as place
        from (
          select standings.player_id, standings.score, standings.reached_at, standings.order_key
          from leaderboard.standings
          where standings.period_id = place_standings_at.period_id and standings.since_version <= at_version
            and standings.order_key between first_key and last_key
          union all
          select history.player_id, history.score, history.reached_at, history.order_key
          from leaderboard.standing_history as history
          where history.period_id = place_standings_at.period_id
            and history.since_version <= at_version and history.until_version > at_version
            and history.order_key between first_key and last_key
        ) as valid
      ) as ranked
    ) as numbered
    left join leaderboard.tier_history as tiers
      on tiers.period_id = place_standings_at.period_id and tiers.player_id = numbered.player_id
        and tiers.since_version <= at_version
        and (tiers.until_version is null or tiers.until_version > at_version));
end;
$$;
comment on function leaderboard.place_standings_at(bigint, bigint, bigint, bigint) is
  'The standings between two positions at a kept version of the period, with the official tiers of that version; '
  'null if nobody was on the board.';

create function public.get_board_at(board text, at timestamptz, max_rows int default 100,
  period_id bigint default null, from_position bigint default 1)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_board_at.board, get_board_at.period_id);
  period leaderboard.board_periods;
  shown leaderboard.board_versions;
  last_position bigint;
begin
  perform leaderboard.check_page_size(max_rows, 1000);
  perform leaderboard.check_position(from_position);
  if get_board_at.period_id is not null then
    period := leaderboard.find_period(found_board, get_board_at.period_id);
  else
    -- The last one that had begun, as for the current period: between two seasons, the end of the first one
    -- stands.
    select periods.* into period from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and (periods.starts_at is null or periods.starts_at <= least(get_board_at.at, now()))
    order by periods.starts_at desc nulls last
    limit 1;
  end if;
  if period.state = 'closed' and period.as_of <= get_board_at.at then
    return leaderboard.render_page(found_board, period, leaderboard.render_standings(period.id,
      leaderboard.place_archived(period, from_position, max_rows), null), null);
  end if;
  select versions.* into shown
  from leaderboard.board_versions as versions
  where versions.period_id = period.id and versions.version = leaderboard.version_at(period.id, get_board_at.at);
  if shown.version is null then
    perform platform.refuse(404, 'moment_not_kept', 'The board at that moment is no longer kept.',
      'Every refresh of the last hour is kept, then one per hour, then one per day.');
  end if;
  period.version := shown.version;
  period.as_of := shown.as_of;
  period.player_count := shown.player_count;
  last_position := least(from_position + max_rows - 1, shown.player_count);
  return leaderboard.render_page(found_board, period, leaderboard.render_standings(period.id,
    leaderboard.place_standings_at(period.id, shown.version, from_position, last_position), null,
    has_equal_below => leaderboard.has_equal_below_at(period.id, shown.version, last_position)), null);
end;
$$;
comment on function public.get_board_at(text, timestamptz, int, bigint, bigint) is
  'Rows of a board from a position on, exactly as published at a past moment with the official tiers, as a page; '
  'players who hid since then are not named. Between two seasons, the end of the first one. From the last version '
  'of a closed period on, the archive. Refuses moments that are no longer kept.';
grant execute on function public.get_board_at(text, timestamptz, int, bigint, bigint) to anon, authenticated,
  service_role;

create function leaderboard.has_equal_below_at(period_id bigint, at_version bigint, at_position bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    leaderboard.score_key(leaderboard.key_at_position_at(has_equal_below_at.period_id, at_version, at_position))
    = leaderboard.score_key(leaderboard.key_at_position_at(has_equal_below_at.period_id, at_version, at_position + 1)), false);
$$;
comment on function leaderboard.has_equal_below_at(bigint, bigint, bigint) is
  'Whether the players at this position and the next had equal scores at a kept version of the period.';
