create function platform.check_workflow_reader()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers see the workflows.', 'Ask a manager.');
  end if;
end;
$$;
comment on function platform.check_workflow_reader() is
  'Refuses everybody but managers, admins and the service.';

create function platform.describe_workflow_cause(kind text, id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function platform.describe_workflow_cause(text, text) is
  '{kind, id, label} of what a run is about; the label is the name as it is now, null without one.';

create function platform.describe_workflow_run(run platform.workflow_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'run_id', run.run_id, 'function_id', run.function_id, 'status', run.status, 'event_name', run.event_name,
    'cause', platform.describe_workflow_cause(run.cause_kind, run.cause_id),
    'repeats_run_id', run.repeats_run_id, 'attempt', run.attempt, 'started_at', run.started_at,
    'last_seen_at', run.last_seen_at, 'ended_at', run.ended_at, 'duration_ms', run.duration_ms,
    'error', run.error, 'is_cancel_requested', run.cancel_requested_at is not null and run.ended_at is null);
$$;
comment on function platform.describe_workflow_run(platform.workflow_runs) is
  'A run as lists show it, without its input and output.';

create function public.list_workflow_runs(
  function_id text default null, status text default null, cause_kind text default null,
  cause_id text default null, started_after timestamptz default null, started_before timestamptz default null,
  query text default null, sort_by text default 'started_at', is_descending boolean default true,
  after text default null, max_rows int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.list_workflow_runs(text, text, text, text, timestamptz, timestamptz, text, text, boolean,
  text, int) is
  '{rows, next_cursor} of the runs that match every given filter; the order is total, so pages never skip or '
  'repeat a run that stays as it is. Definer: the tables are closed; checks for a manager.';
grant execute on function public.list_workflow_runs(text, text, text, text, timestamptz, timestamptz, text, text,
  boolean, text, int) to authenticated, service_role;

create function platform.describe_workflow_steps(run platform.workflow_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function platform.describe_workflow_steps(platform.workflow_runs) is
  'The attempts of a run''s steps in the order in which they began; one without an end is interrupted once the run '
  'or a later attempt has gone on without it.';

create function public.get_workflow_run(run_id text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.get_workflow_run(text) is
  'One run with its input, output, steps and the runs that repeat it; null if there is none. Definer: the tables '
  'are closed; checks for a manager.';
grant execute on function public.get_workflow_run(text) to authenticated, service_role;
