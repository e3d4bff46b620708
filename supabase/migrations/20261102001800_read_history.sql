-- The past of a board, from the versions that are kept. Definer functions: the tables are closed, see
-- read_boards.

create function private.read_since(period private.board_periods, since text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if since in ('refresh', 'hour', 'day', 'week') then
    return private.window_version(period, since);
  end if;
  if since is null or not pg_input_is_valid(since, 'timestamptz') then
    perform private.refuse(400, 'invalid_since', 'Since is refresh, hour, day, week or a time.',
      'Use an ISO 8601 time.');
  end if;
  return coalesce(
    private.version_at(period.id, since::timestamptz),
    (select min(versions.version) from private.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function private.read_since(private.board_periods, text) is
  'The kept version that a window or a moment stands for.';

create function public.get_board_at(board text, at timestamptz, max_rows int default 100,
  period_id bigint default null)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_board_at.board, get_board_at.period_id);
  period private.board_periods;
  shown private.board_versions;
  placed private.placed_standing[];
begin
  perform private.check_page_size(max_rows, 1000);
  if get_board_at.period_id is not null then
    period := private.find_period(found_board, get_board_at.period_id);
  else
    select periods.* into period from private.board_periods as periods
    where periods.board_id = found_board.id
      and coalesce(periods.starts_at, '-infinity') <= get_board_at.at and coalesce(periods.ends_at,
        'infinity') > get_board_at.at;
  end if;
  if period.state = 'closed' and period.as_of <= get_board_at.at then
    return private.render_page(found_board, period, private.render_standings(period.id,
      private.place_archived(period.id, 1, max_rows, found_board.awards_tiers), null), null);
  end if;
  select versions.* into shown
  from private.board_versions as versions
  where versions.period_id = period.id and versions.version = private.version_at(period.id, get_board_at.at);
  if shown.version is null then
    perform private.refuse(404, 'moment_not_kept', 'The board of that moment is not kept.',
      'Every refresh of the last hour is kept, then one an hour, then one a day.');
  end if;
  select array_agg(row(ranked.player_id, ranked.place, ranked.rank, ranked.score, ranked.reached_at,
    case when found_board.awards_tiers
      then private.tier_of_position(ranked.place) end)::private.placed_standing
    order by ranked.place)
  into placed
  from (
    select valid.*, row_number() over (order by valid.order_key) as place,
      rank() over (order by valid.score desc) as rank
    from (
      (select standings.player_id, standings.score, standings.reached_at, standings.order_key
      from private.standings
      where standings.period_id = period.id and standings.order_key is not null
        and standings.since_version <= shown.version
      order by standings.order_key limit max_rows)
      union all
      (select history.player_id, history.score, history.reached_at, history.order_key
      from private.standing_history as history
      where history.period_id = period.id and history.order_key is not null
        and history.since_version <= shown.version and history.until_version > shown.version
      order by history.order_key limit max_rows)
    ) as valid
    order by valid.order_key
    limit max_rows
  ) as ranked;
  period.version := shown.version;
  period.as_of := shown.as_of;
  period.player_count := shown.player_count;
  return private.render_page(found_board, period, private.render_standings(period.id, placed, null), null);
end;
$$;
comment on function public.get_board_at(text, timestamptz, int, bigint) is
  'The first rows of a board exactly as published at a past moment, as a page; who hid since then is not '
  'named. From the last version of a closed period on it is the archive. Refuses moments that are no longer '
  'kept.';
grant execute on function public.get_board_at(text, timestamptz, int, bigint) to anon, authenticated,
  service_role;

create function private.place_at(period private.board_periods, player_id uuid, at_version bigint,
  out place bigint, out score bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
  if period.state = 'closed' and at_version = period.version then
    select archived.position, archived.score into place_at.place, place_at.score
    from private.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_at.player_id;
    return;
  end if;
  place_at.place := private.position_at(period.id, place_at.player_id, at_version);
  place_at.score := private.score_at(period.id, place_at.player_id, at_version);
end;
$$;
comment on function private.place_at(private.board_periods, uuid, bigint) is
  'Position and score of a player at a kept version; the last one of a closed period is the archive.';

create function public.get_rank_history(board text, player_ids uuid[], since text default 'week',
  max_points int default 60, period_id bigint default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_rank_history.board, get_rank_history.period_id);
  period private.board_periods := private.find_period(found_board, get_rank_history.period_id);
  from_version bigint := private.read_since(period, since);
begin
  perform private.check_page_size(max_points, 500);
  if cardinality(player_ids) not between 1 and 10 then
    perform private.refuse(400, 'invalid_players', 'A history is of 1 to 10 players.',
      'Ask for fewer players.');
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', asked.player_id,
      'points', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'version', sampled.version, 'as_of', sampled.as_of,
          'position', placed.place, 'score', placed.score) order by sampled.version), '[]')
        from (
          -- Evenly spread in time, the last one always.
          select distinct on (slotted.slot) slotted.version, slotted.as_of
          from (
            select versions.version, versions.as_of,
              width_bucket(extract(epoch from versions.as_of), bounds.first_at, bounds.last_at + 1,
                max_points) as slot
            from private.board_versions as versions
            cross join (
              select extract(epoch from min(kept.as_of)) as first_at, extract(epoch from max(kept.as_of))
                as last_at
              from private.board_versions as kept
              where kept.period_id = period.id and kept.version >= from_version
            ) as bounds
            where versions.period_id = period.id and versions.version >= from_version
          ) as slotted
          order by slotted.slot, slotted.version desc
        ) as sampled
        cross join lateral private.place_at(period, asked.player_id, sampled.version) as placed)
    ) order by asked.place), '[]')
    from unnest(player_ids) with ordinality as asked (player_id, place)
    where private.can_see_standing(asked.player_id));
