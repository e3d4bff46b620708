create function platform.purge_old_rows()
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function platform.purge_old_rows() is
  'Deletes expired rows: sent events after 7 days, results of commands and runs of durable functions after 30, the '
  'command log after 90, its answers and the history of scheduled jobs after 1, responses of HTTP requests after 6 '
  'hours.';
