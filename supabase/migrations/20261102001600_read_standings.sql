-- Where players stand. Definer functions: the tables are closed, see read_boards.

create function private.place_player(board public.boards, period private.board_periods, player_id uuid)
returns private.placed_standing
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
  placed private.placed_standing;
begin
  if period.state = 'closed' then
    select archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
      case when board.awards_tiers then private.tier_of_position(archived.position) end
    into placed
    from private.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_player.player_id;
    return placed;
  end if;
  select standings.order_key, standings.player_id, standings.score, standings.reached_at, tiers.tier
  into found_key, placed.player_id, placed.score, placed.reached_at, placed.tier
  from private.standings
  left join public.player_tiers as tiers on tiers.board_id = board.id and tiers.player_id = standings.player_id
  where standings.period_id = period.id and standings.player_id = place_player.player_id
    and standings.order_key is not null;
  if found_key is null then
    return null;
  end if;
  placed.place := private.count_ahead(period.id, found_key) + 1;
  placed.rank := private.count_ahead(period.id, substring(found_key for 6)) + 1;
  return placed;
end;
$$;
comment on function private.place_player(public.boards, private.board_periods, uuid) is
  'Where a player stands on a period, null when not listed; a handful of index reads whatever the number of players.';

create function private.render_standing(board public.boards, period private.board_periods, player_id uuid, movement text default 'day')
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  placed private.placed_standing;
begin
  if not private.can_see_standing(render_standing.player_id) then
    return null;
  end if;
  placed := private.place_player(board, period, render_standing.player_id);
  if placed.player_id is null then
    return null;
  end if;
  return private.render_standings(period.id, array[placed],
    case when period.state <> 'closed' then private.window_version(period, movement) end, placed.player_id) -> 0;
end;
$$;
comment on function private.render_standing(public.boards, private.board_periods, uuid, text) is
  'The wire form of one player''s standing with its movement; null when not listed or not to be seen.';

create function public.get_standing(
  board text, player_id uuid, period_id bigint default null, movement text default 'day')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_standing.board);
begin
  return private.render_standing(
    found_board, private.find_period(found_board, get_standing.period_id), get_standing.player_id, movement);
end;
$$;
comment on function public.get_standing(text, uuid, bigint, text) is
  'Where one player stands; null when not on the board, or when the player does not show who they are and the caller is '
  'neither the player, a manager nor the service. movement null leaves it out, which is the cheapest read.';
grant execute on function public.get_standing(text, uuid, bigint, text) to anon, authenticated, service_role;

create function public.get_standings_around(
  board text, player_id uuid, each_side int default 5, period_id bigint default null, movement text default 'day')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_standings_around.board);
  period private.board_periods := private.find_period(found_board, get_standings_around.period_id);
  own private.placed_standing;
  first_position bigint;
  shown_rows int := private.check_page_size(each_side, 100) * 2 + 1;
  placed private.placed_standing[];
begin
  if not private.can_see_standing(get_standings_around.player_id) then
    return null;
  end if;
  own := private.place_player(found_board, period, get_standings_around.player_id);
  if own.player_id is null then
    return null;
  end if;
  first_position := greatest(own.place - each_side, 1);
  shown_rows := own.place + each_side - first_position + 1;
  if period.state = 'closed' then
    placed := private.place_archived(period.id, first_position, shown_rows, found_board.awards_tiers);
  else
    placed := private.place_standings(
      found_board.id, period.id, private.key_at_position(period.id, first_position), shown_rows);
  end if;
  return private.render_standings(period.id, placed,
    case when period.state <> 'closed' then private.window_version(period, movement) end, own.player_id);
end;
$$;
comment on function public.get_standings_around(text, uuid, int, bigint, text) is
  'A player and up to so many neighbours on each side, in order; null under the same conditions as get_standing.';
grant execute on function public.get_standings_around(text, uuid, int, bigint, text) to anon, authenticated, service_role;
