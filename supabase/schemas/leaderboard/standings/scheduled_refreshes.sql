create function leaderboard.open_due_periods()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  board public.boards;
  opened_count int := 0;
begin
  for board in
    select boards.* from public.boards
    where boards.is_active and boards.kind <> 'season'
      and not exists (
        select from leaderboard.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
          and (periods.ends_at is null or periods.ends_at > now()))
    order by boards.id
  loop
    begin
      opened_count := opened_count + leaderboard.open_periods(board);
    exception when others then
      perform leaderboard.note_failure('refresh', 'Opening a period of ' || board.slug, sqlerrm);
    end;
  end loop;
  return opened_count;
end;
$$;
comment on function leaderboard.open_due_periods() is
  'Opens due periods of each active board, missed ones first; play continues while the previous one closes. A '
  'failing board does not affect others. Returns how many were opened.';

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
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform leaderboard.open_due_periods();
  perform leaderboard.give_up_past_tiers();
  return leaderboard.refresh_period(leaderboard.current_period_id(found_id), refresh_board.as_of);
end;
$$;
comment on function public.refresh_board(text, timestamptz) is
  'Refreshes the current period of a board now, like the schedule. Definer: only the secret key may call it.';
grant execute on function public.refresh_board(text, timestamptz) to service_role;

create procedure leaderboard.refresh_due_boards(max_seconds int default 90)
language plpgsql
as $$
-- No "set search_path": Postgres forbids commits in procedures that have one, so every name here is
-- qualified.
declare
  -- For a statement timeout (two minutes when hosted) the whole call is one statement, and a procedure cannot
  -- change that. So it ends in time, and the next run continues.
  deadline timestamptz := pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => max_seconds);
  period_id bigint;
  is_canceled boolean := false;
begin
  if not leaderboard.begin_run('refresh') then
    return;
  end if;
  perform leaderboard.open_due_periods();
  commit;
  -- Another run may have begun between two transactions; then this one leaves the rest to it.
  if not leaderboard.hold_run('refresh') then
    return;
  end if;
  perform leaderboard.give_up_past_tiers();
  commit;
  for period_id in
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    left join leaderboard.period_setbacks as setbacks on setbacks.period_id = periods.id
    where boards.is_active and periods.state = 'open'
      and (periods.starts_at is null or periods.starts_at <= pg_catalog.now())
    -- Least recently refreshed first, failed or not: those that had to wait come first in the next run, and a
    -- failing one does not keep coming first.
    order by greatest(periods.checked_at, setbacks.last_failed_at), periods.id
  loop
    if not leaderboard.hold_run('refresh') then
      return;
    end if;
    -- A failing board stays as it was and does not keep the others from being refreshed.
    begin
      perform leaderboard.refresh_period(period_id);
    exception when query_canceled or others then
      perform leaderboard.note_period_failure('refresh', period_id, sqlerrm);
      -- The statement timeout applied to the whole run, and so does an administrator's cancel.
      is_canceled := sqlstate = '57014';
    end;
    commit;
    exit when is_canceled or pg_catalog.clock_timestamp() > deadline;
  end loop;
  perform leaderboard.finish_run('refresh');
end;
$$;
comment on procedure leaderboard.refresh_due_boards(int) is
  'The scheduled job: opens due periods and refreshes each board in a separate transaction, least recently '
  'refreshed first, for the given time or until it is cancelled. A concurrent call counts itself as skipped and '
  'returns.';
