-- The engine's report about itself.

create function public.get_leaderboard_health()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'run', (select to_jsonb(runs) - 'job' from leaderboard.refresh_runs as runs where runs.job = 'refresh'),
    'closing', (select to_jsonb(runs) - 'job' from leaderboard.refresh_runs as runs where runs.job = 'close'),
    'boards', coalesce(jsonb_agg(jsonb_build_object(
      'board', boards.slug, 'period_id', periods.id, 'state', periods.state, 'version', periods.version,
      'as_of', periods.as_of,
      -- A frozen period stays correct, and nothing waits for it, however long its archive takes.
      'checked_at', case periods.state when 'open' then periods.checked_at else now() end,
      'player_count', periods.player_count,
      'ends_at', periods.ends_at, 'closes_at', periods.ends_at + boards.close_grace,
      'is_overdue', coalesce(periods.ends_at + boards.close_grace < now() - interval '5 minutes', false),
      'last_refresh_ms', periods.last_refresh_ms,
      'skipped_count', coalesce(setbacks.skipped_count, 0),
      'failed_count', coalesce(setbacks.failed_count, 0),
      'last_failed_at', setbacks.last_failed_at,
      'overrun_count', periods.overrun_count,
      'waits_since', (
        select min(waiting.received_at) from (
          select events.received_at from public.score_events as events
          where periods.state = 'open' and events.transaction_id >= pg_snapshot_xmin(periods.applied_snapshot)
            and not pg_visible_in_snapshot(events.transaction_id, periods.applied_snapshot)
          order by events.transaction_id limit 1000
        ) as waiting)
    ) order by boards.id, periods.starts_at, periods.id), '[]'))
  from leaderboard.board_periods as periods
  join public.boards on boards.id = periods.board_id
  left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
  where periods.state <> 'closed' and (boards.is_active or periods.state = 'closing')
    and (periods.starts_at is null or periods.starts_at <= now());
$$;
comment on function public.get_leaderboard_health() is
  'Health of the scheduled runs, for metrics: for refreshes (run) and closes (closing) the last run, durations, '
  'overruns of the 30 seconds, skips, postponed closes and failures; for each period that is not closed its '
  'version, age, duration, failures, when it closes, whether that is overdue by five minutes, and the oldest '
  'unapplied event. Definer: the tables are closed; only the secret key may call it.';
grant execute on function public.get_leaderboard_health() to service_role;
