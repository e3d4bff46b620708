-- Order statistics: counting the players ahead means adding one number for each prefix of the order key that
-- has a node, and counting the few rows between the last such prefix and the key itself.

create function leaderboard.count_ahead(period_id bigint, before_key bytea)
returns bigint
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  leaf_key bytea;
  -- Eight prefixes at a time are enough, except for crowds with equal scores.
  reached int := -1;
  step_ahead bigint;
  step_reached int;
  ahead bigint := 0;
begin
  loop
    select
      sum(nodes.cumulative[case when length(nodes.prefix) < length(count_ahead.before_key)
        then get_byte(count_ahead.before_key, length(nodes.prefix)) end]),
      max(length(nodes.prefix))
    into step_ahead, step_reached
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = count_ahead.period_id
      and nodes.prefix = any (array[
        substring(count_ahead.before_key for reached + 1), substring(count_ahead.before_key for reached + 2),
        substring(count_ahead.before_key for reached + 3), substring(count_ahead.before_key for reached + 4),
        substring(count_ahead.before_key for reached + 5), substring(count_ahead.before_key for reached + 6),
        substring(count_ahead.before_key for reached + 7), substring(count_ahead.before_key for reached + 8)])
      and length(nodes.prefix) > reached;
    exit when step_reached is null;
    ahead := ahead + coalesce(step_ahead, 0);
    exit when step_reached < reached + 8;
    reached := step_reached;
  end loop;
  leaf_key := substring(count_ahead.before_key for coalesce(step_reached, reached) + 1);
  return ahead + (
    select count(*)
    from leaderboard.standings
    where standings.period_id = count_ahead.period_id
      and standings.order_key >= leaf_key
      and standings.order_key < count_ahead.before_key);
end;
$$;
comment on function leaderboard.count_ahead(bigint, bytea) is
  'How many listed players of the period have an order key below the given one, or below every key with that prefix.';

create function leaderboard.count_places(
  period_id bigint, order_key bytea, out place bigint, out rank bigint)
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  score_key bytea := leaderboard.score_key(count_places.order_key);
  score_length int := length(score_key);
  leaf_key bytea;
  reached int;
begin
  -- The same nodes and the same few rows answer both questions; beyond six levels it starts over.
  select
    coalesce(sum(nodes.cumulative[get_byte(count_places.order_key, length(nodes.prefix))]), 0) + 1,
    coalesce(sum(nodes.cumulative[get_byte(count_places.order_key, length(nodes.prefix))])
      filter (where length(nodes.prefix) < score_length), 0) + 1,
    max(length(nodes.prefix))
  into place, rank, reached
  from leaderboard.standing_nodes as nodes
  where nodes.period_id = count_places.period_id
    and nodes.prefix = any (array[''::bytea,
      substring(count_places.order_key for 1), substring(count_places.order_key for 2),
      substring(count_places.order_key for 3), substring(count_places.order_key for 4),
      substring(count_places.order_key for 5), substring(count_places.order_key for 6)]);
  if reached = 6 then
    place := leaderboard.count_ahead(count_places.period_id, count_places.order_key) + 1;
    rank := leaderboard.count_ahead(count_places.period_id, score_key) + 1;
    return;
  end if;
  reached := coalesce(reached, -1) + 1;
  leaf_key := substring(count_places.order_key for reached);
  select place + count(*), rank + count(*) filter (where reached <= score_length and standings.order_key < score_key)
  into place, rank
  from leaderboard.standings
  where standings.period_id = count_places.period_id
    and standings.order_key >= leaf_key
    and standings.order_key < count_places.order_key;
end;
$$;
comment on function leaderboard.count_places(bigint, bytea) is
  'Position and shared rank of an order key at once: 1 + players ahead, and 1 + players with a higher score. '
  'Generic plans here and in every similar read, because planning takes longer than the read.';

create function leaderboard.count_ahead_at(period_id bigint, at_version bigint, before_key bytea)
returns bigint
language plpgsql
stable
strict
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  depth_max int := least(length(count_ahead_at.before_key), (
    select periods.node_depth from leaderboard.board_periods as periods where periods.id = count_ahead_at.period_id));
  leaf_key bytea;
  ahead bigint;
  reached int;
begin
  select
    coalesce(sum(found.cumulative[case when found.depth < length(count_ahead_at.before_key)
      then get_byte(count_ahead_at.before_key, found.depth) end]), 0),
    max(found.depth)
  into ahead, reached
  from (
    select nodes.cumulative, depths.depth
    from generate_series(0, depth_max) as depths (depth)
    cross join lateral (
      select current.cumulative
      from leaderboard.standing_nodes as current
      where current.period_id = count_ahead_at.period_id
        and current.prefix = substring(count_ahead_at.before_key for depths.depth)
        and current.since_version <= count_ahead_at.at_version
      union all
      select former.cumulative
      from (
        select history.cumulative, history.since_version
        from leaderboard.standing_node_history as history
        where history.period_id = count_ahead_at.period_id
          and history.prefix = substring(count_ahead_at.before_key for depths.depth)
          and history.until_version > count_ahead_at.at_version
        order by history.until_version
        limit 1
      ) as former
      where former.since_version <= count_ahead_at.at_version
    ) as nodes
  ) as found;
  leaf_key := substring(count_ahead_at.before_key for reached + 1);
  return ahead + (
    select count(*)
    from leaderboard.standings
    where standings.period_id = count_ahead_at.period_id
      and standings.order_key >= leaf_key
      and standings.order_key < count_ahead_at.before_key
      and standings.since_version <= count_ahead_at.at_version
  ) + (
    select count(*)
    from leaderboard.standing_history as history
    where history.period_id = count_ahead_at.period_id
      and history.order_key >= leaf_key
      and history.order_key < count_ahead_at.before_key
      and history.since_version <= count_ahead_at.at_version
      and history.until_version > count_ahead_at.at_version);
end;
$$;
comment on function leaderboard.count_ahead_at(bigint, bigint, bytea) is
  'The same at a kept version of the period.';

create function leaderboard.key_at_position(period_id bigint, at_position bigint)
returns bytea
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  beginning bytea := '';
  remaining bigint := key_at_position.at_position;
  counts int[];
  byte int;
begin
  if remaining is null or remaining < 1 then
    return null;
  end if;
  loop
    select nodes.cumulative into counts
    from leaderboard.standing_nodes as nodes
    where nodes.period_id = key_at_position.period_id and nodes.prefix = beginning;
    exit when counts is null;
    if counts[256] < remaining then
      return null;
    end if;
    -- Counts are sorted: skip as many bytes as have fewer players up to them.
    byte := width_bucket((remaining - 1)::int, counts);
    remaining := remaining - coalesce(counts[byte], 0);
    beginning := beginning || set_byte('\x00', 0, byte);
    counts := null;
  end loop;
  return (
    select standings.order_key
    from leaderboard.standings
    where standings.period_id = key_at_position.period_id and standings.order_key >= beginning
    order by standings.order_key
    offset remaining - 1
    limit 1);
end;
$$;
comment on function leaderboard.key_at_position(bigint, bigint) is
  'The order key of the player at this position, from the counts; null beyond the last one.';
