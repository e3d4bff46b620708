create table private.refresh_runs (
  job text primary key check (job in ('refresh', 'close')),
  started_at timestamptz,
  finished_at timestamptz,
  run_count bigint not null default 0,
  duration_ms double precision,
  duration_ms_total double precision not null default 0,
  overrun_count bigint not null default 0,
  skipped_count bigint not null default 0,
  busy_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_error text
) with (fillfactor = 50);
comment on table private.refresh_runs is
  'One row is one of the two scheduled runs, refresh and close: when the last one ran, how long they take '
  'and what went wrong.';
comment on column private.refresh_runs.duration_ms is
  'Of the last finished run; of all in duration_ms_total.';
comment on column private.refresh_runs.overrun_count is
  'Runs that took longer than the 30 seconds after which the next one is due.';
comment on column private.refresh_runs.skipped_count is
  'Runs that left at once because another one was at it.';
comment on column private.refresh_runs.busy_count is
  'Closes put off to the next run because senders, a refresh or a change of players or rules did not let go in time.';
alter table private.refresh_runs enable row level security;
insert into private.refresh_runs (job) values ('refresh'), ('close');

create function private.hold_run(job text)
returns boolean
language sql
volatile
set search_path = ''
return pg_try_advisory_xact_lock(hashtextextended('leaderboard/' || hold_run.job, 0));
comment on function private.hold_run(text) is
  'Whether this run is the only one of its job until its transaction ends: it asks again in each. A lock of the session '
  'would outlive a run that is canceled, and keep all others from beginning for as long as the session lasts.';

create function private.begin_run(job text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not private.hold_run(begin_run.job) then
    update private.refresh_runs as runs set skipped_count = runs.skipped_count + 1
    where runs.job = begin_run.job;
    return false;
  end if;
  update private.refresh_runs as runs set started_at = clock_timestamp() where runs.job = begin_run.job;
  return true;
end;
$$;
comment on function private.begin_run(text) is
  'Whether a scheduled run may begin, which is noted and to be followed by finish_run; another one at it: false, '
  'counted as skipped.';

create function private.finish_run(job text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.refresh_runs as runs
  set finished_at = clock_timestamp(), run_count = runs.run_count + 1, duration_ms = taken.ms,
    duration_ms_total = runs.duration_ms_total + taken.ms,
    overrun_count = runs.overrun_count + (taken.ms > 30000)::int
  from (
    select begun.job, extract(epoch from clock_timestamp() - begun.started_at) * 1000 as ms
    from private.refresh_runs as begun where begun.job = finish_run.job
  ) as taken
  where runs.job = taken.job;
end;
$$;
comment on function private.finish_run(text) is
  'Notes that a scheduled run ended, and how long it took.';

create function private.note_failure(job text, what text, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.refresh_runs as runs
  set failed_count = runs.failed_count + 1, last_error = left(what || ': ' || message, 500)
  where runs.job = note_failure.job;
  raise warning '% failed: %', what, message;
end;
$$;
comment on function private.note_failure(text, text, text) is
  'Counts what failed in a scheduled run, where health shows it, and lets the run go on.';

create function private.note_period_failure(job text, period_id bigint, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.note_failure(job, format('The %s of period %s', job, period_id), message);
  insert into private.period_setbacks as setbacks (period_id, failed_count, last_failed_at)
  values (note_period_failure.period_id, 1, clock_timestamp())
  on conflict on constraint period_setbacks_pkey do update
  set failed_count = setbacks.failed_count + 1, last_failed_at = excluded.last_failed_at;
end;
$$;
comment on function private.note_period_failure(text, bigint, text) is
  'The same for one period, which then stands behind the others when a run begins.';

create function private.open_due_periods()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  board public.boards;
  opened_count int := 0;
begin
  for board in
    select boards.* from public.boards
    where boards.is_active and boards.kind <> 'season'
      and not exists (
        select from private.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
          and (periods.ends_at is null or periods.ends_at > now()))
    order by boards.id
  loop
    begin
      opened_count := opened_count + private.open_periods(board);
    exception when others then
      perform private.note_failure('refresh', 'Opening a period of ' || board.slug, sqlerrm);
    end;
  end loop;
  return opened_count;
end;
$$;
comment on function private.open_due_periods() is
  'Opens what is due of each active board, missed periods first; play goes on while the last one closes. '
  'A board that fails keeps no other from it. Returns how many were opened.';

create function public.refresh_board(board text, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  found_id bigint := (select boards.id from public.boards where boards.slug = refresh_board.board);
begin
  if found_id is null then
    perform private.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform private.open_due_periods();
  perform private.give_up_past_tiers();
  return private.refresh_period(private.current_period_id(found_id), refresh_board.as_of);
end;
$$;
comment on function public.refresh_board(text, timestamptz) is
  'Refreshes the running period of a board now, as the schedule would. Definer: only the secret key may '
  'call it.';
grant execute on function public.refresh_board(text, timestamptz) to service_role;

create procedure private.refresh_due_boards(max_seconds int default 90)
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  -- The whole call is one statement to a statement timeout (two minutes when hosted), which a procedure cannot
  -- lift for itself. So it ends in time, and the next run goes on.
  deadline timestamptz := pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => max_seconds);
  period_id bigint;
  is_canceled boolean := false;
begin
  if not private.begin_run('refresh') then
    return;
  end if;
  perform private.open_due_periods();
  commit;
  -- Between two transactions another one may have begun: then this one leaves the rest to it.
  if not private.hold_run('refresh') then
    return;
  end if;
  perform private.give_up_past_tiers();
  commit;
  for period_id in
    select periods.id from private.board_periods as periods
    join public.boards on boards.id = periods.board_id
    left join private.period_setbacks as setbacks on setbacks.period_id = periods.id
    where boards.is_active and periods.state = 'open'
      and (periods.starts_at is null or periods.starts_at <= pg_catalog.now())
    -- What was looked at longest ago first, whether it failed or not: when the time is up, those that had to wait
    -- come first in the next run, and none that fails keeps coming first.
    order by greatest(periods.checked_at, setbacks.last_failed_at), periods.id
  loop
    if not private.hold_run('refresh') then
      return;
    end if;
    -- One board that fails stays as it was and does not keep the others from being refreshed.
    begin
      perform private.refresh_period(period_id);
    exception when query_canceled or others then
      perform private.note_period_failure('refresh', period_id, sqlerrm);
      -- The statement timeout was for the whole run, and an administrator means it too.
      is_canceled := sqlstate = '57014';
    end;
    commit;
    exit when is_canceled or pg_catalog.clock_timestamp() > deadline;
  end loop;
  perform private.finish_run('refresh');
end;
$$;
comment on procedure private.refresh_due_boards(int) is
  'What the schedule calls: opens due periods and refreshes each board in a transaction of its own, the one '
  'looked at longest ago first, for so many seconds or until it is canceled. A second one at the same time '
  'counts itself as skipped and leaves.';
