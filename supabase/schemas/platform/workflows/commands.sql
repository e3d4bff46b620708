create function platform.find_workflow_run(run_id text)
returns platform.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
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
$$;
comment on function platform.find_workflow_run(text) is 'A run, locked; refuses DS404 if there is none.';

create function public.cancel_workflow_run(
  run_id text, idempotency_key text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function public.cancel_workflow_run(text, text, uuid, text) is
  'Asks the engine, through the outbox, to cancel a run that has not ended: {run_id, replayed}. A step under way '
  'still finishes, and nothing after it runs. Admins only; definer: nobody may write runs or events directly.';
grant execute on function public.cancel_workflow_run(text, text, uuid, text) to authenticated, service_role;

create function public.repeat_workflow_run(
  run_id text, idempotency_key text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function public.repeat_workflow_run(text, text, uuid, text) is
  'Sends the event of a run again, under a new id and through the outbox: {run_id, event_id, replayed}. Every '
  'function that the event starts runs again. Refuses DS409 for a scheduled run and for an event that is not stored '
  'whole. Admins only; definer: nobody may write events directly.';
grant execute on function public.repeat_workflow_run(text, text, uuid, text) to authenticated, service_role;
