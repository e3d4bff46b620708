-- The list of boards, and players by name. Definer functions: the tables are closed, see read_boards.

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
      select jsonb_agg(jsonb_build_object(
        'period_id', latest.id, 'name', latest.name, 'starts_at', latest.starts_at, 'ends_at', latest.ends_at,
        'is_closed', latest.state = 'closed', 'player_count', latest.player_count)
        order by latest.starts_at desc nulls last)
      from (
        select periods.* from private.board_periods as periods
        where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
        order by periods.starts_at desc nulls last
        limit 100
      ) as latest), '[]')
  ) order by boards.id), '[]')
  from public.boards
  where boards.is_active;
$$;
comment on function public.list_boards() is
  'All active boards, each with its latest 100 periods, newest first.';
grant execute on function public.list_boards() to anon, authenticated, service_role;

create index profiles_username_prefix_idx on public.profiles (username text_pattern_ops);
create index profiles_display_name_prefix_idx on public.profiles (lower(display_name) text_pattern_ops);

create function public.search_players(query text, board text default null, max_rows int default 10)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  needle text := lower(trim(search_players.query));
  pattern text;
  found_board public.boards;
  period private.board_periods;
begin
  perform private.check_page_size(max_rows, 100);
  if needle is null or char_length(needle) not between 1 and 80 then
    perform private.refuse(400, 'invalid_query', 'Search for 1 to 80 characters.', 'Type part of a name.');
  end if;
  if search_players.board is not null then
    found_board := private.find_board(search_players.board);
    period := private.current_period(found_board.id);
  end if;
  pattern := regexp_replace(needle, '([\\%_])', '\\\1', 'g') || '%';
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', hit.id, 'username', hit.username, 'display_name', hit.display_name, 'avatar_url',
        hit.avatar_url,
      'standing', case when period.id is not null then private.render_standing(found_board, period,
        hit.id) end
    ) order by hit.username <> needle, hit.username), '[]')
    from (
      (select profiles.id, profiles.username, profiles.display_name, profiles.avatar_url
      from public.profiles
      where profiles.username like pattern and profiles.visibility = 'public' and profiles.left_at is null
      order by profiles.username using operator(pg_catalog.~<~)
      limit max_rows)
      union
      (select profiles.id, profiles.username, profiles.display_name, profiles.avatar_url
      from public.profiles
      where lower(profiles.display_name) like pattern and profiles.visibility = 'public'
        and profiles.left_at is null
      order by lower(profiles.display_name) using operator(pg_catalog.~<~)
      limit max_rows)
      order by 2
      limit max_rows
    ) as hit);
end;
$$;
comment on function public.search_players(text, text, int) is
  'Public players whose username or display name begins with the text, with their standing on the board '
  'when one is named. Anonymous and hidden players are never found.';
grant execute on function public.search_players(text, text, int) to anon, authenticated, service_role;
