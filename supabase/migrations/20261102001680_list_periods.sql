-- The lists of boards and of their periods. Definer functions: the tables are closed, see read_boards.

create function private.describe_period(period private.board_periods)
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
comment on function private.describe_period(private.board_periods) is
  'The wire form of a period in a list. Until its grace is over it is open, also after its end.';

create function public.list_boards()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'slug', boards.slug, 'name', boards.name, 'kind', boards.kind, 'time_zone', boards.time_zone,
    'awards_tiers', boards.awards_tiers,
    'player_count', coalesce((
      select periods.player_count from private.board_periods as periods
      where periods.id = private.current_period_id(boards.id)), 0),
    'periods', coalesce((
      select jsonb_agg(private.describe_period(latest) order by latest.starts_at desc nulls last)
      from (
        select periods.* from private.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
        order by periods.starts_at desc nulls last
        limit 12
      ) as latest), '[]')
  ) order by boards.id), '[]')
  from public.boards
  where boards.is_active;
$$;
comment on function public.list_boards() is
  'All active boards, each with the latest 12 periods that have begun, newest first; list_periods has all.';
grant execute on function public.list_boards() to anon, authenticated, service_role;

create function public.list_periods(board text, max_rows int default 100, cursor text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(list_periods.board, (
    -- The archives of a board stay when it is switched off, and are found here.
    select periods.id from private.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where boards.slug = list_periods.board and periods.state = 'closed'
    limit 1));
  last private.board_periods;
begin
  perform private.check_page_size(max_rows, 1000);
  if list_periods.cursor is not null then
    select periods.* into last from private.board_periods as periods
    where periods.board_id = found_board.id
      and periods.id = case when list_periods.cursor ~ '^[0-9]{1,18}$' then list_periods.cursor::bigint end;
    if last.id is null then
      perform private.refuse_cursor();
    end if;
  end if;
  return (
    select jsonb_build_object(
      'periods', coalesce(jsonb_agg(private.describe_period(page.period) order by page.place)
        filter (where page.place <= max_rows), '[]'),
      'next_cursor', (array_agg((page.period).id::text) filter (where page.place = max_rows
        and page.count > max_rows))[1])
    from (
      select listed.period, listed.place, max(listed.place) over () as count
      from (
        select periods as period, row_number() over (order by periods.starts_at desc nulls last) as place
        from private.board_periods as periods
        where periods.board_id = found_board.id and (found_board.is_active or periods.state = 'closed')
          and (last.id is null or periods.starts_at < last.starts_at)
        order by periods.starts_at desc nulls last
        limit max_rows + 1
      ) as listed
    ) as page);
end;
$$;
comment on function public.list_periods(text, int, text) is
  'A page of all periods of a board, planned seasons too, newest first: {periods, next_cursor}; of an inactive '
  'board the closed ones. The cursor is the id of the last period shown: periods stay, so the next page goes on '
  'after it whatever has begun since.';
grant execute on function public.list_periods(text, int, text) to anon, authenticated, service_role;
