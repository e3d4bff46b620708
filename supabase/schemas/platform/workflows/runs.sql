-- What the workers report about the runs of the durable functions, whichever engine calls them.

create table platform.workflow_runs (
  run_id text primary key check (run_id ~ '^[0-9A-Za-z_-]{1,64}$'),
  function_id text not null check (char_length(function_id) between 1 and 200),
  status text not null default 'running'
    check (status in ('running', 'stalled', 'completed', 'failed', 'cancelled')),
  status_at timestamptz not null,
  is_engine_word boolean not null default false,
  event_name text,
  event_id text,
  input jsonb,
  is_input_whole boolean not null default false,
  cause_kind text not null default 'event'
    check (cause_kind in ('request', 'player', 'board', 'member', 'guild', 'run', 'schedule', 'event')),
  cause_id text not null default '',
  repeats_run_id text,
  attempt int not null default 0,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  quiet_after timestamptz not null,
  ended_at timestamptz,
  duration_ms bigint generated always as (
    (extract(epoch from ended_at - started_at) * 1000)::bigint) stored,
  output jsonb,
  error jsonb,
  cancel_requested_at timestamptz,
  check ((ended_at is not null) = (status in ('completed', 'failed', 'cancelled')))
);
comment on table platform.workflow_runs is
  'One row is one run of a durable function, as its workers and its engine last reported it. Without secrets.';
comment on column platform.workflow_runs.status_at is
  'When the worker or the engine observed the status; an older observation never replaces a newer one.';
comment on column platform.workflow_runs.is_engine_word is
  'The engine itself reported how the run ended, which outweighs what a worker saw of it.';
comment on column platform.workflow_runs.is_input_whole is
  'The input is the event''s data as it was: nothing was redacted or shortened, so the run can be repeated.';
comment on column platform.workflow_runs.attempt is 'The highest attempt seen, counted from 0.';
comment on column platform.workflow_runs.quiet_after is
  'Until then no call of the engine has to come: the run sleeps, waits, or is between two attempts. A running '
  'run that is silent for longer counts as stalled.';
create index workflow_runs_started_idx on platform.workflow_runs (started_at desc, run_id desc);
create index workflow_runs_function_idx on platform.workflow_runs (function_id, started_at desc, run_id desc);
create index workflow_runs_cause_idx on platform.workflow_runs (cause_kind, cause_id, started_at desc);
create index workflow_runs_duration_idx on platform.workflow_runs ((coalesce(duration_ms, -1)), run_id);
create index workflow_runs_statistics_idx on platform.workflow_runs (started_at)
  include (function_id, status, duration_ms);
create index workflow_runs_quiet_idx on platform.workflow_runs (quiet_after) where status = 'running';
create index workflow_runs_seen_idx on platform.workflow_runs (last_seen_at);

alter table platform.workflow_runs enable row level security;

create table platform.workflow_steps (
  run_id text not null references platform.workflow_runs (run_id) on delete cascade,
  step_id text not null check (char_length(step_id) between 1 and 64),
  attempt int not null,
  name text not null check (char_length(name) between 1 and 200),
  kind text not null check (kind in ('run', 'send', 'sleep', 'wait', 'invoke', 'other')),
  status text not null check (status in ('running', 'waiting', 'completed', 'failed')),
  started_at timestamptz not null,
  ended_at timestamptz,
  due_at timestamptz,
  is_timed boolean not null default true,
  execution_count int not null default 1,
  output jsonb,
  error jsonb,
  primary key (run_id, step_id, attempt)
);
comment on table platform.workflow_steps is
  'One row is one attempt of a step of a run, in the latest execution of that attempt.';
comment on column platform.workflow_steps.due_at is 'When a sleep ends or a wait times out.';
comment on column platform.workflow_steps.is_timed is
  'False if the worker died before it reported the end: the step is done, but nobody saw when.';
comment on column platform.workflow_steps.execution_count is
  'More than one if the engine repeated the attempt because it got no answer.';

alter table platform.workflow_steps enable row level security;

create function platform.mark_stalled_runs()
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with silent as (
    select runs.run_id from platform.workflow_runs as runs
    where runs.status = 'running' and runs.quiet_after < now()
    order by runs.run_id
    for update skip locked
  ),
  marked as (
    update platform.workflow_runs as runs set status = 'stalled'
    from silent where runs.run_id = silent.run_id
    returning 1
  )
  select count(*)::int from marked;
$$;
comment on function platform.mark_stalled_runs() is
  'Marks the running runs that have been silent for too long, and returns how many. The next report of such a run '
  'makes it running again.';

create function platform.purge_workflow_runs()
returns int
language sql
volatile
security definer
set search_path = ''
as $$
  with expired as (
    select runs.run_id from platform.workflow_runs as runs
    where runs.last_seen_at < now() - interval '30 days' and runs.quiet_after < now()
    order by runs.run_id
    for update skip locked
  ),
  removed as (
    delete from platform.workflow_runs as runs using expired
    where runs.run_id = expired.run_id
    returning 1
  )
  select count(*)::int from removed;
$$;
comment on function platform.purge_workflow_runs() is
  'Deletes runs, with their steps, 30 days after the last report, and returns how many; one that sleeps or waits '
  'for longer stays.';
