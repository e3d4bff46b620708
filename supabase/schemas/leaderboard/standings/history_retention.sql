-- How much of the past is kept.

create function leaderboard.is_version_kept(as_of timestamptz, is_last_of_hour boolean, is_last_of_day boolean,
  reference timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select case
    when as_of > reference - settings.keep_every_version_for then true
    when as_of > reference - settings.keep_hourly_versions_for then is_last_of_hour
    when as_of > reference - settings.keep_daily_versions_for then is_last_of_day
    else false
  end
  from leaderboard.leaderboard_settings as settings;
$$;
comment on function leaderboard.is_version_kept(timestamptz, boolean, boolean, timestamptz) is
  'Whether the settings keep a version of this age: every one, the last of its hour, the last of its day or none.';

create function leaderboard.drop_versions(period_id bigint)
returns table (first_version bigint, kept_before bigint, kept_after bigint, dropped_count int)
language sql
volatile
set search_path = ''
as $$
  with placed as (
    -- The grace of a closed period extends into the next day and belongs to its last one.
    select versions.version, versions.as_of,
      date_trunc('day', least(versions.as_of, periods.ends_at - interval '1 microsecond'), boards.time_zone)
        as local_day,
      -- An open period ages by its own refreshes, a closed one by the clock.
      case when periods.state = 'closed' then now()
        else max(versions.as_of) over () end as reference
    from leaderboard.board_versions as versions
    join leaderboard.board_periods as periods on periods.id = versions.period_id
    join public.boards on boards.id = periods.board_id
    where versions.period_id = drop_versions.period_id
  ),
  judged as (
    select placed.version,
      placed.version = max(placed.version) over ()
        -- The version published an hour ago, however old: movement in the last hour counts from it.
        or placed.version = max(placed.version) filter (
          where placed.as_of <= placed.reference - settings.keep_every_version_for) over ()
        or leaderboard.is_version_kept(placed.as_of,
          placed.version = max(placed.version) over (partition by date_trunc('hour', placed.as_of)),
          placed.version = max(placed.version) over (partition by placed.local_day),
          placed.reference) as is_kept
    from placed
    cross join leaderboard.leaderboard_settings as settings
  ),
  bounded as (
    select judged.version, judged.is_kept,
      max(judged.version) filter (where judged.is_kept) over (order by judged.version) as kept_before,
      min(judged.version) filter (where judged.is_kept) over (order by judged.version desc) as kept_after
    from judged
  ),
  dropped as (
    delete from leaderboard.board_versions as versions
    using bounded
    where versions.period_id = drop_versions.period_id and versions.version = bounded.version
      and not bounded.is_kept
    returning versions.version, bounded.kept_before, bounded.kept_after
  )
  select min(dropped.version), coalesce(dropped.kept_before, 0), dropped.kept_after, count(*)::int
  from dropped
  group by dropped.kept_before, dropped.kept_after;
$$;
comment on function leaderboard.drop_versions(bigint) is
  'Deletes the versions of a period that the settings no longer keep; returns each stretch of them with the kept '
  'versions on both sides. The last version always stays, and so does the last one before the versions that are '
  'all kept.';

create function leaderboard.thin_history(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  stretch record;
  total_count int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/history', thin_history.period_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  for stretch in select * from leaderboard.drop_versions(thin_history.period_id) loop
    total_count := total_count + stretch.dropped_count;
    -- Rows valid only between two kept versions are deleted with the versions between them; each history row
    -- is checked once per thinning of its stretch.
    delete from leaderboard.standing_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
    delete from leaderboard.standing_node_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
    delete from leaderboard.tier_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > stretch.first_version and history.until_version <= stretch.kept_after
      and history.since_version > stretch.kept_before;
  end loop;
  return jsonb_build_object('status', 'thinned', 'dropped_count', total_count);
end;
$$;
comment on function leaderboard.thin_history(bigint) is
  'Deletes versions beyond what the settings keep (all of the last hour, then hourly, then daily) and history '
  'that nobody can ask for any more. Every remaining version answers exactly as before.';

create function leaderboard.drop_player_marks()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  dropped_count int;
begin
  -- A board being reactivated looks for what it missed under the same lock.
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/marks', 0)) then
    return 0;
  end if;
  delete from leaderboard.player_marks as marks
  where not exists (
    select from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where periods.state = 'open' and boards.is_active
      -- By the clock, because a period may have begun since this transaction did.
      and coalesce(periods.starts_at <= clock_timestamp(), true)
      and not pg_visible_in_snapshot(marks.transaction_id, coalesce(periods.applied_snapshot, '1:1:')));
  get diagnostics dropped_count = row_count;
  return dropped_count;
end;
$$;
comment on function leaderboard.drop_player_marks() is
  'Deletes marks that every open period of an active board has applied. A period without a snapshot has applied '
  'none: its first refresh may be reading profiles right now. Periods that have not begun and reactivated boards '
  'read the profiles themselves.';

create function leaderboard.thin_all_history()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  thinned_count int;
begin
  select count(leaderboard.thin_history(periods.id))::int into thinned_count
  from leaderboard.board_periods as periods where periods.purged_at is null;
  perform leaderboard.drop_player_marks();
  return thinned_count;
end;
$$;
comment on function leaderboard.thin_all_history() is
  'Thins the history of every period and deletes marks that all periods have applied.';
