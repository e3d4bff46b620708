-- The past of a board, from the kept versions. Definer functions: the tables are closed, see board_pages.

create function leaderboard.read_since(period leaderboard.board_periods, since text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if since in ('refresh', 'hour', 'day', 'week') then
    return leaderboard.window_version(period, since);
  end if;
  if since is null or not pg_input_is_valid(since, 'timestamptz') then
    perform platform.refuse(400, 'invalid_since', 'Since must be refresh, hour, day, week or a time.',
      'Use an ISO 8601 time.');
  end if;
  return coalesce(
    leaderboard.version_at(period.id, since::timestamptz),
    (select min(versions.version) from leaderboard.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function leaderboard.read_since(leaderboard.board_periods, text) is
  'The kept version for a window or a moment.';

create function leaderboard.place_at(period leaderboard.board_periods, player_id uuid, at_version bigint,
  out place bigint, out score bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
  if period.state = 'closed' and at_version = period.version then
    select archived.position, archived.score into place_at.place, place_at.score
    from leaderboard.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_at.player_id;
    return;
  end if;
  place_at.place := leaderboard.position_at(period.id, place_at.player_id, at_version);
  place_at.score := leaderboard.score_at(period.id, place_at.player_id, at_version);
end;
$$;
comment on function leaderboard.place_at(leaderboard.board_periods, uuid, bigint) is
  'A player''s position and score at a kept version; the last one of a closed period is the archive.';

create function public.get_rank_history(board text, player_ids uuid[], since text default 'week',
  max_points int default 60, period_id bigint default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_rank_history.board, get_rank_history.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, get_rank_history.period_id);
  -- There is no version before the first one: everything is since then.
  from_version bigint := coalesce(leaderboard.read_since(period, since), 0);
begin
  perform leaderboard.check_page_size(max_points, 500);
  if cardinality(player_ids) not between 1 and 10 then
    perform platform.refuse(400, 'invalid_players', 'A history covers 1 to 10 players.',
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
          -- All of them while they are few, otherwise evenly spread in time; always including the last one.
          select distinct on (slotted.slot) slotted.version, slotted.as_of
          from (
            select versions.version, versions.as_of,
              case when bounds.version_count <= max_points then versions.version
                else width_bucket(extract(epoch from versions.as_of), bounds.first_at, bounds.last_at + 1,
                  max_points)
              end as slot
            from leaderboard.board_versions as versions
            cross join (
              select count(*) as version_count, extract(epoch from min(kept.as_of)) as first_at,
                extract(epoch from max(kept.as_of)) as last_at
              from leaderboard.board_versions as kept
              where kept.period_id = period.id and kept.version >= from_version
            ) as bounds
            where versions.period_id = period.id and versions.version >= from_version
          ) as slotted
          order by slotted.slot, slotted.version desc
        ) as sampled
        cross join lateral leaderboard.place_at(period, asked.player_id, sampled.version) as placed)
    ) order by asked.place), '[]')
    from unnest(player_ids) with ordinality as asked (player_id, place)
    where leaderboard.can_see_standing(asked.player_id));
end;
$$;
comment on function public.get_rank_history(text, uuid[], text, int, bigint) is
  'Positions and scores of up to ten players over time on the current or another period: [{player_id, points: '
  '[{version, as_of, position, score}]}]. Players who hide their identity are omitted for others.';
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
  found_board public.boards := leaderboard.find_board(explain_movement.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
  from_version leaderboard.board_versions;
  own record;
  former record;
  own_key bytea := leaderboard.key_at(period.id, explain_movement.player_id, period.version);
  former_key bytea;
  -- Neighbours considered on each side; beyond it the result is marked as incomplete.
  reach int := 200;
begin
  perform leaderboard.check_page_size(max_rows, 100);
  own := leaderboard.place_at(period, explain_movement.player_id, period.version);
  if not leaderboard.can_see_standing(explain_movement.player_id) or own.place is null then
    return null;
  end if;
  select versions.* into from_version from leaderboard.board_versions as versions
  where versions.period_id = period.id and versions.version = leaderboard.read_since(period, since);
  if from_version.version is null and period.state = 'closed' then
    select versions.* into from_version from leaderboard.board_versions as versions
    where versions.period_id = period.id and versions.version = period.version;
  end if;
  former_key := leaderboard.key_at(period.id, explain_movement.player_id, from_version.version);
  former := leaderboard.place_at(period, explain_movement.player_id, from_version.version);
  return jsonb_build_object(
    'since', jsonb_build_object('version', from_version.version, 'as_of', from_version.as_of,
      'position', former.place, 'score', former.score)
      || leaderboard.rank_at(period.id, from_version.version, former.place),
    'now', jsonb_build_object('version', period.version, 'as_of', period.as_of,
      'position', own.place, 'score', own.score)
      || leaderboard.rank_at(period.id, period.version, own.place),
    -- Before the first version there was nothing, so all events of the period explain it.
    'events', leaderboard.list_applied_events(found_board, period, explain_movement.player_id,
      coalesce(from_version.applied_snapshot, '1:1:'), max_rows),
    'passed_by', leaderboard.list_overtakers(period, from_version.version, own_key, former_key, reach, max_rows),
    'passed', leaderboard.list_overtaken(period, from_version.version, own_key, former_key, reach, max_rows));
end;
$$;
comment on function public.explain_movement(text, uuid, text, int) is
  'Why a player moved: {since, now, events, passed_by, passed}: own events applied in between, which of the next '
  '200 ahead were behind before, and which of the next 200 behind were ahead. For a closed period whose past is '
  'no longer kept, since and now are both its end, and nothing happened in between. Null if not on the board or '
  'not visible.';
grant execute on function public.explain_movement(text, uuid, text, int) to anon, authenticated, service_role;