end;
$$;

comment on function public.get_rank_history(text, uuid[], text, int, bigint) is
  'Positions and scores of up to ten players over time on the current or another period: '
  '[{player_id, points: [{version, as_of, position, score}]}]. Players who do not show who they are are left out for others.';
grant execute on function public.get_rank_history(text, uuid[], text, int, bigint) to anon, authenticated,
  service_role;

create function public.explain_movement(board text, player_id uuid, since text default 'day',
  max_rows int default 10)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(explain_movement.board);
  period private.board_periods := private.find_period(found_board, null);
  from_version private.board_versions;
  own_key bytea := private.key_at(period.id, explain_movement.player_id, period.version);
  former_key bytea;
  -- Neighbours looked at on each side; beyond it the answer says that it is not complete.
  reach int := 200;
begin
  perform private.check_page_size(max_rows, 100);
  if not private.can_see_standing(explain_movement.player_id) or own_key is null then
    return null;
  end if;
  select versions.* into from_version from private.board_versions as versions
  where versions.period_id = period.id and versions.version = private.read_since(period, since);
  former_key := private.key_at(period.id, explain_movement.player_id, from_version.version);
  return jsonb_build_object(
    'since', jsonb_build_object('version', from_version.version, 'as_of', from_version.as_of,
      'position', private.position_at(period.id, explain_movement.player_id, from_version.version),
      'score', private.score_at(period.id, explain_movement.player_id, from_version.version)),
    'now', jsonb_build_object('version', period.version, 'as_of', period.as_of,
      'position', private.count_ahead(period.id, own_key) + 1,
      'score', private.score_at(period.id, explain_movement.player_id, period.version)),
    -- Before the first version there was nothing: then all events of the period explain it.
    'events', private.list_applied_events(found_board, period, explain_movement.player_id,
      coalesce(from_version.applied_snapshot, '1:1:'), max_rows),
    'passed_by', private.list_overtakers(period, from_version.version, own_key, former_key, reach, max_rows),
    'passed', private.list_overtaken(period, from_version.version, own_key, former_key, reach, max_rows));
end;
$$;
comment on function public.explain_movement(text, uuid, text, int) is
  'Why a player moved: {since, now, events, passed_by, passed}: own events that were applied in between, '
  'who among the next 200 ahead was behind before, and who among the next 200 behind was ahead. Null when '
  'not on the board or not to be seen.';
grant execute on function public.explain_movement(text, uuid, text, int) to anon, authenticated, service_role;
