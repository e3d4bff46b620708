-- Standings of players. Definer functions: the tables are closed, see board_pages.

create function leaderboard.place_player(board public.boards, period leaderboard.board_periods, player_id uuid)
returns leaderboard.placed_standing
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
  placed leaderboard.placed_standing;
begin
  if period.state = 'closed' then
    select archived.player_id, archived.position, archived.rank, archived.score, archived.reached_at,
      case when period.awarded_tiers then leaderboard.tier_of_position(archived.position) end
    into placed
    from leaderboard.archived_standings as archived
    where archived.period_id = period.id and archived.player_id = place_player.player_id;
    return placed;
  end if;
  select standings.order_key, standings.player_id, standings.score, standings.reached_at, tiers.tier
  into found_key, placed.player_id, placed.score, placed.reached_at, placed.tier
  from leaderboard.standings
  left join public.player_tiers as tiers on tiers.board_id = board.id
    and tiers.player_id = standings.player_id and tiers.period_id = period.id
  where standings.period_id = period.id and standings.player_id = place_player.player_id
    and standings.order_key is not null;
  if found_key is null then
    return null;
  end if;
  select places.place, places.rank into placed.place, placed.rank
  from leaderboard.count_places(period.id, found_key) as places;
  return placed;
end;
$$;
comment on function leaderboard.place_player(public.boards, leaderboard.board_periods, uuid) is
  'A player''s place in a period, null if not listed; a handful of index reads, however many players there are.';

create function leaderboard.render_standing(board public.boards, period leaderboard.board_periods, player_id uuid,
  movement text default 'day')
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  placed leaderboard.placed_standing;
begin
  if not leaderboard.can_see_standing(render_standing.player_id) then
    return null;
  end if;
  placed := leaderboard.place_player(board, period, render_standing.player_id);
  if placed.player_id is null then
    return null;
  end if;
  return leaderboard.render_standings(period.id, array[placed],
    case when period.state <> 'closed' then leaderboard.window_version(period, movement) end,
      placed.player_id) -> 0;
end;
$$;
comment on function leaderboard.render_standing(public.boards, leaderboard.board_periods, uuid, text) is
  'The wire format of one player''s standing with its movement; null if not listed or not visible.';

create function leaderboard.find_listed_player(
  board text, player_id uuid, out board_id bigint, out period_id bigint, out own leaderboard.placed_standing,
  out username text, out display_name text, out avatar_url text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- A hundred tiers fit on one page, which the planner prefers to read whole instead of using the index.
set enable_seqscan = off
as $$
declare
  place bigint;
  rank bigint;
  score bigint;
  reached_at timestamptz;
  tier text;
begin
  -- The same as count_places, in one statement with everything else, because starting another one costs as
  -- much as a lookup.
  select boards.id, periods.id, profiles.username, profiles.display_name, profiles.avatar_url,
    standings.score, standings.reached_at, tiers.tier,
    tree.ahead + leaf.players + 1, tree.ahead_in_score + leaf.players_in_score + 1
  into board_id, period_id, username, display_name, avatar_url, score, reached_at, tier, place, rank
  from public.boards
  cross join lateral (
    select current.id, current.state from leaderboard.board_periods as current
    where current.board_id = boards.id and (current.starts_at is null or current.starts_at <= now())
    order by current.starts_at desc nulls last
    limit 1
  ) as periods
  join leaderboard.standings on standings.period_id = periods.id
    and standings.player_id = find_listed_player.player_id
  join public.profiles on profiles.id = find_listed_player.player_id
  left join public.player_tiers as tiers on tiers.board_id = boards.id
    and tiers.player_id = find_listed_player.player_id and tiers.period_id = periods.id
  cross join lateral (
    select length(begun.score_key) as score_length, begun.score_key
    from (select leaderboard.score_key(standings.order_key) as score_key) as begun
    offset 0
  ) as key
  cross join lateral (
    select coalesce(sum(nodes.cumulative[get_byte(standings.order_key, length(nodes.prefix))]), 0) as ahead,
      coalesce(sum(nodes.cumulative[get_byte(standings.order_key, length(nodes.prefix))])
        filter (where length(nodes.prefix) < key.score_length), 0) as ahead_in_score,
      max(length(nodes.prefix)) as reached
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = standings.period_id
      and nodes.prefix = any (array[''::bytea,
        substring(standings.order_key for 1), substring(standings.order_key for 2),
        substring(standings.order_key for 3), substring(standings.order_key for 4),
        substring(standings.order_key for 5)])
  ) as tree
  cross join lateral (
    select count(*) as players,
      count(*) filter (where near.order_key < key.score_key) as players_in_score
    from leaderboard.standings as near
    where near.period_id = standings.period_id
      and near.order_key >= substring(standings.order_key for tree.reached + 1)
      and near.order_key < standings.order_key
  ) as leaf
  where boards.slug = find_listed_player.board and boards.is_active and periods.state <> 'closed'
    and profiles.visibility = 'public' and profiles.left_at is null and standings.order_key is not null
    -- A crowd with equal scores has nodes further down.
    and tree.reached < 5;
  own := row(find_listed_player.player_id, place, rank, score, reached_at, tier);
end;
$$;
comment on function leaderboard.find_listed_player(text, uuid) is
  'A public player''s current standing and name in as few reads as possible; no period for all other players, who '
  'need the full checks.';

create function public.get_standing(
  board text, player_id uuid, period_id bigint default null, movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  listed record;
  own leaderboard.placed_standing;
begin
  -- The plain question, where a public player stands now, is the most frequent one.
  if period_id is null and movement is null then
    listed := leaderboard.find_listed_player(get_standing.board, get_standing.player_id);
    if listed.period_id is not null then
      own := listed.own;
      return json_build_object(
        'player_id', own.player_id, 'username', listed.username, 'display_name', listed.display_name,
        'avatar_url', listed.avatar_url, 'position', own.place, 'rank', own.rank, 'score', own.score,
        'reached_at', own.reached_at, 'tier', own.tier, 'movement', null, 'is_anonymous', false,
        'is_tied', own.rank <> own.place or leaderboard.has_equal_below(listed.period_id, own));
    end if;
  end if;
  found_board := leaderboard.find_board(get_standing.board, get_standing.period_id);
  return leaderboard.render_standing(
    found_board, leaderboard.find_period(found_board, get_standing.period_id), get_standing.player_id, movement);
end;
$$;
comment on function public.get_standing(text, uuid, bigint, text) is
  'One player''s standing; null if not on the board, or if the player hides their identity and the caller is '
  'neither the player, a manager nor the service. movement null omits it, which is the cheapest read.';
grant execute on function public.get_standing(text, uuid, bigint, text) to anon, authenticated, service_role;
