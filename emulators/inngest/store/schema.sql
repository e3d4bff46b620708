-- The complete state of the engine. Applied at every start; each statement is idempotent.
create schema if not exists inngest_local;
set local search_path = inngest_local;
comment on schema inngest_local is 'State of the embedded durable-function engine. Owned and created by the engine.';

create table if not exists apps (
  id text primary key,
  url text not null,
  sdk text not null,
  framework text,
  checksum text not null,
  synced_at timestamptz not null
);
comment on table apps is 'One row is one application that serves functions, as it last registered itself.';

create table if not exists synced_addresses (
  url text primary key
);
comment on table synced_addresses is
  'One row is one configured address of an app that was synced at least once. Until all are, no event is routed.';

create table if not exists functions (
  id text primary key,
  app_id text not null references apps (id),
  name text not null,
  config json not null,
  trigger_events text[] not null,
  version int not null default 1,
  archived_at timestamptz
);
comment on table functions is 
  'One row is one function. An archived one starts no more runs; its runs in flight continue.';

create table if not exists events (
  internal_id text primary key,
  name text not null,
  body json not null,
  received_at timestamptz not null
);
create index if not exists events_by_name on events (name, internal_id desc);
create index if not exists events_by_receipt on events (received_at);
comment on table events is 'One row is one received event. A row and its routing job are written together.';

create table if not exists runs (
  id text primary key,
  function_id text not null,
  status text not null check (status in ('Scheduled', 'Running', 'Completed', 'Failed', 'Cancelled', 'Skipped')),
  events json not null,
  event_ids text[] not null,
  batch_id text,
  cron text,
  original_run_id text,
  req_version int not null default -1,
  is_planning_forced boolean not null default false,
  pending text[] not null default '{}',
  step_count int not null default 0,
  concurrency_keys text[] not null default '{}',
  order_at timestamptz not null,
  output json,
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index if not exists runs_by_event on runs using gin (event_ids);
create index if not exists runs_by_function on runs (function_id, id desc);
create index if not exists runs_by_end on runs (ended_at);
comment on table runs is 'One row is one run of a function. It changes only in a transaction that locked it.';
comment on column runs.pending is 'Steps of the current parallel group that must settle before the next discovery call.';
comment on column runs.is_planning_forced is 'True while a parallel group runs: the SDK must plan steps, not run them inline.';
comment on column runs.req_version is 'Execution version the SDK reported at its first 206; -1 before.';

create table if not exists run_steps (
  run_id text not null references runs (id) on delete cascade,
  step_id text not null,
  op text not null,
  name text not null,
  status text not null check (status in
    ('planned', 'sleeping', 'waiting', 'invoking', 'failing', 'completed', 'failed', 'timed_out')),
  is_race boolean not null default false,
  memo json,
  position int,
  attempts int not null default 0,
  error json,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (run_id, step_id)
);
comment on table run_steps is 
  'One row is one step of a run; it is scheduled once and memoized once, however often it is reported.';
comment on column run_steps.memo is 'What the SDK is given back for this step. Final once position is set; JSON null is a memo.';
comment on column run_steps.position is 'Order of completion within the run. Null: not memoized yet.';

create table if not exists jobs (
  id bigint generated always as identity primary key,
  key text not null unique,
  kind text not null,
  run_id text references runs (id) on delete cascade,
  function_id text,
  step_id text,
  attempt int not null default 0,
  refusals int not null default 0,
  run_at timestamptz not null,
  order_at timestamptz not null,
  payload json,
  concurrency_keys text[] not null default '{}',
  concurrency_limits int[] not null default '{}',
  lease_until timestamptz,
  lease_generation int not null default 0,
  last_error text
);
create index if not exists jobs_by_due on jobs (run_at);
create index if not exists jobs_by_run on jobs (run_id);
create index if not exists jobs_leased on jobs (lease_until) where lease_until is not null;
comment on table jobs is 'One row is one piece of outstanding work. It goes in the transaction that writes its effects.';
comment on column jobs.lease_until is 'Database time until which one worker owns the job; later it is delivered again.';
comment on column jobs.lease_generation is 'Fence: an answer is applied only if the generation is still the one that was claimed.';
comment on column jobs.run_at is 'Engine clock, which tests can move; leases are in database time, which they cannot.';
comment on column jobs.refusals is 'Connections the application refused; these do not spend attempts.';

create table if not exists pauses (
  id text primary key,
  run_id text not null references runs (id) on delete cascade,
  step_id text,
  kind text not null check (kind in ('event', 'signal', 'invoke', 'cancel')),
  event_name text,
  expression text,
  correlation_id text unique,
  signal text unique,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index if not exists pauses_by_event on pauses (event_name) where event_name is not null;
create index if not exists pauses_by_run on pauses (run_id);
comment on table pauses is 'One row is something a run waits for. Deleting the row resumes the run, so it happens once.';

create table if not exists rate_states (
  key text primary key,
  arrival_ms double precision not null
);
comment on table rate_states is 'Theoretical arrival time per rate limit or throttle key (generic cell rate algorithm).';

create table if not exists debounces (
  key text primary key,
  function_id text not null,
  event_id text not null,
  due_at timestamptz not null,
  latest_at timestamptz
);
comment on table debounces is 'One row is the newest event of a debounced key, waiting for quiet.';

create table if not exists batches (
  key text primary key,
  id text not null,
  function_id text not null,
  event_ids text[] not null
);
comment on table batches is 'One row is one batch that is being filled.';

create table if not exists singletons (
  key text primary key,
  run_id text not null references runs (id) on delete cascade
);
comment on table singletons is 'The one active run of a singleton key.';

create table if not exists claimed_keys (
  key text primary key,
  expires_at timestamptz not null
);
comment on table claimed_keys is 'Function and event id pairs that already started a run.';
