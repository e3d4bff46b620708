create function leaderboard.version_at(period_id bigint, at timestamptz)
returns bigint
language sql
stable
set search_path = ''
as $$
  select versions.version
  from leaderboard.board_versions as versions
  where versions.period_id = version_at.period_id and versions.as_of <= version_at.at
  order by versions.as_of desc, versions.version desc
  limit 1;
$$;
comment on function leaderboard.version_at(bigint, timestamptz) is
  'The kept version that was published at this moment; null before the first.';

create function leaderboard.window_version(period leaderboard.board_periods, movement text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if movement is null then
    return null;
  elsif movement = 'refresh' then
    return nullif(period.version - 1, 0);
  elsif movement not in ('hour', 'day', 'week') then
    perform platform.refuse(400, 'invalid_movement', 'Movement is counted since the last refresh, hour, day or week.',
      'Use refresh, hour, day or week.');
  end if;
  return coalesce(
    leaderboard.version_at(period.id, period.checked_at - ('1 ' || movement)::interval),
    (select min(versions.version) from leaderboard.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function leaderboard.window_version(leaderboard.board_periods, text) is
  'The version from which movement counts: a fixed time before the last refresh, whether that published anything '
  'or not, or the first version of a younger period.';

create function leaderboard.key_at(period_id bigint, player_id uuid, at_version bigint)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  select standings.order_key into found_key
  from leaderboard.standings
  where standings.period_id = key_at.period_id and standings.player_id = key_at.player_id
    and standings.since_version <= key_at.at_version;
  if found then
    return found_key;
  end if;
  select history.order_key into found_key
  from (
    select former.order_key, former.since_version
    from leaderboard.standing_history as former
    where former.period_id = key_at.period_id and former.player_id = key_at.player_id
      and former.until_version > key_at.at_version
    order by former.until_version
    limit 1
  ) as history
  where history.since_version <= key_at.at_version;
  return found_key;
end;
$$;
comment on function leaderboard.key_at(bigint, uuid, bigint) is
  'A player''s order key at a kept version; null if not listed then.';

create function leaderboard.position_at(period_id bigint, player_id uuid, at_version bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  if at_version is null then
    return null;
  end if;
  found_key := leaderboard.key_at(position_at.period_id, position_at.player_id, at_version);
  if found_key is null then
    return null;
  end if;
  return leaderboard.count_ahead_at(position_at.period_id, at_version, found_key) + 1;
end;
$$;
comment on function leaderboard.position_at(bigint, uuid, bigint) is
  'A player''s position at a kept version; null if not listed then.';

create function leaderboard.rank_at(period_id bigint, at_version bigint, at_position bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  at_score bytea := leaderboard.score_key(leaderboard.key_at_position_at(rank_at.period_id, at_version, at_position));
  rank bigint;
begin
  -- The working rows of a closed period may have been purged; then its archive answers.
  if at_score is null and exists (
    select from leaderboard.board_periods as periods where periods.id = rank_at.period_id and periods.purged_at is not null)
  then
    return (
      select leaderboard.render_rank(rank_at.period_id, row(archived.player_id, archived.position, archived.rank,
        archived.score, archived.reached_at, null)::leaderboard.placed_standing)
      from leaderboard.archived_standings as archived
      where archived.period_id = rank_at.period_id and archived.position = at_position);
  end if;
  rank := leaderboard.count_ahead_at(rank_at.period_id, at_version, at_score) + 1;
  return jsonb_build_object('rank', rank, 'is_tied', rank <> at_position
    or leaderboard.has_equal_below_at(rank_at.period_id, at_version, at_position));
end;
$$;
comment on function leaderboard.rank_at(bigint, bigint, bigint) is
  'The rank at a position of a kept version, and whether it is shared: {rank, is_tied}; both null without a position.';
