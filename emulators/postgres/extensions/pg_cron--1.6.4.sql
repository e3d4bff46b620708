-- The interface of pg_cron. The background worker runs the jobs; times are UTC.

create schema cron;

create sequence cron.jobid_seq;
create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create sequence cron.runid_seq;
create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid int,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
create index job_run_details_jobid_idx on cron.job_run_details (jobid, runid desc);

create function cron._assert_schedule(schedule text) returns void
  language plpgsql
  immutable
  set search_path = ''
as $$
declare
  field constant text := '(\*|[0-9a-z]+(-[0-9a-z]+)?)(/[0-9]+)?';
  list constant text := field || '(,' || field || ')*';
begin
  if schedule ~* '^\s*[1-5]?[0-9]\s+seconds?\s*$' and schedule !~ '^\s*0+\s' then
    return;
  end if;
  if schedule ~* '^\s*@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)\s*$' then
    return;
  end if;
  if schedule !~* ('^\s*' || list || '\s+' || list || '\s+(' || list || '|\$)\s+' || list || '\s+' || list || '\s*$') then
    raise exception 'invalid schedule: %', schedule
      using hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
end;
$$;

-- Runs as the extension's owner because callers may only read cron.job.
create function cron._store_job(job_name text, schedule text, command text, owner text) returns bigint
  language plpgsql
  security definer
  set search_path = ''
as $$
declare
  stored_id bigint;
begin
  perform cron._assert_schedule(schedule);
  insert into cron.job as existing (jobname, schedule, command, username)
  values (job_name, schedule, command, owner)
  on conflict on constraint jobname_username_uniq
    do update set schedule = excluded.schedule, command = excluded.command, active = true
  returning jobid into stored_id;
  notify cron_job_changed;
  return stored_id;
end;
$$;

create function cron._delete_jobs(id bigint, job_name text, owner text) returns boolean
  language plpgsql
  security definer
  set search_path = ''
as $$
begin
  delete from cron.job where (jobid = id or jobname = job_name) and username = owner;
  if not found then
    raise exception 'could not find valid entry for job %', coalesce(job_name, id::text);
  end if;
  notify cron_job_changed;
  return true;
end;
$$;

create function cron._change_job(id bigint, new_schedule text, new_command text, new_active boolean, owner text)
  returns void
  language plpgsql
  security definer
  set search_path = ''
as $$
begin
  if new_schedule is not null then
    perform cron._assert_schedule(new_schedule);
  end if;
  update cron.job
  set schedule = coalesce(new_schedule, schedule),
    command = coalesce(new_command, command),
    active = coalesce(new_active, active)
  where jobid = id and username = owner;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', id;
  end if;
  notify cron_job_changed;
end;
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
  language sql
as 'select cron._store_job(job_name, schedule, command, current_user)';

create function cron.schedule(schedule text, command text) returns bigint
  language sql
as 'select cron._store_job(null, schedule, command, current_user)';

create function cron.unschedule(job_id bigint) returns boolean
  language sql
as 'select cron._delete_jobs(job_id, null, current_user)';

create function cron.unschedule(job_name text) returns boolean
  language sql
as 'select cron._delete_jobs(null, job_name, current_user)';

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void
  language plpgsql
as $$
begin
  if database <> current_database() or username <> current_user then
    raise exception 'the local stack runs jobs in their own database and as their own owner only';
  end if;
  perform cron._change_job(job_id, schedule, command, active, current_user);
end;
$$;

revoke all on all functions in schema cron from public;
grant usage on schema cron to @extowner@ with grant option;
grant execute on all functions in schema cron to @extowner@ with grant option;
grant select on cron.job to @extowner@ with grant option;
grant select, delete on cron.job_run_details to @extowner@ with grant option;
