create function private.announce_ranks(board public.boards, period_id bigint, at_version bigint)
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
  -- Followed players who changed themselves, and those followed from now on: counted one by one.
  insert into pg_temp.refresh_ranks
  select changes.player_id, changes.is_changed and (watched.player_id is not null or changes.old_key is null),
    watched.position, private.count_ahead(announce_ranks.period_id, changes.new_key) + 1, changes.new_key,
    changes.score, coalesce(changes.old_score, 0)
  from pg_temp.refresh_changes as changes
  left join private.watched_positions as watched
    on watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
  where (changes.is_changed or watched.player_id is null)
    and changes.player_id in (select followed.player_id from private.followed_players as followed);
  delete from private.watched_positions as watched
  using pg_temp.refresh_changes as changes
  where watched.period_id = announce_ranks.period_id and watched.player_id = changes.player_id
    and (changes.new_key is null
      or changes.player_id not in (select followed.player_id from private.followed_players as followed));
  insert into private.watched_positions (period_id, player_id, position, order_key)
  select announce_ranks.period_id, ranks.player_id, ranks.position_after, ranks.order_key
  from pg_temp.refresh_ranks as ranks
  where ranks.position_after is not null
  on conflict on constraint watched_positions_pkey do update
  set position = excluded.position, order_key = excluded.order_key;
  -- All other followed players: shifted by those who moved past them, in one pass in order. Nobody before
  -- the first
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
    select changes.old_key as order_key, -1 as delta, null::uuid as player_id, null::bigint as position
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1, null, null
    from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
    union all
    select watched.order_key, 0, watched.player_id, watched.position
    from private.watched_positions as watched
    where watched.period_id = announce_ranks.period_id and watched.order_key > first_key
      and (balance <> 0 or watched.order_key < last_key)
      and not exists (select from pg_temp.refresh_ranks as ranks where ranks.player_id = watched.player_id)
  ),
  shifted as (
    select signals.player_id, signals.position,
      sum(signals.delta) over (order by signals.order_key rows unbounded preceding) as shift
    from signals
  ),
  written as (
    update private.watched_positions as watched
    set position = shifted.position + shifted.shift
    from shifted
    where shifted.player_id is not null and shifted.shift <> 0
      and watched.period_id = announce_ranks.period_id and watched.player_id = shifted.player_id
    returning watched.player_id, shifted.position as position_before, watched.position as position_after
  )
  insert into pg_temp.refresh_ranks
  select written.player_id, true, written.position_before, written.position_after, null, standings.score,
    standings.score
  from written
  join private.standings
    on standings.period_id = announce_ranks.period_id and standings.player_id = written.player_id;
  if board.announces_ranks then
    insert into private.outbox (name, data)
    select 'leaderboard/rank.changed', jsonb_build_object(
      'board', board.slug, 'period_id', announce_ranks.period_id, 'version', at_version,
      'player_id', ranks.player_id, 'position_before', ranks.position_before,
      'position_after', ranks.position_after, 'score', ranks.score)
    from pg_temp.refresh_ranks as ranks
    where ranks.is_told and ranks.position_before is distinct from ranks.position_after
    order by ranks.position_after nulls last;
  end if;
end;
$$;
comment on function private.announce_ranks(public.boards, bigint, bigint) is
  'Writes rank.changed once for each followed player whose position differs from the one last published, '
  'and remembers the new ones. A newly followed player is only remembered. Off the board: position_after '
  'null.';

create function private.announce_milestones(board public.boards, period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with reached as (
    insert into private.reached_milestones (period_id, player_id, milestone)
    select announce_milestones.period_id, ranks.player_id, milestones.milestone
    from pg_temp.refresh_ranks as ranks
    join private.milestones on milestones.board_id = board.id
    where ranks.is_told and ranks.position_after is not null
      and case milestones.kind
        when 'score' then ranks.score >= milestones.threshold and ranks.score_before < milestones.threshold
        else ranks.position_after <= milestones.threshold
          and coalesce(ranks.position_before > milestones.threshold, true)
      end
    on conflict do nothing
    returning reached_milestones.player_id, reached_milestones.milestone
  )
  insert into private.outbox (name, data)
  select 'player/milestone.reached', jsonb_build_object(
    'player_id', reached.player_id, 'board', board.slug, 'milestone', reached.milestone,
    'value', case milestones.kind when 'score' then ranks.score else ranks.position_after end)
  from reached
  join private.milestones on milestones.board_id = board.id and milestones.milestone = reached.milestone
  join pg_temp.refresh_ranks as ranks on ranks.player_id = reached.player_id
  order by reached.player_id, milestones.threshold;
end;
$$;
comment on function private.announce_milestones(public.boards, bigint) is
  'Writes milestone.reached for followed players who just crossed one, once per player, period and '
  'milestone.';
