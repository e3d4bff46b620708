-- The players directly above and below a player. Definer for the same reason as all reads of a board: see
-- board_pages.

create function leaderboard.place_neighbours(
  board_id bigint, period_id bigint, own leaderboard.placed_standing, each_side int)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  own_key bytea := leaderboard.order_key(own.score, own.reached_at, own.player_id);
  placed leaderboard.placed_standing[];
  rank_before bigint;
begin
  -- Positions count on from the player's own. The first row may share its rank with players further ahead:
  -- one more row is read to rule that out, and only otherwise are they counted.
  select array_agg(row(near.player_id, near.place,
      case when near.score = own.score then own.rank else near.first_place end,
      near.score, near.reached_at, (
        -- Looked up one by one, because reading all tiers to join a dozen rows takes longer.
        select tiers.tier from public.player_tiers as tiers
        where tiers.board_id = place_neighbours.board_id and tiers.player_id = near.player_id
          and tiers.period_id = place_neighbours.period_id
      ))::leaderboard.placed_standing order by near.place)
    filter (where near.place >= own.place - each_side)
  into placed
  from (
    select side.*, min(side.place) over (partition by side.score) as first_place
    from (
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - row_number() over (order by standings.order_key desc) as place
      from leaderboard.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key < own_key
      order by standings.order_key desc limit each_side + 1)
      union all
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - 1 + row_number() over (order by standings.order_key) as place
      from leaderboard.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key >= own_key
      order by standings.order_key limit each_side + 1)
    ) as side
  ) as near;
  if placed[1].rank < placed[1].place and placed[1].score <> own.score then
    rank_before := leaderboard.count_ahead(place_neighbours.period_id, leaderboard.score_key(
      leaderboard.order_key(placed[1].score, placed[1].reached_at, placed[1].player_id)));
    for i in 1..cardinality(placed) loop
      exit when placed[i].score <> placed[1].score;
      placed[i].rank := rank_before + 1;
    end loop;
  end if;
  return placed;
end;
$$;
comment on function leaderboard.place_neighbours(bigint, bigint, leaderboard.placed_standing, int) is
  'A player at a known position and up to that many neighbours on each side, in order, each with position and '
  'shared rank.';

create function public.get_standings_around(
  board text, player_id uuid, each_side int default 5, period_id bigint default null,
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
  listed record;
  own leaderboard.placed_standing;
  placed leaderboard.placed_standing[];
begin
  if each_side is null or each_side not between 0 and 100 then
    perform platform.refuse(400, 'invalid_limit', 'Ask for 0 to 100 neighbours on each side.', 'Change the limit.');
  end if;
  if period_id is null and movement is null then
    listed := leaderboard.find_listed_player(get_standings_around.board, get_standings_around.player_id);
    if listed.period_id is not null then
      return leaderboard.render_standings(listed.period_id,
        leaderboard.place_neighbours(listed.board_id, listed.period_id, listed.own, each_side), null);
    end if;
  end if;
  found_board := leaderboard.find_board(get_standings_around.board, get_standings_around.period_id);
  period := leaderboard.find_period(found_board, get_standings_around.period_id);
  if not leaderboard.can_see_standing(get_standings_around.player_id) then
    return null;
  end if;
  own := leaderboard.place_player(found_board, period, get_standings_around.player_id);
  if own.player_id is null then
    return null;
  end if;
  if period.state = 'closed' then
    placed := leaderboard.place_archived(period, greatest(own.place - each_side, 1),
      each_side + 1 + least(each_side, own.place - 1)::int);
  else
    placed := leaderboard.place_neighbours(found_board.id, period.id, own, each_side);
  end if;
  return leaderboard.render_standings(period.id, placed,
    case when period.state <> 'closed' then leaderboard.window_version(period, movement) end, own.player_id);
end;
$$;
comment on function public.get_standings_around(text, uuid, int, bigint, text) is
  'A player and up to that many neighbours on each side, in order; null under the same conditions as get_standing.';
grant execute on function public.get_standings_around(text, uuid, int, bigint, text) to anon, authenticated,
  service_role;
