-- Reads of a board. All are definer functions for the same reason: the tables are closed, and visibility is
-- decided here, in one place. A board never names hidden or anonymous players, to anyone.

create function leaderboard.find_board(slug text, period_id bigint default null)
returns public.boards
language plpgsql
stable
set search_path = ''
as $$
declare
  board public.boards;
begin
  select boards.* into board from public.boards
  where boards.slug = find_board.slug and (boards.is_active or exists (
    select from leaderboard.board_periods as periods
    where periods.id = find_board.period_id and periods.board_id = boards.id and periods.state = 'closed'));
  if board.id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  return board;
end;
$$;
comment on function leaderboard.find_board(text, bigint) is
  'The active board with this slug, or an inactive one if a closed period of it is requested; refuses an unknown '
  'one.';

create function leaderboard.find_period(board public.boards, period_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  if find_period.period_id is null then
    period := leaderboard.current_period(board.id);
  else
    select periods.* into period from leaderboard.board_periods as periods
    where periods.id = find_period.period_id and periods.board_id = board.id;
  end if;
  if period.id is null and find_period.period_id is null and board.kind = 'season' then
    -- Before its first season: the planned season, if there is one.
    select periods.* into period from leaderboard.board_periods as periods
    where periods.board_id = board.id
    order by periods.starts_at
    limit 1;
    period.state := 'upcoming';
    period.version := 0;
    period.as_of := now();
    period.player_count := 0;
    period.score_total := 0;
  elsif period.id is null then
    perform platform.refuse(404, 'period_not_found', 'This board has no such period.',
      'See the list of boards and their periods.');
  elsif period.starts_at > now() then
    period.state := 'upcoming';
  end if;
  return period;
end;
$$;
comment on function leaderboard.find_period(public.boards, bigint) is
  'The given period of the board, or the current one; refuses an unknown one. A season that has not begun is '
  'upcoming; before the first one is planned it has no id.';

create function leaderboard.can_see_standing(player_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  is_public boolean;
begin
  select profiles.visibility = 'public' and profiles.left_at is null into is_public from public.profiles
    where profiles.id = can_see_standing.player_id;
  if is_public then
    return true;
  end if;
  -- Otherwise asking for a player by id would reveal which anonymous row is theirs.
  return is_public is not null and coalesce(
    platform.is_service() or can_see_standing.player_id = identity.current_player_id() or identity.is_manager(),
      false);
end;
$$;
comment on function leaderboard.can_see_standing(uuid) is
  'Whether the caller may ask for this player''s standings: public players who have not left are visible to '
  'anybody; others to themselves, managers and the service.';

create function leaderboard.place_archived(period leaderboard.board_periods, first_position bigint, max_rows int)
returns leaderboard.placed_standing[]
language sql
stable
set search_path = ''
as $$
  select array_agg(row(
    archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
    case when period.awarded_tiers then leaderboard.tier_of_position(archived.position) end)::leaderboard.placed_standing
    order by archived.position)
  from leaderboard.archived_standings as archived
  where archived.period_id = period.id
    and archived.position >= first_position and archived.position < first_position + max_rows;
$$;
comment on function leaderboard.place_archived(leaderboard.board_periods, bigint, int) is
  'Standings from a position on, from the archive of a closed period, with the tiers that it awarded.';

create function leaderboard.check_page_size(max_rows int, most int)
returns int
language plpgsql
immutable
set search_path = ''
as $$
begin
  if max_rows is null or max_rows < 1 or max_rows > most then
    perform platform.refuse(400, 'invalid_limit', format('A page has 1 to %s rows.', most),
      'Change the limit.');
  end if;
  return max_rows;
end;
$$;
comment on function leaderboard.check_page_size(int, int) is 'The page size; refused if out of bounds.';

create function leaderboard.check_position(at_position bigint)
returns bigint
language plpgsql
immutable
set search_path = ''
as $$
begin
  if at_position is null or at_position not between 1 and 1000000000 then
    perform platform.refuse(400, 'invalid_position', 'Positions range from 1 to 1,000,000,000.',
      'Start at position 1.');
  end if;
  return at_position;
end;
$$;
comment on function leaderboard.check_position(bigint) is 'The position; refused if no board can have it.';

create function leaderboard.list_page(
  board public.boards, period leaderboard.board_periods, first_position bigint, after_key text, max_rows int,
    movement text)
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  placed leaderboard.placed_standing[];
  last leaderboard.placed_standing;
  next_key text;
begin
  if period.state = 'closed' then
    -- A key from when the period was still open; it is longer than any position.
    placed := leaderboard.place_archived(period,
      case
        when after_key is null then first_position
        when length(after_key) < 48 then after_key::bigint + 1
        else leaderboard.archived_position_after(period.id, decode(after_key, 'hex'))
      end, max_rows);
  elsif after_key is not null then
    -- One more byte: the first key after this one.
    placed := leaderboard.place_standings(board.id, period.id, decode(after_key || '00', 'hex'), max_rows);
  else
    placed := leaderboard.place_standings(board.id, period.id, leaderboard.key_at_position(period.id,
      first_position), max_rows);
  end if;
  last := placed[cardinality(placed)];
  if last.place < period.player_count then
    next_key := case when period.state = 'closed' then last.place::text
      else encode(leaderboard.order_key(last.score, last.reached_at, last.player_id), 'hex') end;
  end if;
  return leaderboard.render_page(board, period,
    leaderboard.render_standings(period.id, placed,
      case when period.state <> 'closed' then leaderboard.window_version(period, movement) end),
    leaderboard.seal_cursor(period.id, next_key));
end;
$$;
comment on function leaderboard.list_page(public.boards, leaderboard.board_periods, bigint, text, int, text) is
  'A page from a position or key on; in an archive, after a position or key.';

create function public.get_board_page(
  board text,
  max_rows int default 100,
  cursor text default null,
  from_position bigint default null,
  period_id bigint default null,
  movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  period leaderboard.board_periods;
  page json;
  player_count bigint;
  current_id bigint;
  opened record;
begin
  -- The most frequent page was rendered when it was published.
  if max_rows between 1 and 100 and cursor is null and coalesce(from_position, 1) = 1 and movement = 'day'
    and period_id is null
  then
    select tops.page, current.player_count, current.id into page, player_count, current_id
    from public.boards
    cross join lateral (
      select periods.id, periods.player_count from leaderboard.board_periods as periods
      where periods.board_id = boards.id and (periods.starts_at is null or periods.starts_at <= now())
      order by periods.starts_at desc nulls last
      limit 1
    ) as current
    join leaderboard.board_tops as tops on tops.period_id = current.id
    where boards.slug = get_board_page.board and boards.is_active;
    if page is not null and (max_rows = 100 or player_count <= max_rows) then
      return page;
    elsif page is not null then
      return jsonb_build_object('board', page -> 'board',
        'standings', jsonb_path_query_array(page::jsonb, '$.standings[0 to $last]',
          jsonb_build_object('last', max_rows - 1)),
        'next_cursor', leaderboard.seal_cursor(current_id,
          encode(leaderboard.key_at_position(current_id, max_rows), 'hex')));
    end if;
  end if;
  -- A cursor continues in its own period, even if another one is current by now.
  opened := leaderboard.open_cursor(cursor);
  found_board := leaderboard.find_board(get_board_page.board, coalesce(get_board_page.period_id, opened.period_id));
  if opened.period_id <> get_board_page.period_id or opened.period_id is not null and not exists (
    select from leaderboard.board_periods as periods
    where periods.id = opened.period_id and periods.board_id = found_board.id)
  then
    perform leaderboard.refuse_cursor();
  end if;
  period := leaderboard.find_period(found_board, coalesce(get_board_page.period_id, opened.period_id));
  perform leaderboard.check_page_size(max_rows, 1000);
  return leaderboard.list_page(found_board, period, leaderboard.check_position(coalesce(from_position, 1)),
    opened.content, max_rows, movement);
end;
$$;
comment on function public.get_board_page(text, int, text, bigint, bigint, text) is
  'A page of a board, of the current or any period: {board, standings, next_cursor}. From the top, after a cursor '
  '(in its own period), or from a position. Movement since the last refresh, hour, day or week.';
grant execute on function public.get_board_page(text, int, text, bigint, bigint, text) to anon,
  authenticated, service_role;
