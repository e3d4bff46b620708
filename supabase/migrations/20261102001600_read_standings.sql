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
  left join public.player_tiers as tiers on tiers.board_id = board.id
    and tiers.player_id = standings.player_id and tiers.period_id = period.id
  where standings.period_id = period.id and standings.player_id = place_player.player_id
    and standings.order_key is not null;
  if found_key is null then
    return null;
  end if;
  select places.place, places.rank into placed.place, placed.rank
  from private.count_places(period.id, found_key) as places;
  return placed;
end;
$$;
comment on function private.place_player(public.boards, private.board_periods, uuid) is
  'Where a player stands on a period, null when not listed; a handful of index reads whatever the number '
  'of players.';

create function private.render_standing(board public.boards, period private.board_periods, player_id uuid,
  movement text default 'day')
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
    case when period.state <> 'closed' then private.window_version(period, movement) end,
      placed.player_id) -> 0;
end;
$$;
comment on function private.render_standing(public.boards, private.board_periods, uuid, text) is
  'The wire form of one player''s standing with its movement; null when not listed or not to be seen.';

create function private.find_listed_player(
  board text, player_id uuid, out board_id bigint, out period_id bigint, out own private.placed_standing,
  out username text, out display_name text, out avatar_url text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  entry record;
  places record;
begin
  select boards.id as board_id, periods.id as period_id, standings.order_key, standings.score,
    standings.reached_at, tiers.tier, profiles.username, profiles.display_name, profiles.avatar_url
  into entry
  from public.boards
  cross join lateral (
    select current.id, current.state from private.board_periods as current
    where current.board_id = boards.id and (current.starts_at is null or current.starts_at <= now())
    order by current.starts_at desc nulls last
    limit 1
  ) as periods
  join private.standings on standings.period_id = periods.id
    and standings.player_id = find_listed_player.player_id
  join public.profiles on profiles.id = find_listed_player.player_id
  left join public.player_tiers as tiers on tiers.board_id = boards.id
    and tiers.player_id = find_listed_player.player_id and tiers.period_id = periods.id
  where boards.slug = find_listed_player.board and boards.is_active and periods.state <> 'closed'
    and profiles.visibility = 'public' and standings.order_key is not null;
  if entry.period_id is null then
    return;
  end if;
  places := private.count_places(entry.period_id, entry.order_key);
  board_id := entry.board_id;
  period_id := entry.period_id;
  own := row(find_listed_player.player_id, places.place, places.rank, entry.score, entry.reached_at, entry.tier);
  username := entry.username;
  display_name := entry.display_name;
  avatar_url := entry.avatar_url;
end;
$$;
comment on function private.find_listed_player(text, uuid) is
  'Where a public player stands now, with names, in as few reads as it takes; all null for anybody else, who '
  'take the careful way.';

create function public.get_standing(
  board text, player_id uuid, period_id bigint default null, movement text default 'day')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  listed record;
begin
  -- The plain question, where a public player stands now, is asked most.
  if period_id is null and movement is null then
    listed := private.find_listed_player(get_standing.board, get_standing.player_id);
    if listed.period_id is not null then
      return jsonb_build_object(
        'player_id', (listed.own).player_id, 'username', listed.username, 'display_name', listed.display_name,
        'avatar_url', listed.avatar_url, 'position', (listed.own).place, 'rank', (listed.own).rank,
        'score', (listed.own).score, 'reached_at', (listed.own).reached_at, 'tier', (listed.own).tier,
        'movement', null, 'is_anonymous', false);
    end if;
  end if;
  found_board := private.find_board(get_standing.board, get_standing.period_id);
  return private.render_standing(
    found_board, private.find_period(found_board, get_standing.period_id), get_standing.player_id, movement);
end;
$$;
comment on function public.get_standing(text, uuid, bigint, text) is
  'Where one player stands; null when not on the board, or when the player does not show who they are and '
  'the caller is neither the player, a manager nor the service. movement null leaves it out, which is the '
  'cheapest read.';
grant execute on function public.get_standing(text, uuid, bigint, text) to anon, authenticated, service_role;

create function private.place_neighbours(
  board_id bigint, period_id bigint, own private.placed_standing, each_side int)
returns private.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  own_key bytea := private.order_key(own.score, own.reached_at, own.player_id);
  placed private.placed_standing[];
  rank_before bigint;
begin
  -- Places count on from the own one. The first row may share its rank with players further ahead: one more row is
  -- read to see that it does not, and only otherwise they are counted.
  select array_agg(row(near.player_id, near.place,
      case when near.score = own.score then own.rank else near.first_place end,
      near.score, near.reached_at, tiers.tier)::private.placed_standing order by near.place)
    filter (where near.place >= own.place - each_side)
  into placed
  from (
    select side.*, min(side.place) over (partition by side.score) as first_place
    from (
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - row_number() over (order by standings.order_key desc) as place
      from private.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key < own_key
      order by standings.order_key desc limit each_side + 1)
      union all
      (select standings.player_id, standings.score, standings.reached_at,
        own.place - 1 + row_number() over (order by standings.order_key) as place
      from private.standings
      where standings.period_id = place_neighbours.period_id and standings.order_key >= own_key
      order by standings.order_key limit each_side + 1)
    ) as side
  ) as near
  left join public.player_tiers as tiers
    on tiers.board_id = place_neighbours.board_id and tiers.player_id = near.player_id
      and tiers.period_id = place_neighbours.period_id;
  if placed[1].rank < placed[1].place and placed[1].score <> own.score then
    rank_before := private.count_ahead(place_neighbours.period_id, private.score_key(
      private.order_key(placed[1].score, placed[1].reached_at, placed[1].player_id)));
    for i in 1..cardinality(placed) loop
      exit when placed[i].score <> placed[1].score;
      placed[i].rank := rank_before + 1;
    end loop;
  end if;
  return placed;
