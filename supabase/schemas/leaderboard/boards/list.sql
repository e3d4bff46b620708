-- A definer function: the tables are closed, see board_pages.

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
      select periods.player_count from leaderboard.board_periods as periods
      where periods.id = leaderboard.current_period_id(boards.id)), 0),
    'periods', coalesce((
      select jsonb_agg(leaderboard.describe_period(latest) order by latest.starts_at desc nulls last)
      from (
        select periods.* from leaderboard.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
        order by periods.starts_at desc nulls last
        limit 12
      ) as latest), '[]')
  ) order by boards.id), '[]')
  from public.boards
  where boards.is_active;
$$;
comment on function public.list_boards() is
  'All active boards, each with the latest 12 started periods, newest first; list_periods returns all.';
grant execute on function public.list_boards() to anon, authenticated, service_role;
