-- Closing has a separate schedule and lock: boards are refreshed however large an archive is.

create function leaderboard.close_further(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case (select periods.state from leaderboard.board_periods as periods
    where periods.id = close_further.period_id)
    when 'open' then leaderboard.freeze_period(close_further.period_id)
    when 'closing' then leaderboard.archive_period(close_further.period_id)
    when 'closed' then leaderboard.purge_period(close_further.period_id)
  end;
end;
$$;
comment on function leaderboard.close_further(bigint) is
  'The next step from open through closing to closed and purged; does nothing if none is due.';

create procedure leaderboard.close_due_periods(max_seconds int default 60)
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  -- For a statement timeout (two minutes when hosted) the whole call is one statement, and a procedure cannot
  -- change that. So it ends in time, and the next run continues.
  deadline timestamptz := pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => max_seconds);
  period_id bigint;
  status text;
  is_canceled boolean := false;
begin
  if not leaderboard.begin_run('close') then
    return;
  end if;
  commit;
  -- In order, so everything due on a board closes in one run; recent failures come after the rest, and
  -- purging last.
  for period_id in
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
    where periods.purged_at is null and periods.ends_at + boards.close_grace <= pg_catalog.now()
      and (boards.is_active or periods.state <> 'open')
    order by periods.state = 'closed',
      coalesce(setbacks.last_failed_at > pg_catalog.now() - interval '10 minutes', false),
      periods.starts_at, periods.id
  loop
    loop
      -- Another run may have begun between two transactions; then this one leaves the rest to it.
      if not leaderboard.hold_run('close') then
        return;
      end if;
      begin
        status := leaderboard.close_further(period_id) ->> 'status';
      exception when lock_not_available then
        -- Changes of players or rules may hold the page for longer than a freeze waits.
        status := 'busy';
      when query_canceled or others then
        status := 'failed';
        perform leaderboard.note_period_failure('close', period_id, sqlerrm);
        is_canceled := sqlstate = '57014';
      end;
      if status = 'busy' then
        update leaderboard.refresh_runs set busy_count = refresh_runs.busy_count + 1
        where refresh_runs.job = 'close';
      end if;
      commit;
      exit when status not in ('closing', 'archiving', 'purging')
        or pg_catalog.clock_timestamp() > deadline;
    end loop;
    exit when is_canceled or pg_catalog.clock_timestamp() > deadline;
  end loop;
  perform leaderboard.finish_run('close');
end;
$$;
comment on procedure leaderboard.close_due_periods(int) is
  'The scheduled job: freezes, archives and purges what is due, each step and batch in a separate, repeatable '
  'transaction, for the given time or until it is cancelled. A concurrent call counts itself as skipped and '
  'returns.';
