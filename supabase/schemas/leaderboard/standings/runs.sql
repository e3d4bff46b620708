create table leaderboard.refresh_runs (
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
comment on table leaderboard.refresh_runs is
  'One row is one of the two scheduled runs, refresh and close: when the last one ran, how long they take '
  'and what went wrong.';
comment on column leaderboard.refresh_runs.duration_ms is
  'Of the last finished run; of all in duration_ms_total.';
comment on column leaderboard.refresh_runs.overrun_count is
  'Runs that took longer than the 30 seconds after which the next one is due.';
comment on column leaderboard.refresh_runs.skipped_count is
  'Runs that left at once because another one was at it.';
comment on column leaderboard.refresh_runs.busy_count is
  'Closes put off to the next run because senders, a refresh or a change of players or rules did not let go in time.';

alter table leaderboard.refresh_runs enable row level security;

create function leaderboard.hold_run(job text)
returns boolean
language sql
volatile
set search_path = ''
return pg_try_advisory_xact_lock(hashtextextended('leaderboard/' || hold_run.job, 0));
comment on function leaderboard.hold_run(text) is
  'Whether this run is the only one of its job until its transaction ends: it asks again in each. A lock of the session '
  'would outlive a run that is canceled, and keep all others from beginning for as long as the session lasts.';

create function leaderboard.begin_run(job text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not leaderboard.hold_run(begin_run.job) then
    update leaderboard.refresh_runs as runs set skipped_count = runs.skipped_count + 1
    where runs.job = begin_run.job;
    return false;
  end if;
  update leaderboard.refresh_runs as runs set started_at = clock_timestamp() where runs.job = begin_run.job;
  return true;
end;
$$;
comment on function leaderboard.begin_run(text) is
  'Whether a scheduled run may begin, which is noted and to be followed by finish_run; another one at it: false, '
  'counted as skipped.';

create function leaderboard.finish_run(job text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update leaderboard.refresh_runs as runs
  set finished_at = clock_timestamp(), run_count = runs.run_count + 1, duration_ms = taken.ms,
    duration_ms_total = runs.duration_ms_total + taken.ms,
    overrun_count = runs.overrun_count + (taken.ms > 30000)::int
  from (
    select begun.job, extract(epoch from clock_timestamp() - begun.started_at) * 1000 as ms
    from leaderboard.refresh_runs as begun where begun.job = finish_run.job
  ) as taken
  where runs.job = taken.job;
end;
$$;
comment on function leaderboard.finish_run(text) is
  'Notes that a scheduled run ended, and how long it took.';

create function leaderboard.note_failure(job text, what text, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update leaderboard.refresh_runs as runs
  set failed_count = runs.failed_count + 1, last_error = left(what || ': ' || message, 500)
  where runs.job = note_failure.job;
  raise warning '% failed: %', what, message;
end;
$$;
comment on function leaderboard.note_failure(text, text, text) is
  'Counts what failed in a scheduled run, where health shows it, and lets the run go on.';

create function leaderboard.note_period_failure(job text, period_id bigint, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform leaderboard.note_failure(job, format('The %s of period %s', job, period_id), message);
  insert into leaderboard.period_setbacks as setbacks (period_id, failed_count, last_failed_at)
  values (note_period_failure.period_id, 1, clock_timestamp())
  on conflict on constraint period_setbacks_pkey do update
  set failed_count = setbacks.failed_count + 1, last_failed_at = excluded.last_failed_at;
end;
$$;
comment on function leaderboard.note_period_failure(text, bigint, text) is
  'The same for one period, which then stands behind the others when a run begins.';
