create function leaderboard.is_rank_news(board public.boards, told bigint, now_at bigint, is_own_score boolean)
returns boolean
language sql
immutable
set search_path = ''
return board.announces_ranks and told is distinct from now_at and (
  is_own_score or told is null or now_at is null
  or least(told, now_at) <= board.rank_news_top
  or abs(now_at - told) >= board.rank_news_min_places);
comment on function leaderboard.is_rank_news(public.boards, bigint, bigint, boolean) is
  'Whether a follower of the board is notified: on or off the board, moved by the own score, at the top, or far '
  'enough from the last announced position.';

create function leaderboard.announce_ranks(board public.boards, period_id bigint, at_version bigint)
returns void
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
as $$
declare
  first_key bytea;
  last_key bytea;
  balance int;
begin
  -- Nobody is notified, so nothing is remembered, and stale positions are deleted.
  if not board.announces_ranks
    and not exists (select from leaderboard.milestones where milestones.board_id = board.id)
  then
    delete from leaderboard.watched_positions as watched where watched.period_id = announce_ranks.period_id;
    return;
  end if;
  -- Followers whose own score changed, and new followers: counted one by one.
  with followed as materialized (
    -- Filtered before anyone is counted, because counting all changed players would take most of the refresh.
    select changes.player_id, changes.old_key, changes.new_key, changes.score, changes.old_score, watched.position,
      watched.told_position
    from pg_temp.refresh_changes as changes
    left join leaderboard.watched_positions as watched
      on watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
    where (changes.is_changed or watched.player_id is null)
      and changes.player_id in (select players.player_id from leaderboard.followed_players as players)
  ),
  placed as materialized (
    select followed.player_id, followed.new_key, followed.score, followed.old_score,
      coalesce(followed.position, former.position) as position_before,
      coalesce(followed.told_position, former.position) as told_position,
      leaderboard.count_ahead(announce_ranks.period_id, followed.new_key) + 1 as position_after
    from followed
    -- New followers start from the previously published position. Nobody else is looked up in the past.
    cross join lateral (
      select case when followed.position is null
        then leaderboard.count_ahead_at(announce_ranks.period_id, at_version - 1, followed.old_key) + 1 end as position
    ) as former
  )
  insert into pg_temp.refresh_ranks
  select placed.player_id,
    leaderboard.is_rank_news(board, placed.told_position, placed.position_after,
      placed.score is distinct from placed.old_score),
    placed.told_position, placed.position_before, placed.position_after, placed.new_key, placed.score,
    coalesce(placed.old_score, 0)
  from placed;
  delete from leaderboard.watched_positions as watched
  using pg_temp.refresh_changes as changes
  where watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
    and (changes.new_key is null
      or changes.player_id not in (select followed.player_id from leaderboard.followed_players as followed));
  insert into leaderboard.watched_positions (period_id, player_id, position, told_position, order_key)
  select announce_ranks.period_id, ranks.player_id, ranks.position_after,
    case when ranks.is_news or not board.announces_ranks then ranks.position_after
      else coalesce(ranks.told_position, ranks.position_after) end,
    ranks.order_key
  from pg_temp.refresh_ranks as ranks
  where ranks.position_after is not null
  on conflict on constraint watched_positions_pkey do update
  set position = excluded.position, told_position = excluded.told_position, order_key = excluded.order_key;
  -- All other followers: shifted by players who moved past them, in one ordered pass. Nobody before the first
  -- moved key shifts, and nobody after the last one unless the board grew or shrank.
  with moved as (
    select changes.old_key as order_key, -1 as delta from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1 from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
  )
  select (select moved.order_key from moved order by moved.order_key limit 1),
    (select moved.order_key from moved order by moved.order_key desc limit 1),
    (select sum(moved.delta) from moved)
  into first_key, last_key, balance;
  with signals as (
    select changes.old_key as order_key, -1 as delta, null::uuid as player_id, null::bigint as position,
      null::bigint as told_position
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1, null, null, null
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
    union all
    select watched.order_key, 0, watched.player_id, watched.position, watched.told_position
    from leaderboard.watched_positions as watched
    where watched.period_id = announce_ranks.period_id and watched.order_key > first_key
      and (balance <> 0 or watched.order_key < last_key)
      and not exists (select from pg_temp.refresh_ranks as ranks where ranks.player_id = watched.player_id)
  ),
  shifted as (
    select signals.player_id, signals.position, signals.told_position,
      sum(signals.delta) over (order by signals.order_key rows unbounded preceding) as shift
    from signals
  ),
  judged as (
    select shifted.player_id, shifted.position as position_before, shifted.told_position,
      shifted.position + shifted.shift as position_after,
      leaderboard.is_rank_news(board, shifted.told_position, (shifted.position + shifted.shift)::bigint, false)
        as is_news
    from shifted
    where shifted.player_id is not null and shifted.shift <> 0
  ),
  written as (
    update leaderboard.watched_positions as watched
    set position = judged.position_after,
      told_position = case when judged.is_news or not board.announces_ranks then judged.position_after
        else judged.told_position end
    from judged
    where watched.period_id = announce_ranks.period_id and watched.player_id = judged.player_id
    returning judged.*
  )
  insert into pg_temp.refresh_ranks
  select written.player_id, written.is_news, written.told_position, written.position_before,
    written.position_after, null, standings.score, standings.score
  from written
  join leaderboard.standings
    on standings.period_id = announce_ranks.period_id and standings.player_id = written.player_id;
  insert into platform.outbox (name, data)
  select 'leaderboard/rank.changed', jsonb_build_object(
    'board', board.slug, 'period_id', announce_ranks.period_id, 'version', at_version,
    'player_id', ranks.player_id, 'position_before', ranks.told_position,
    'position_after', ranks.position_after, 'score', ranks.score)
  from pg_temp.refresh_ranks as ranks
  where ranks.is_news
  order by ranks.position_after nulls last;
end;
$$;
comment on function leaderboard.announce_ranks(public.boards, bigint, bigint) is
  'Writes rank.changed once for each follower whose position differs from the last announced one by as much as '
  'the board requires (is_rank_news), and remembers the new one: position_before is always the previous '
  'position_after, or the position published before for new followers, or while nothing was announced. Off the '
  'board: position_after null. The same for every period that accepts events, so the last announcement matches '
  'the archive within the board''s thresholds.';
