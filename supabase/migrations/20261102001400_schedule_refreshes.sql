create table private.refresh_runs (
  is_only_row boolean primary key default true check (is_only_row),
  started_at timestamptz,
  finished_at timestamptz,
  run_count bigint not null default 0,
  skipped_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_error text
) with (fillfactor = 50);
comment on table private.refresh_runs is
  'The one row of the scheduled refreshes: when the last one ran and what went wrong.';
alter table private.refresh_runs enable row level security;
insert into private.refresh_runs default values;

create function private.open_due_periods()
returns int
language sql
volatile
set search_path = ''
as $$
  select count(private.open_period(boards.id, now()))::int
  from public.boards
  where boards.is_active and boards.kind <> 'season'
    and not exists (
      select from private.board_periods as periods
      where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
        and (periods.ends_at is null or periods.ends_at > now()));
$$;
comment on function private.open_due_periods() is
  'Opens the running period of each active board that has none, once whoever calls; play goes on while the '
  'last one closes.';

create function public.refresh_board(board text, as_of timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  found_id bigint := (select boards.id from public.boards where boards.slug = refresh_board.board);
begin
  if found_id is null then
    perform private.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform private.open_due_periods();
  return private.refresh_period(private.current_period_id(found_id), refresh_board.as_of);
end;
$$;
comment on function public.refresh_board(text, timestamptz) is
  'Refreshes the running period of a board now, as the schedule would. Definer: only the secret key may '
  'call it.';
grant execute on function public.refresh_board(text, timestamptz) to service_role;

create function private.run_refresh_step(period_id bigint, step text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return case step
    when 'refresh' then private.refresh_period(run_refresh_step.period_id)
    when 'freeze' then private.freeze_period(run_refresh_step.period_id)
    when 'archive' then private.archive_period(run_refresh_step.period_id)
    when 'purge' then private.purge_period(run_refresh_step.period_id)
  end;
end;
$$;
comment on function private.run_refresh_step(bigint, text) is
  'One step of one period; steps that are not due do nothing.';

create procedure private.refresh_due_boards()
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  period_id bigint;
  step text;
begin
  if not pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('leaderboard/refresh', 0)) then
    update private.refresh_runs set skipped_count = refresh_runs.skipped_count + 1;
    return;
  end if;
  update private.refresh_runs set started_at = pg_catalog.clock_timestamp();
  perform private.open_due_periods();
  commit;
  for period_id, step in
    select periods.id, steps.name from private.board_periods as periods
    join public.boards on boards.id = periods.board_id
    cross join pg_catalog.unnest(array['refresh', 'freeze', 'archive', 'purge']) with ordinality
      as steps (name, place)
    where boards.is_active and periods.purged_at is null
      and (periods.starts_at is null or periods.starts_at <= pg_catalog.now())
    order by periods.board_id, periods.starts_at, steps.place
  loop
    -- One board that fails stays as it was and does not keep the others from being refreshed.
    begin
      perform private.run_refresh_step(period_id, step);
    exception when others then
      update private.refresh_runs
      set failed_count = refresh_runs.failed_count + 1, last_error = pg_catalog.left(sqlerrm, 500);
      raise warning 'Step % of board period % failed: %', step, period_id, sqlerrm;
    end;
    commit;
  end loop;
  update private.refresh_runs
  set finished_at = pg_catalog.clock_timestamp(), run_count = refresh_runs.run_count + 1;
  perform pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('leaderboard/refresh', 0));
end;
$$;
comment on procedure private.refresh_due_boards() is
  'What the schedule calls: opens due periods, refreshes each board in a transaction of its own, closes '
  'what is due. A second one at the same time counts itself as skipped and leaves.';
