-- A movement is explained in ranks, as boards show them.

create function private.rank_at(period_id bigint, at_version bigint, at_position bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  at_score bytea := private.score_key(private.key_at_position_at(rank_at.period_id, at_version, at_position));
  rank bigint;
begin
  -- The working rows of a closed period may be gone: then its archive tells.
  if at_score is null and exists (
    select from private.board_periods as periods where periods.id = rank_at.period_id and periods.purged_at is not null)
  then
    return (
      select private.render_rank(rank_at.period_id, row(archived.player_id, archived.position, archived.rank,
        archived.score, archived.reached_at, null)::private.placed_standing)
      from private.archived_standings as archived
      where archived.period_id = rank_at.period_id and archived.position = at_position);
  end if;
  rank := private.count_ahead_at(rank_at.period_id, at_version, at_score) + 1;
  return jsonb_build_object('rank', rank, 'is_tied', rank <> at_position
    or private.has_equal_below_at(rank_at.period_id, at_version, at_position));
end;
$$;
comment on function private.rank_at(bigint, bigint, bigint) is
  'The rank at a position of a kept version, and whether it is shared: {rank, is_tied}; both null without a position.';

create or replace function public.explain_movement(board text, player_id uuid, since text default 'day',
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
  own record;
  former record;
  own_key bytea := private.key_at(period.id, explain_movement.player_id, period.version);
  former_key bytea;
  -- Neighbours looked at on each side; beyond it the answer says that it is not complete.
  reach int := 200;
begin
  perform private.check_page_size(max_rows, 100);
  own := private.place_at(period, explain_movement.player_id, period.version);
  if not private.can_see_standing(explain_movement.player_id) or own.place is null then
    return null;
  end if;
  select versions.* into from_version from private.board_versions as versions
  where versions.period_id = period.id and versions.version = private.read_since(period, since);
  if from_version.version is null and period.state = 'closed' then
    select versions.* into from_version from private.board_versions as versions
    where versions.period_id = period.id and versions.version = period.version;
  end if;
  former_key := private.key_at(period.id, explain_movement.player_id, from_version.version);
  former := private.place_at(period, explain_movement.player_id, from_version.version);
  return jsonb_build_object(
    'since', jsonb_build_object('version', from_version.version, 'as_of', from_version.as_of,
      'position', former.place, 'score', former.score)
      || private.rank_at(period.id, from_version.version, former.place),
    'now', jsonb_build_object('version', period.version, 'as_of', period.as_of,
      'position', own.place, 'score', own.score)
      || private.rank_at(period.id, period.version, own.place),
    -- Before the first version there was nothing: then all events of the period explain it.
    'events', private.list_applied_events(found_board, period, explain_movement.player_id,
      coalesce(from_version.applied_snapshot, '1:1:'), max_rows),
    'passed_by', private.list_overtakers(period, from_version.version, own_key, former_key, reach, max_rows),
    'passed', private.list_overtaken(period, from_version.version, own_key, former_key, reach, max_rows));
end;
$$;
