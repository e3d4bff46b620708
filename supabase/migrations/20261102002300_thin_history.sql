-- How much of the past is kept, and what the engine tells about itself.

create function private.thin_history(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  settings private.leaderboard_settings;
  newest timestamptz;
  dropped_count int;
  first_dropped bigint;
  last_dropped bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/history', thin_history.period_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  select only_row.* into settings from private.leaderboard_settings as only_row;
  select max(versions.as_of) into newest from private.board_versions as versions
    where versions.period_id = thin_history.period_id;
  with judged as (
    select versions.version,
      case
        when versions.as_of > newest - settings.keep_every_version_for then true
        when versions.as_of > newest - settings.keep_hourly_versions_for then
          versions.version = max(versions.version) over (partition by date_trunc('hour', versions.as_of))
        when versions.as_of > newest - settings.keep_daily_versions_for then
          versions.version = max(versions.version) over (partition by date_trunc('day', versions.as_of))
        else false
      end as is_kept
    from private.board_versions as versions
    where versions.period_id = thin_history.period_id
  ),
  dropped as (
    delete from private.board_versions as versions
    using judged
    where versions.period_id = thin_history.period_id and versions.version = judged.version
      and not judged.is_kept
    returning versions.version
  )
  select count(*), min(dropped.version), max(dropped.version) into dropped_count, first_dropped, last_dropped
    from dropped;
  if dropped_count > 0 then
    -- What was said only in versions that are gone is gone too. Rows outside the dropped stretch were looked
    -- at before.
    delete from private.standing_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > first_dropped and history.since_version <= last_dropped
      and not exists (
        select from private.board_versions as kept
        where kept.period_id = thin_history.period_id
          and kept.version >= history.since_version and kept.version < history.until_version);
    delete from private.standing_node_history as history
    where history.period_id = thin_history.period_id
      and history.until_version > first_dropped and history.since_version <= last_dropped
      and not exists (
        select from private.board_versions as kept
        where kept.period_id = thin_history.period_id
          and kept.version >= history.since_version and kept.version < history.until_version);
  end if;
  return jsonb_build_object('status', 'thinned', 'dropped_count', dropped_count);
end;
$$;
comment on function private.thin_history(bigint) is
  'Drops versions beyond what the settings keep (all of the last hour, then hourly, then daily) and the '
  'history nobody can ask for any more. Every version that stays answers exactly as before.';

create function private.thin_all_history()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  oldest_xmin xid8;
  thinned_count int;
begin
  select count(private.thin_history(periods.id))::int into thinned_count
  from private.board_periods as periods where periods.purged_at is null;
  select min(pg_snapshot_xmin(periods.applied_snapshot)) into oldest_xmin
  from private.board_periods as periods where periods.state = 'open';
  -- Every open period has applied these; a period without a snapshot reads profiles themselves.
  delete from private.player_marks as marks where marks.transaction_id < oldest_xmin;
  return thinned_count;
end;
$$;
comment on function private.thin_all_history() is
  'Thins the history of every period and drops marks that all have applied.';

create function public.get_leaderboard_health()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'run', (
      select jsonb_build_object('started_at', runs.started_at, 'finished_at', runs.finished_at, 'run_count',
        runs.run_count,
        'skipped_count', runs.skipped_count, 'failed_count', runs.failed_count, 'last_error', runs.last_error)
      from private.refresh_runs as runs),
    'boards', coalesce(jsonb_agg(jsonb_build_object(
      'board', boards.slug, 'period_id', periods.id, 'state', periods.state, 'version', periods.version,
        'as_of', periods.as_of,
      'player_count', periods.player_count, 'last_refresh_ms', periods.last_refresh_ms,
      'skipped_count', coalesce((
        select skips.skipped_count from private.refresh_skips as skips where skips.period_id = periods.id),
          0),
      'overrun_count', periods.overrun_count,
      'waits_since', (
        select min(waiting.received_at) from (
          select events.received_at from public.score_events as events
          where events.transaction_id >= pg_snapshot_xmin(periods.applied_snapshot)
            and not pg_visible_in_snapshot(events.transaction_id, periods.applied_snapshot)
          order by events.transaction_id limit 1000
        ) as waiting)
    ) order by boards.id, periods.id), '[]'))
  from private.board_periods as periods
  join public.boards on boards.id = periods.board_id
  where periods.state <> 'closed';
$$;
comment on function public.get_leaderboard_health() is
  'How the scheduled refreshes do, for metrics: last run, skips, failures, and per open period its '
  'version, age, duration, overruns and the oldest event not yet applied. Definer: the tables are closed; '
  'only the secret key may call it.';
grant execute on function public.get_leaderboard_health() to service_role;

select cron.schedule('thin-board-history', '7,22,37,52 * * * *', 'select private.thin_all_history()');
