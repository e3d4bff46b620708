-- Definer functions: the tables are closed, see board_pages.

create function leaderboard.describe_period(period leaderboard.board_periods)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'period_id', period.id, 'name', period.name, 'starts_at', period.starts_at, 'ends_at', period.ends_at,
    'state', case when period.starts_at > now() then 'upcoming' else period.state end,
    'player_count', period.player_count);
$$;
comment on function leaderboard.describe_period(leaderboard.board_periods) is
  'The wire format of a period in a list. It is open until its grace is over, even after its end.';

create function public.list_periods(board text, max_rows int default 100, cursor text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(list_periods.board, (
    -- Archives of a deactivated board stay and are listed here.
    select periods.id from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where boards.slug = list_periods.board and periods.state = 'closed'
    limit 1));
  last leaderboard.board_periods;
begin
  perform leaderboard.check_page_size(max_rows, 1000);
  if list_periods.cursor is not null then
    select periods.* into last from leaderboard.board_periods as periods
    where periods.board_id = found_board.id
      and periods.id = case when list_periods.cursor ~ '^[0-9]{1,18}$' then list_periods.cursor::bigint end;
    if last.id is null then
      perform leaderboard.refuse_cursor();
    end if;
  end if;
  return (
    select jsonb_build_object(
      'periods', coalesce(jsonb_agg(leaderboard.describe_period(page.period) order by page.place)
        filter (where page.place <= max_rows), '[]'),
      'next_cursor', (array_agg((page.period).id::text) filter (where page.place = max_rows
        and page.count > max_rows))[1])
    from (
      select listed.period, listed.place, max(listed.place) over () as count
      from (
        select periods as period, row_number() over (order by periods.starts_at desc nulls last) as place
        from leaderboard.board_periods as periods
        where periods.board_id = found_board.id and (found_board.is_active or periods.state = 'closed')
          and (last.id is null or periods.starts_at < last.starts_at)
        order by periods.starts_at desc nulls last
        limit max_rows + 1
      ) as listed
    ) as page);
end;
$$;
comment on function public.list_periods(text, int, text) is
  'A page of all periods of a board, planned seasons included, newest first: {periods, next_cursor}; for an '
  'inactive board, closed periods only. The cursor is the id of the last period shown; periods are never removed, '
  'so the next page continues after it whatever has begun since.';
grant execute on function public.list_periods(text, int, text) to anon, authenticated, service_role;
