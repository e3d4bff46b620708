SET local check_function_bodies = off;

CREATE TABLE "platform"."workflow_runs" (
  "run_id"              text                     NOT NULL,
  "function_id"         text                     NOT NULL,
  "status"              text                     NOT NULL DEFAULT 'running'::text,
  "status_at"           timestamp with time zone NOT NULL,
  "is_engine_word"      boolean                  NOT NULL DEFAULT false,
  "event_name"          text,
  "event_id"            text,
  "input"               jsonb,
  "is_input_whole"      boolean                  NOT NULL DEFAULT false,
  "cause_kind"          text                     NOT NULL DEFAULT 'event'::text,
  "cause_id"            text                     NOT NULL DEFAULT ''::text,
  "repeats_run_id"      text,
  "attempt"             integer                  NOT NULL DEFAULT 0,
  "started_at"          timestamp with time zone NOT NULL,
  "last_seen_at"        timestamp with time zone NOT NULL,
  "quiet_after"         timestamp with time zone NOT NULL,
  "ended_at"            timestamp with time zone,
  "duration_ms"         bigint                   GENERATED ALWAYS AS (((EXTRACT(epoch FROM (ended_at - started_at)) * (1000)::numeric))::bigint) STORED,
  "output"              jsonb,
  "error"               jsonb,
  "cancel_requested_at" timestamp with time zone,
  CONSTRAINT "workflow_runs_cause_kind_check"
    CHECK ((cause_kind = ANY (ARRAY['request'::text, 'player'::text, 'board'::text, 'member'::text, 'guild'::text, 'run'::text, 'schedule'::text, 'event'::text]))),
  CONSTRAINT "workflow_runs_check" CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])))),
  CONSTRAINT "workflow_runs_function_id_check" CHECK (((char_length(function_id) >= 1) AND (char_length(function_id) <= 200))),
  CONSTRAINT "workflow_runs_pkey" PRIMARY KEY (run_id),
  CONSTRAINT "workflow_runs_run_id_check" CHECK ((run_id ~ '^[0-9A-Za-z_-]{1,64}$'::text)),
  CONSTRAINT "workflow_runs_status_check" CHECK ((status = ANY (ARRAY['running'::text, 'stalled'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE "platform"."workflow_runs"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "platform"."workflow_steps" (
  "run_id"          text                     NOT NULL,
  "step_id"         text                     NOT NULL,
  "attempt"         integer                  NOT NULL,
  "name"            text                     NOT NULL,
  "kind"            text                     NOT NULL,
  "status"          text                     NOT NULL,
  "started_at"      timestamp with time zone NOT NULL,
  "ended_at"        timestamp with time zone,
  "due_at"          timestamp with time zone,
  "is_timed"        boolean                  NOT NULL DEFAULT true,
  "execution_count" integer                  NOT NULL DEFAULT 1,
  "output"          jsonb,
  "error"           jsonb,
  CONSTRAINT "workflow_steps_kind_check" CHECK ((kind = ANY (ARRAY['run'::text, 'send'::text, 'sleep'::text, 'wait'::text, 'invoke'::text, 'other'::text]))),
  CONSTRAINT "workflow_steps_name_check" CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
  CONSTRAINT "workflow_steps_pkey" PRIMARY KEY (run_id, step_id, attempt),
  CONSTRAINT "workflow_steps_status_check" CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'completed'::text, 'failed'::text]))),
  CONSTRAINT "workflow_steps_step_id_check" CHECK (((char_length(step_id) >= 1) AND (char_length(step_id) <= 64)))
);