end;
$$;
comment on function private.place_neighbours(bigint, bigint, private.placed_standing, int) is
  'A player whose place is known and up to so many neighbours on each side, in order, each with position '
  'and shared rank.';

create function public.get_standings_around(
  board text, player_id uuid, each_side int default 5, period_id bigint default null,
    movement text default 'day')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  period private.board_periods;
  listed record;
  own private.placed_standing;
  placed private.placed_standing[];
begin
  perform private.check_page_size(each_side, 100);
  if period_id is null and movement is null then
    listed := private.find_listed_player(get_standings_around.board, get_standings_around.player_id);
    if listed.period_id is not null then
      return private.render_standings(listed.period_id,
        private.place_neighbours(listed.board_id, listed.period_id, listed.own, each_side), null);
    end if;
  end if;
  found_board := private.find_board(get_standings_around.board, get_standings_around.period_id);
  period := private.find_period(found_board, get_standings_around.period_id);
  if not private.can_see_standing(get_standings_around.player_id) then
    return null;
  end if;
  own := private.place_player(found_board, period, get_standings_around.player_id);
  if own.player_id is null then
    return null;
  end if;
  if period.state = 'closed' then
    placed := private.place_archived(period.id, greatest(own.place - each_side, 1),
      each_side + 1 + least(each_side, own.place - 1)::int, found_board.awards_tiers);
  else
    placed := private.place_neighbours(found_board.id, period.id, own, each_side);
  end if;
  return private.render_standings(period.id, placed,
    case when period.state <> 'closed' then private.window_version(period, movement) end, own.player_id);
end;
$$;
comment on function public.get_standings_around(text, uuid, int, bigint, text) is
  'A player and up to so many neighbours on each side, in order; null under the same conditions as '
  'get_standing.';
grant execute on function public.get_standings_around(text, uuid, int, bigint, text) to anon, authenticated,
  service_role;
