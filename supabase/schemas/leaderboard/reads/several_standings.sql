-- The standings of several players shown together: a team, friends, a watch list.

create function public.get_standings(
  board text, player_ids uuid[], period_id bigint default null, movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_standings.board, get_standings.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, get_standings.period_id);
  since_version bigint;
begin
  if not coalesce(cardinality(player_ids) between 1 and 100, false) then
    perform platform.refuse(400, 'invalid_players', 'Ask for 1 to 100 players.', 'Ask for fewer players.');
  end if;
  if period.state <> 'closed' then
    since_version := leaderboard.window_version(period, movement);
  end if;
  return (
    select coalesce(json_agg(
      leaderboard.render_standings(period.id, array[places.entry], since_version, (places.entry).player_id) -> 0
        order by (places.entry).place), '[]')
    from (
      select leaderboard.place_player(found_board, period, asked.player_id) as entry
      from (select distinct listed.player_id from unnest(player_ids) as listed (player_id)) as asked
      where leaderboard.can_see_standing(asked.player_id)
      -- Each position is computed once, however often its parts are named above.
      offset 0
    ) as places
    where (places.entry).player_id is not null);
end;
$$;
comment on function public.get_standings(text, uuid[], bigint, text) is
  'The standings of up to 100 players, in board order. Players who are not on the board are omitted, and so are '
  'players who hide their identity, unless the caller is that player, a manager or the service. Definer: the '
  'tables are closed, see board_pages.';
grant execute on function public.get_standings(text, uuid[], bigint, text) to anon, authenticated, service_role;