ALTER TABLE "platform"."workflow_steps"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION platform.check_workflow_reader()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers see the workflows.', 'Ask a manager.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION platform.describe_workflow_cause (
  kind text,
  id   text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('kind', describe_workflow_cause.kind, 'id', describe_workflow_cause.id, 'label',
    case describe_workflow_cause.kind
      when 'request' then (
        select request.amount || ' ' || case request.credit_type when 'ai' then 'AI' else 'lead' end
          || ' credits for ' || profiles.username
        from public.credit_requests as request
        join public.profiles on profiles.id = request.player_id
        where request.id::text = describe_workflow_cause.id)
      when 'player' then (
        select profiles.username from public.profiles where profiles.id::text = describe_workflow_cause.id)
      when 'member' then (
        select profiles.username from public.discord_links as link
        join public.profiles on profiles.id = link.player_id
        where link.discord_user_id = describe_workflow_cause.id)
      when 'board' then (select boards.name from public.boards where boards.slug = describe_workflow_cause.id)
      when 'guild' then (select guilds.name from public.guilds where guilds.id = describe_workflow_cause.id)
    end);
$function$;

CREATE OR REPLACE FUNCTION platform.describe_workflow_run (
  run platform.workflow_runs
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'run_id', run.run_id, 'function_id', run.function_id, 'status', run.status, 'event_name', run.event_name,
    'cause', platform.describe_workflow_cause(run.cause_kind, run.cause_id),
    'repeats_run_id', run.repeats_run_id, 'attempt', run.attempt, 'started_at', run.started_at,
    'last_seen_at', run.last_seen_at, 'ended_at', run.ended_at, 'duration_ms', run.duration_ms,
    'error', run.error, 'is_cancel_requested', run.cancel_requested_at is not null and run.ended_at is null);
$function$;

CREATE OR REPLACE FUNCTION platform.describe_workflow_steps (
  run platform.workflow_runs
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with attempts as (
    select steps.*, max(steps.attempt) over (partition by steps.step_id) as last_attempt
    from platform.workflow_steps as steps where steps.run_id = run.run_id
  )
  select coalesce(jsonb_agg(jsonb_build_object(
      'step_id', attempts.step_id, 'attempt', attempts.attempt, 'name', attempts.name, 'kind', attempts.kind,
      'status', case
        when attempts.ended_at is null and (run.ended_at is not null or attempts.attempt < attempts.last_attempt)
        then 'interrupted' else attempts.status end,
      'started_at', attempts.started_at, 'ended_at', attempts.ended_at, 'due_at', attempts.due_at,
      'is_timed', attempts.is_timed, 'execution_count', attempts.execution_count,
      'output', attempts.output, 'error', attempts.error)
    order by attempts.started_at, attempts.step_id, attempts.attempt), '[]')
  from attempts;
$function$;

CREATE OR REPLACE FUNCTION platform.find_workflow_run (
  run_id text
)
  RETURNS platform.workflow_runs
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  known platform.workflow_runs;
begin
  select * into known from platform.workflow_runs as runs
  where runs.run_id = find_workflow_run.run_id for update;
  if known.run_id is null then
    perform platform.refuse(404, 'run_not_found', 'There is no such run.',
      'Open the list of runs; they are kept for 30 days.');
  end if;
  return known;
end;
$function$;

CREATE OR REPLACE FUNCTION platform.mark_stalled_runs()
  RETURNS integer
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION platform.purge_old_rows()
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from platform.outbox where outbox.sent_at < now() - interval '7 days';
  delete from platform.rate_limits as counted
  where to_timestamp((counted.window_number + 2) * counted.window_seconds) < now();
  delete from platform.command_results where command_results.created_at < now() - interval '30 days';
  update platform.interactions set response = null
  where interactions.received_at < now() - interval '1 day' and interactions.response is not null;
  delete from platform.interactions where interactions.received_at < now() - interval '90 days';
  perform platform.purge_workflow_runs();
  delete from cron.job_run_details where job_run_details.end_time < now() - interval '1 day';
  if has_table_privilege('net._http_response', 'delete') then
    delete from net._http_response where _http_response.created < now() - interval '6 hours';
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION platform.purge_workflow_runs()
  RETURNS integer
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION platform.record_run_report (
  report jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION platform.record_step_report (
  run_id text,
  step   jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.cancel_workflow_run (
  run_id           text,
  idempotency_key  text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_admin(cancel_workflow_run.acting_player_id, 'Only admins cancel runs.');
  replay jsonb := platform.begin_command('cancel_workflow_run', actor, cancel_workflow_run.idempotency_key,
    jsonb_build_object('run_id', cancel_workflow_run.run_id));
  run platform.workflow_runs;
begin
  if replay is not null then
    return replay;
  end if;
  run := platform.find_workflow_run(cancel_workflow_run.run_id);
  if run.ended_at is not null then
    perform platform.refuse(409, 'run_ended', format('This run is over: it %s.', case run.status
      when 'cancelled' then 'was cancelled' else run.status end), 'Nothing is left to cancel.');
  end if;
  update platform.workflow_runs set cancel_requested_at = now() where workflow_runs.run_id = run.run_id;
  perform platform.emit_event('platform/run.cancel_requested',
    jsonb_build_object('run_id', run.run_id, 'function_id', run.function_id));
  perform platform.record_audit('workflow_run.cancel_requested', 'workflow_run', run.run_id, null,
    jsonb_build_object('function_id', run.function_id, 'status', run.status), actor,
    platform.resolve_source(cancel_workflow_run.source));
  return platform.finish_command('cancel_workflow_run', actor, cancel_workflow_run.idempotency_key,
    jsonb_build_object('run_id', run.run_id));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."cancel_workflow_run"(text, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_workflow_run (
  run_id text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform platform.check_workflow_reader();
  return (
    select platform.describe_workflow_run(runs) || jsonb_build_object(
      'input', runs.input, 'is_input_whole', runs.is_input_whole, 'output', runs.output, 'event_id', runs.event_id,
      'steps', platform.describe_workflow_steps(runs),
      'repeated_by', (
        select coalesce(jsonb_agg(later.run_id order by later.started_at, later.run_id), '[]')
        from platform.workflow_runs as later
        where later.cause_kind = runs.cause_kind and later.cause_id = runs.cause_id
          and later.repeats_run_id = runs.run_id))
    from platform.workflow_runs as runs
    where runs.run_id = get_workflow_run.run_id);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."get_workflow_run"(text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_workflow_statistics (
  hours integer DEFAULT 24
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  bucket interval;
  first_bucket timestamptz;
begin
  perform platform.check_workflow_reader();
  if hours is null or hours not between 1 and 720 then
    perform platform.refuse(400, 'span_invalid', 'Statistics cover between one hour and 30 days.',
      'Ask for 1 to 720 hours.');
  end if;
  bucket := case when hours <= 2 then interval '5 minutes' when hours <= 48 then interval '1 hour'
    else interval '1 day' end;
  first_bucket := date_bin(bucket, now() - make_interval(hours => hours) + bucket, '2000-01-01T00:00:00Z');
  return (
    with started as (
      select runs.function_id, runs.status, runs.duration_ms, runs.started_at,
        date_bin(bucket, runs.started_at, '2000-01-01T00:00:00Z') as bucket_at
      from platform.workflow_runs as runs
      where runs.started_at >= first_bucket
    ),
    per_bucket as (
      select started.function_id, started.bucket_at, count(*) as run_count,
        count(*) filter (where started.status = 'completed') as completed_count,
        count(*) filter (where started.status = 'failed') as failed_count,
        percentile_disc(0.5) within group (order by started.duration_ms)
          filter (where started.status = 'completed') as p50_ms
      from started group by 1, 2
    ),
    per_function as (
      select started.function_id, count(*) as run_count,
        count(*) filter (where started.status = 'completed') as completed_count,
        count(*) filter (where started.status = 'failed') as failed_count,
        count(*) filter (where started.status = 'cancelled') as cancelled_count,
        count(*) filter (where started.status in ('running', 'stalled')) as open_count,
        percentile_disc(array[0.5, 0.95]) within group (order by started.duration_ms)
          filter (where started.status = 'completed') as percentiles,
        max(started.started_at) as last_started_at
      from started group by 1
    )
    select jsonb_build_object(
      'first_bucket_at', first_bucket,
      'bucket_seconds', extract(epoch from bucket)::int,
      'functions', coalesce(jsonb_agg(jsonb_build_object(
          'function_id', per_function.function_id, 'run_count', per_function.run_count,
          'completed_count', per_function.completed_count, 'failed_count', per_function.failed_count,
          'cancelled_count', per_function.cancelled_count, 'open_count', per_function.open_count,
          'p50_ms', per_function.percentiles[1], 'p95_ms', per_function.percentiles[2],
          'last_started_at', per_function.last_started_at,
          'buckets', (
            select jsonb_agg(jsonb_build_object(
                'at', per_bucket.bucket_at, 'run_count', per_bucket.run_count,
                'completed_count', per_bucket.completed_count, 'failed_count', per_bucket.failed_count,
                'p50_ms', per_bucket.p50_ms) order by per_bucket.bucket_at)
            from per_bucket where per_bucket.function_id = per_function.function_id))
        order by per_function.function_id), '[]'))
    from per_function);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."get_workflow_statistics"(integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_scheduled_jobs()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform platform.check_workflow_reader();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'name', job.jobname, 'schedule', job.schedule, 'is_active', job.active,
        'last_started_at', last_run.start_time, 'last_status', last_run.status,
        'last_duration_ms', (extract(epoch from last_run.end_time - last_run.start_time) * 1000)::bigint,
        'last_message', case when last_run.status = 'failed' then left(last_run.return_message, 500) end)
      order by job.jobname), '[]')
    from cron.job
    left join lateral (
      select run.* from cron.job_run_details as run
      where run.jobid = job.jobid order by run.runid desc limit 1
    ) as last_run on true);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_scheduled_jobs"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_workflow_runs (
  function_id    text                     DEFAULT NULL::text,
  status         text                     DEFAULT NULL::text,
  cause_kind     text                     DEFAULT NULL::text,
  cause_id       text                     DEFAULT NULL::text,
  started_after  timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  started_before timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  query          text                     DEFAULT NULL::text,
  sort_by        text                     DEFAULT 'started_at'::text,
  is_descending  boolean                  DEFAULT true,
  after          text                     DEFAULT NULL::text,
  max_rows       integer                  DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  row_limit constant int := least(greatest(coalesce(max_rows, 50), 1), 200);
  needle constant text := nullif(lower(trim(query)), '');
  sort_key constant text := case sort_by
    when 'started_at' then 'runs.started_at'
    when 'duration_ms' then 'coalesce(runs.duration_ms, -1)' end;
  sort_type constant text := case sort_by when 'started_at' then 'timestamptz' else 'bigint' end;
  direction constant text := case when is_descending then 'desc' else 'asc' end;
  comparison constant text := case when is_descending then '<' else '>' end;
  after_key text;
  after_id text;
  answer jsonb;
begin
  perform platform.check_workflow_reader();
  if sort_key is null then
    perform platform.refuse(400, 'sort_unknown', 'Runs cannot be sorted by this.',
      'Sort by started_at or duration_ms.');
  end if;
  if after is not null then
    after_key := split_part(after, '_', 1);
    after_id := substr(after, length(after_key) + 2);
  end if;
  execute format($query$
    with page as (
      select runs as run, %1$s as sort_key, row_number() over (order by %1$s %2$s, runs.run_id %2$s) as place
      from platform.workflow_runs as runs
      where ($1 is null or runs.function_id = $1)
        and ($2 is null or runs.status = $2)
        and ($3 is null or runs.cause_kind = $3)
        and ($4 is null or runs.cause_id = $4)
        and ($5 is null or runs.started_at >= $5)
        and ($6 is null or runs.started_at < $6)
        and ($7 is null or strpos(lower(concat_ws(' ', runs.run_id, runs.function_id, runs.event_name,
          runs.cause_id, runs.error ->> 'message')), $7) > 0)
        and ($8 is null or (%1$s, runs.run_id) %3$s ($8::%4$s, $9))
      order by %1$s %2$s, runs.run_id %2$s
      limit $10 + 1
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(platform.describe_workflow_run((page.run))
        order by page.place) filter (where page.place <= $10), '[]'),
      'next_cursor', case when count(*) > $10 then
        (select page.sort_key::text || '_' || (page.run).run_id from page where page.place = $10) end)
    from page
  $query$, sort_key, direction, comparison, sort_type)
  into answer
  using function_id, status, cause_kind, cause_id, started_after, started_before, needle, after_key, after_id,
    row_limit;
  return answer;
exception when data_exception then
  perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
end;
$function$;

REVOKE ALL
  ON FUNCTION "public"."list_workflow_runs"(text, text, text, text, timestamp WITH time zone, timestamp WITH time zone, text, text, boolean, text, integer)
  FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.record_workflow_reports (
  reports jsonb
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."record_workflow_reports"(jsonb) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.repeat_workflow_run (
  run_id           text,
  idempotency_key  text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_admin(repeat_workflow_run.acting_player_id, 'Only admins repeat runs.');
  replay jsonb := platform.begin_command('repeat_workflow_run', actor, repeat_workflow_run.idempotency_key,
    jsonb_build_object('run_id', repeat_workflow_run.run_id));
  run platform.workflow_runs;
  event_id uuid;
begin
  if replay is not null then
    return replay;
  end if;
  run := platform.find_workflow_run(repeat_workflow_run.run_id);
  if run.cause_kind = 'schedule' then
    perform platform.refuse(409, 'run_not_repeatable', 'A schedule started this run.',
      'Wait for the next time of its schedule.');
  end if;
  if not run.is_input_whole or run.event_name !~ '^[a-z_]+/[a-z_]+\.[a-z_]+$' or run.event_name like 'inngest/%' then
    perform platform.refuse(409, 'run_not_repeatable', 'The event of this run is not stored as it was.',
      'Repeat what caused it.');
  end if;
  -- The id makes it another intention for functions that run once per request.
  event_id := platform.emit_event(run.event_name, run.input
    || jsonb_build_object('repeats_run_id', run.run_id, 'repeat_id', gen_random_uuid()));
  perform platform.record_audit('workflow_run.repeated', 'workflow_run', run.run_id, null,
    jsonb_build_object('function_id', run.function_id, 'event_name', run.event_name, 'event_id', event_id), actor,
    platform.resolve_source(repeat_workflow_run.source));
  return platform.finish_command('repeat_workflow_run', actor, repeat_workflow_run.idempotency_key,
    jsonb_build_object('run_id', run.run_id, 'event_id', event_id));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."repeat_workflow_run"(text, text, uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "platform"."workflow_steps"
  ADD CONSTRAINT "workflow_steps_run_id_fkey" FOREIGN KEY (run_id) REFERENCES platform.workflow_runs(run_id) ON DELETE CASCADE;

CREATE INDEX workflow_runs_cause_idx ON platform.workflow_runs USING btree (cause_kind, cause_id, started_at DESC);

CREATE INDEX workflow_runs_duration_idx ON platform.workflow_runs USING btree (COALESCE(duration_ms, ('-1'::integer)::bigint), run_id);

CREATE INDEX workflow_runs_function_idx ON platform.workflow_runs USING btree (function_id, started_at DESC, run_id DESC);

CREATE INDEX workflow_runs_quiet_idx ON platform.workflow_runs USING btree (quiet_after)
  WHERE (status = 'running'::text);

CREATE INDEX workflow_runs_seen_idx ON platform.workflow_runs USING btree (last_seen_at);

CREATE INDEX workflow_runs_started_idx ON platform.workflow_runs USING btree (started_at DESC, run_id DESC);

CREATE INDEX workflow_runs_statistics_idx ON platform.workflow_runs USING btree (started_at) INCLUDE (function_id, status, duration_ms);

COMMENT ON COLUMN "platform"."workflow_runs"."attempt" IS 'The highest attempt seen, counted from 0.';

COMMENT ON COLUMN "platform"."workflow_runs"."is_engine_word" IS 'The engine itself reported how the run ended, which outweighs what a worker saw of it.';

COMMENT ON COLUMN "platform"."workflow_runs"."is_input_whole" IS 'The input is the event''s data as it was: nothing was redacted or shortened, so the run can be repeated.';

COMMENT ON COLUMN "platform"."workflow_runs"."quiet_after" IS 'Until then no call of the engine has to come: the run sleeps, waits, or is between two attempts. A running run that is silent for longer counts as stalled.';

COMMENT ON COLUMN "platform"."workflow_runs"."status_at" IS 'When the worker or the engine observed the status; an older observation never replaces a newer one.';

COMMENT ON COLUMN "platform"."workflow_steps"."due_at" IS 'When a sleep ends or a wait times out.';

COMMENT ON COLUMN "platform"."workflow_steps"."execution_count" IS 'More than one if the engine repeated the attempt because it got no answer.';

COMMENT ON COLUMN "platform"."workflow_steps"."is_timed" IS 'False if the worker died before it reported the end: the step is done, but nobody saw when.';

COMMENT ON FUNCTION "platform"."check_workflow_reader"() IS 'Refuses everybody but managers, admins and the service.';

COMMENT ON FUNCTION "platform"."describe_workflow_cause"(text, text) IS '{kind, id, label} of what a run is about; the label is the name as it is now, null without one.';

COMMENT ON FUNCTION "platform"."describe_workflow_run"(platform.workflow_runs) IS 'A run as lists show it, without its input and output.';

COMMENT ON FUNCTION "platform"."describe_workflow_steps"(platform.workflow_runs) IS 'The attempts of a run''s steps in the order in which they began; one without an end is interrupted once the run or a later attempt has gone on without it.';

COMMENT ON FUNCTION "platform"."find_workflow_run"(text) IS 'A run, locked; refuses DS404 if there is none.';

COMMENT ON FUNCTION "platform"."mark_stalled_runs"() IS 'Marks the running runs that have been silent for too long, and returns how many. The next report of such a run makes it running again.';

COMMENT ON FUNCTION "platform"."purge_old_rows"() IS 'Deletes expired rows: sent events after 7 days, results of commands and runs of durable functions after 30, the command log after 90, its answers and the history of scheduled jobs after 1, responses of HTTP requests after 6 hours.';

COMMENT ON FUNCTION "platform"."purge_workflow_runs"() IS 'Deletes runs, with their steps, 30 days after the last report, and returns how many; one that sleeps or waits for longer stays.';

COMMENT ON FUNCTION "platform"."record_run_report"(jsonb) IS 'Records one report about a run, whatever was reported before it and in whichever order.';

COMMENT ON FUNCTION "platform"."record_step_report"(text, jsonb) IS 'Records what a worker saw of one attempt of a step. Repeated or late reports change nothing.';

COMMENT ON FUNCTION "public"."cancel_workflow_run"(text, text, uuid, text) IS 'Asks the engine, through the outbox, to cancel a run that has not ended: {run_id, replayed}. A step under way still finishes, and nothing after it runs. Admins only; definer: nobody may write runs or events directly.';

COMMENT ON FUNCTION "public"."get_workflow_run"(text) IS 'One run with its input, output, steps and the runs that repeat it; null if there is none. Definer: the tables are closed; checks for a manager.';

COMMENT ON FUNCTION "public"."get_workflow_statistics"(integer) IS '{first_bucket_at, bucket_seconds, functions} of the runs that started in the last hours, at most the 30 days for which runs are kept: per function the outcomes, the median and 95th percentile of how long completed runs took, and the same over time. Definer: the tables are closed; checks for a manager.';

COMMENT ON FUNCTION "public"."list_scheduled_jobs"() IS 'The database''s scheduled jobs, each with its last run of the last day. Definer: cron is closed; checks for a manager.';

COMMENT ON FUNCTION "public"."list_workflow_runs"(text, text, text, text, timestamp with time zone, timestamp
  with time zone, text, text, boolean, text, integer) IS '{rows, next_cursor} of the runs that match every given filter; the order is total, so pages never skip or repeat a run that stays as it is. Definer: the tables are closed; checks for a manager.';

COMMENT ON FUNCTION "public"."record_workflow_reports"(jsonb) IS 'Records what workers and the engine report about runs, and returns how many reports it was given. Idempotent; an older report never replaces a newer one; secrets are redacted. For the service only.';

COMMENT ON FUNCTION "public"."repeat_workflow_run"(text, text, uuid, text) IS 'Sends the event of a run again, under a new id and through the outbox: {run_id, event_id, replayed}. Every function that the event starts runs again. Refuses DS409 for a scheduled run and for an event that is not stored whole. Admins only; definer: nobody may write events directly.';

COMMENT ON TABLE "platform"."workflow_runs" IS 'One row is one run of a durable function, as its workers and its engine last reported it. Without secrets.';

COMMENT ON TABLE "platform"."workflow_steps" IS 'One row is one attempt of a step of a run, in the latest execution of that attempt.';

REVOKE ALL ON FUNCTION "platform"."check_workflow_reader"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."describe_workflow_cause"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."describe_workflow_run"(platform.workflow_runs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."describe_workflow_steps"(platform.workflow_runs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."find_workflow_run"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."mark_stalled_runs"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."purge_workflow_runs"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."record_run_report"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "platform"."record_step_report"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_workflow_run"(text, text, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."cancel_workflow_run"(text, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_workflow_run"(text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_workflow_run"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_workflow_statistics"(integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_workflow_statistics"(integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_scheduled_jobs"() TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_scheduled_jobs"() TO "service_role";

GRANT EXECUTE
  ON FUNCTION "public"."list_workflow_runs"(text, text, text, text, timestamp WITH time zone, timestamp WITH time zone, text, text, boolean, text, integer)
  TO "authenticated";

GRANT EXECUTE
  ON FUNCTION "public"."list_workflow_runs"(text, text, text, text, timestamp WITH time zone, timestamp WITH time zone, text, text, boolean, text, integer)
  TO "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."list_workflow_runs"(text, text, text, text, timestamp WITH time zone, timestamp WITH time zone, text, text, boolean, text, integer)
  TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."record_workflow_reports"(jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."repeat_workflow_run"(text, text, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."repeat_workflow_run"(text, text, uuid, text) TO "service_role";

-- To be written by hand; - is in the migrations only, + in the schemas only:
--   + job mark-stalled-runs {"schedule":"* * * * *","command":"select platform.mark_stalled_runs()","username":"postgres","active":true}

select cron.schedule('mark-stalled-runs', '* * * * *', 'select platform.mark_stalled_runs()');
