-- The counts follow the changes: each moved player is one removed and one added at every prefix of the key
-- that has a node.

create function leaderboard.add_counts(cumulative int[], bytes int[], deltas int[])
returns int[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  running int := 0;
begin
  for k in 1..cardinality(bytes) loop
    running := running + deltas[k];
    -- Counts change only between a player who left and one who arrived, not beyond both.
    continue when running = 0;
    for i in bytes[k] + 1..coalesce(bytes[k + 1], 256) loop
      cumulative[i] := cumulative[i] + running;
    end loop;
  end loop;
  return cumulative;
end;
$$;
comment on function leaderboard.add_counts(int[], int[], int[]) is
  'Cumulative counts after adding each delta at its byte; bytes (0 to 255) ascending.';

create function leaderboard.count_bytes(period_id bigint, beginning bytea)
returns int[]
language sql
stable
set search_path = ''
as $$
  select leaderboard.add_counts(array_fill(0, array[256]), array_agg(counted.byte order by counted.byte),
    array_agg(counted.player_count order by counted.byte))
  from (
    select get_byte(standings.order_key, length(count_bytes.beginning)) as byte,
      count(*)::int as player_count
    from leaderboard.standings
    where standings.period_id = count_bytes.period_id
      and standings.order_key >= count_bytes.beginning
      and standings.order_key < count_bytes.beginning || decode(repeat('ff', 31), 'hex')
    group by 1
  ) as counted;
$$;
comment on function leaderboard.count_bytes(bigint, bytea) is
  'The cumulative counts of a node, read from the standings; null if it is empty.';

create function leaderboard.list_crowded(beginning bytea, cumulative int[], player_count_max int)
returns setof bytea
language sql
immutable
set search_path = ''
as $$
  select list_crowded.beginning || set_byte('\x00', 0, i - 1)
  from generate_series(1, 256) as i
  where list_crowded.cumulative[i] - coalesce(list_crowded.cumulative[i - 1], 0) > list_crowded.player_count_max;
$$;
comment on function leaderboard.list_crowded(bytea, int[], int) is
  'Prefixes one byte longer that hold more players than allowed without a node.';

create function leaderboard.split_nodes(period_id bigint, crowded bytea[], player_count_max int,
  at_version bigint)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  depth int := 0;
begin
  while cardinality(crowded) > 0 loop
    depth := greatest(depth, (select max(length(prefix)) from unnest(crowded) as prefix));
    with added as (
      insert into leaderboard.standing_nodes (period_id, prefix, cumulative, since_version)
      select split_nodes.period_id, wanted.prefix, leaderboard.count_bytes(split_nodes.period_id, wanted.prefix),
        split_nodes.at_version
      from unnest(crowded) as wanted (prefix)
      returning standing_nodes.prefix, standing_nodes.cumulative
    )
    select array_agg(deeper.prefix) into crowded
    from added
    cross join lateral leaderboard.list_crowded(added.prefix, added.cumulative, player_count_max)
      as deeper (prefix);
  end loop;
  return depth;
end;
$$;
comment on function leaderboard.split_nodes(bigint, bytea[], int, bigint) is
  'Gives each crowded prefix a node, recursively; returns the greatest depth created.';

create function leaderboard.apply_counts(period_id bigint, at_version bigint, node_depth int)
returns int
language plpgsql
volatile
set search_path = ''
set random_page_cost = 1.1
set work_mem = '64MB'
as $$
declare
  player_count_max int := (select leaf_player_count_max from leaderboard.leaderboard_settings);
  crowded bytea[];
begin
  insert into leaderboard.standing_nodes (period_id, prefix, cumulative, since_version)
  values (apply_counts.period_id, '', array_fill(0, array[256]), apply_counts.at_version)
  on conflict do nothing;
  with recursive moved as (
    select changes.old_key as order_key, -1 as delta from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.old_key is not null
    union all
    select changes.new_key, 1 from pg_temp.refresh_changes as changes
    where changes.old_key is distinct from changes.new_key and changes.new_key is not null
  ),
  -- Near the root thousands of moves meet in few nodes: they are summed once for the first two bytes. Below,
  -- a move descends only while there is a node under it.
  coarse as (
    select substring(moved.order_key for 2) as beginning, sum(moved.delta)::int as delta
    from moved
    group by 1
    having sum(moved.delta) <> 0
  ),
  walk as (
    select moved.order_key, moved.delta, nodes.prefix, 2 as depth
    from moved
    join leaderboard.standing_nodes as nodes on nodes.period_id = apply_counts.period_id
      and nodes.prefix = substring(moved.order_key for 2)
    union all
    select walk.order_key, walk.delta, nodes.prefix, walk.depth + 1
    from walk
    join leaderboard.standing_nodes as nodes on nodes.period_id = apply_counts.period_id
      and nodes.prefix = substring(walk.order_key for walk.depth + 1)
  ),
  counted as (
    select spread.prefix, spread.byte, sum(spread.delta)::int as delta
    from (
      select substring(coarse.beginning for depth) as prefix, get_byte(coarse.beginning, depth) as byte,
        coarse.delta
      from coarse
      cross join generate_series(0, 1) as depth
      union all
      select walk.prefix, get_byte(walk.order_key, walk.depth), walk.delta from walk
    ) as spread
    group by 1, 2
    having sum(spread.delta) <> 0
  ),
  gathered as (
    select counted.prefix, array_agg(counted.byte order by counted.byte) as bytes,
      array_agg(counted.delta order by counted.byte) as deltas
    from counted
    group by counted.prefix
  )
  insert into pg_temp.refresh_nodes (prefix, old_cumulative, old_since, cumulative, bytes, deltas)
  select nodes.prefix, nodes.cumulative, nodes.since_version,
    leaderboard.add_counts(nodes.cumulative, gathered.bytes, gathered.deltas), gathered.bytes, gathered.deltas
  from gathered
  join leaderboard.standing_nodes as nodes
    on nodes.period_id = apply_counts.period_id and nodes.prefix = gathered.prefix;
  insert into leaderboard.standing_node_history (period_id, prefix, cumulative, since_version, until_version)
  select apply_counts.period_id, changed.prefix, changed.old_cumulative, changed.old_since,
    apply_counts.at_version
  from pg_temp.refresh_nodes as changed
  where changed.old_since < apply_counts.at_version;
  -- Nodes below a removed node are removed with it; there are any only if the leaf size was raised.
  with gone as (
    delete from leaderboard.standing_nodes as nodes
    using pg_temp.refresh_nodes as changed
    where nodes.period_id = apply_counts.period_id
      and changed.prefix <> '' and changed.cumulative[256] <= player_count_max / 2
      and nodes.prefix >= changed.prefix and nodes.prefix < changed.prefix || decode(repeat('ff', 32), 'hex')
    returning nodes.prefix, nodes.cumulative, nodes.since_version
  )
  insert into leaderboard.standing_node_history (period_id, prefix, cumulative, since_version, until_version)
  select apply_counts.period_id, gone.prefix, gone.cumulative, gone.since_version, apply_counts.at_version
  from gone
  where gone.since_version < apply_counts.at_version
    and not exists (select from pg_temp.refresh_nodes as changed where changed.prefix = gone.prefix);
  update leaderboard.standing_nodes as nodes
  set cumulative = changed.cumulative, since_version = apply_counts.at_version
  from pg_temp.refresh_nodes as changed
  where nodes.period_id = apply_counts.period_id and nodes.prefix = changed.prefix;
  -- It can have become crowded only where somebody arrived.
  select array_agg(grown.prefix) into crowded
  from (
    select changed.prefix || set_byte('\x00', 0, came.byte) as prefix
    from pg_temp.refresh_nodes as changed
    cross join lateral unnest(changed.bytes, changed.deltas) as came (byte, delta)
    where came.delta > 0
      and changed.cumulative[came.byte + 1] - coalesce(changed.cumulative[came.byte], 0) > player_count_max
  ) as grown
  where not exists (
    select from leaderboard.standing_nodes as nodes
    where nodes.period_id = apply_counts.period_id and nodes.prefix = grown.prefix);
  return greatest(node_depth, leaderboard.split_nodes(apply_counts.period_id, crowded, player_count_max,
    apply_counts.at_version));
end;
$$;
comment on function leaderboard.apply_counts(bigint, bigint, int) is
  'Updates the nodes to the standings after apply_changes, keeping replaced rows; splits crowded nodes and '
  'removes sparse ones. Returns the greatest depth that may have nodes.';
