create function platform.record_step_report(run_id text, step jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  reported platform.workflow_steps := jsonb_populate_record(null::platform.workflow_steps, step);
  is_memo constant boolean := coalesce((step ->> 'is_memo')::boolean, false);
begin
  -- Only the engine's memory is left of it: it is done, whatever its last attempt looked like.
  if is_memo then
    if exists (
      select from platform.workflow_steps as known
      where known.run_id = record_step_report.run_id and known.step_id = reported.step_id
        and known.ended_at is not null and known.status = reported.status)
    then
      return;
    end if;
    -- After a failed attempt that was reported, it must have been another one that succeeded.
    select coalesce(max(known.attempt + case
        when known.status = 'failed' and reported.status = 'completed' then 1 else 0 end), 0)
    into reported.attempt from platform.workflow_steps as known
    where known.run_id = record_step_report.run_id and known.step_id = reported.step_id;
  end if;
  insert into platform.workflow_steps as known
    (run_id, step_id, attempt, name, kind, status, started_at, ended_at, due_at, is_timed, output, error)
  values (
    record_step_report.run_id, reported.step_id, reported.attempt, reported.name, reported.kind, reported.status,
    reported.started_at, reported.ended_at, reported.due_at, coalesce(reported.is_timed, true),
    platform.redact_secrets(reported.output), platform.redact_secrets(reported.error))
  on conflict on constraint workflow_steps_pkey do update set
    status = excluded.status,
    started_at = case when is_memo then known.started_at else excluded.started_at end,
    ended_at = excluded.ended_at,
    due_at = coalesce(excluded.due_at, known.due_at),
    is_timed = excluded.is_timed,
    execution_count = known.execution_count + case
      when known.is_timed and excluded.started_at > known.started_at and not is_memo then 1
      else 0 end,
    output = coalesce(excluded.output, known.output),
    error = excluded.error
  -- A later execution replaces an earlier one; within one, its end replaces its beginning.
  where case
    when is_memo then known.ended_at is null or known.status <> excluded.status
    when known.kind in ('sleep', 'wait', 'invoke') then false
    -- Another worker's report may have been on its way longer than the engine's next call.
    when not known.is_timed then excluded.ended_at is not null
    when excluded.started_at = known.started_at then known.ended_at is null and excluded.ended_at is not null
    else excluded.started_at > known.started_at end;
end;
$$;
comment on function platform.record_step_report(text, jsonb) is
  'Records what a worker saw of one attempt of a step. Repeated or late reports change nothing.';

create function platform.record_run_report(report jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  reported_at constant timestamptz := (report ->> 'at')::timestamptz;
  reported_status constant text := coalesce(report ->> 'status', 'running');
  is_end constant boolean := reported_status in ('completed', 'failed', 'cancelled');
  by_engine constant boolean := coalesce((report ->> 'is_engine_word')::boolean, false);
  given_input constant jsonb := report -> 'event' -> 'data';
  redacted_input constant jsonb := platform.redact_secrets(given_input);
  known platform.workflow_runs;
begin
  insert into platform.workflow_runs
    (run_id, function_id, status_at, started_at, last_seen_at, quiet_after)
  values (report ->> 'run_id', report ->> 'function_id', '-infinity', reported_at, reported_at, reported_at)
  on conflict (run_id) do nothing;
  select * into strict known from platform.workflow_runs as runs
  where runs.run_id = report ->> 'run_id' for update;

  if known.event_name is null and report ? 'event' then
    known.event_name := report -> 'event' ->> 'name';
    known.event_id := report -> 'event' ->> 'id';
    known.input := redacted_input;
    known.is_input_whole := (report -> 'event' ->> 'is_whole')::boolean and redacted_input = given_input;
    known.cause_kind := coalesce(report -> 'cause' ->> 'kind', 'event');
    known.cause_id := coalesce(report -> 'cause' ->> 'id', known.event_name);
    known.repeats_run_id := report ->> 'repeats_run_id';
  end if;
  known.started_at := least(known.started_at, reported_at);
  known.last_seen_at := greatest(known.last_seen_at, reported_at);
  known.attempt := greatest(known.attempt, (report ->> 'attempt')::int);
  -- The end that the engine reports outweighs what a worker saw, an end outweighs progress, and then the later
  -- observation counts.
  if (by_engine, is_end, reported_at) >= (known.is_engine_word, known.ended_at is not null, known.status_at) then
    known.status := reported_status;
    known.status_at := reported_at;
    known.is_engine_word := by_engine;
    known.quiet_after := reported_at + make_interval(secs => coalesce((report ->> 'quiet_seconds')::float, 0));
    known.ended_at := case when is_end then greatest(reported_at, known.started_at) end;
    known.output := platform.redact_secrets(report -> 'output');
    known.error := platform.redact_secrets(report -> 'error');
  end if;
  update platform.workflow_runs as runs
  set event_name = known.event_name, event_id = known.event_id, input = known.input,
    is_input_whole = known.is_input_whole, cause_kind = known.cause_kind, cause_id = known.cause_id,
    repeats_run_id = known.repeats_run_id, started_at = known.started_at, last_seen_at = known.last_seen_at,
    attempt = known.attempt, status = known.status, status_at = known.status_at,
    is_engine_word = known.is_engine_word, quiet_after = known.quiet_after, ended_at = known.ended_at,
    output = known.output, error = known.error
  where runs.run_id = known.run_id;
  perform platform.record_step_report(known.run_id, step.value)
  from jsonb_array_elements(report -> 'steps') with ordinality as step
  order by step.ordinality;
end;
$$;
comment on function platform.record_run_report(jsonb) is
  'Records one report about a run, whatever was reported before it and in whichever order.';

create function public.record_workflow_reports(reports jsonb)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  report jsonb;
  report_count int := 0;
begin
  -- Runs are locked in the order of their ids, so that two workers cannot wait for each other.
  for report in
    select given.value from jsonb_array_elements(record_workflow_reports.reports) with ordinality as given
    order by given.value ->> 'run_id', given.ordinality
  loop
    perform platform.record_run_report(report);
    report_count := report_count + 1;
  end loop;
  return report_count;
end;
$$;
comment on function public.record_workflow_reports(jsonb) is
  'Records what workers and the engine report about runs, and returns how many reports it was given. Idempotent; '
  'an older report never replaces a newer one; secrets are redacted. For the service only.';
grant execute on function public.record_workflow_reports(jsonb) to service_role;
