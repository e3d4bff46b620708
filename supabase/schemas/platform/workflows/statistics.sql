create function public.get_workflow_statistics(hours int default 24)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.get_workflow_statistics(int) is
  '{first_bucket_at, bucket_seconds, functions} of the runs that started in the last hours, at most the 30 days '
  'for which runs are kept: per function the outcomes, the median and 95th percentile of how long completed runs '
  'took, and the same over time. Definer: the tables are closed; checks for a manager.';
grant execute on function public.get_workflow_statistics(int) to authenticated, service_role;

create function public.list_scheduled_jobs()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.list_scheduled_jobs() is
  'The database''s scheduled jobs, each with its last run of the last day. Definer: cron is closed; checks for a '
  'manager.';
grant execute on function public.list_scheduled_jobs() to authenticated, service_role;
