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
  'One row is one of the two scheduled runs, refresh and close: when it last ran, its durations and its problems.';
comment on column leaderboard.refresh_runs.duration_ms is
  'Duration of the last finished run; duration_ms_total sums all of them.';
comment on column leaderboard.refresh_runs.overrun_count is
  'Runs that took longer than the 30 seconds between runs.';
comment on column leaderboard.refresh_runs.skipped_count is
  'Runs that returned at once because another one was active.';
comment on column leaderboard.refresh_runs.busy_count is
  'Closes postponed to the next run because senders, a refresh or a change of players or rules did not release '
  'their locks in time.';

alter table leaderboard.refresh_runs enable row level security;

create function leaderboard.hold_run(job text)
returns boolean
language sql
volatile
set search_path = ''
return pg_try_advisory_xact_lock(hashtextextended('leaderboard/' || hold_run.job, 0));
comment on function leaderboard.hold_run(text) is
  'Whether this run is the only one of its job until its transaction ends; asked again in each transaction. A '
  'session lock would outlive a cancelled run, and block all others for as long as the session lasts.';

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
  'Whether a scheduled run may begin, which is recorded and must be followed by finish_run; false if another one '
  'is active, which counts as skipped.';

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
  'Records the end and the duration of a scheduled run.';

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
  'Counts a failure in a scheduled run, which health reports, and lets the run continue.';

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
  'The same for one period, which then sorts behind the others in later runs.';
