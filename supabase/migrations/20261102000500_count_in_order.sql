-- Order statistics. The order of players is one string, letter by letter in a 64-letter alphabet that sorts as
-- bytes do; counting who is ahead is adding one number for each beginning of the string that has a node, and
-- counting the few rows between the last such beginning and the string itself.

create function private.order_key(score bigint, reached_at timestamptz, player_id uuid)
returns text
language sql
immutable
strict
set search_path = ''
as $$
  -- 6 bytes of score counted down from 2^47, 8 of microseconds, 16 of id: 30 bytes are 40 letters without padding,
  -- and the first 8 letters are exactly the score.
  select translate(
    encode(
      substring(int8send(140737488355328 - order_key.score) from 3)
        || int8send((extract(epoch from order_key.reached_at) * 1000000)::bigint)
        || uuid_send(order_key.player_id),
      'base64'),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
    '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz');
$$;
comment on function private.order_key(bigint, timestamptz, uuid) is
  'Sorts ascending, byte by byte, as players do: score down, reached_at up, id up. Scores within ±2^47, times after 1970.';

create function private.letter_index(letter text)
returns int
language sql
immutable
set search_path = ''
return strpos('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz', letter);
comment on function private.letter_index(text) is 'Place of the letter in the alphabet of order keys, from 1 to 64.';

create function private.count_ahead(period_id bigint, before_key text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Twelve beginnings at a time are enough but for crowds with one and the same score.
  reached int := -1;
  step_ahead bigint;
  step_reached int;
  ahead bigint := 0;
begin
  loop
    select
      sum(nodes.cumulative[strpos('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
        substr(count_ahead.before_key, length(nodes.prefix) + 1, 1)) - 1]),
      max(length(nodes.prefix))
    into step_ahead, step_reached
    from private.standing_nodes as nodes
    where nodes.period_id = count_ahead.period_id
      and nodes.prefix = any (array[
        left(count_ahead.before_key, reached + 1), left(count_ahead.before_key, reached + 2),
        left(count_ahead.before_key, reached + 3), left(count_ahead.before_key, reached + 4),
        left(count_ahead.before_key, reached + 5), left(count_ahead.before_key, reached + 6),
        left(count_ahead.before_key, reached + 7), left(count_ahead.before_key, reached + 8),
        left(count_ahead.before_key, reached + 9), left(count_ahead.before_key, reached + 10),
        left(count_ahead.before_key, reached + 11), left(count_ahead.before_key, reached + 12)])
      and length(nodes.prefix) > reached;
    exit when step_reached is null;
    ahead := ahead + coalesce(step_ahead, 0);
    exit when step_reached < reached + 12;
    reached := step_reached;
  end loop;
  reached := coalesce(step_reached, reached);
  return ahead + (
    select count(*)
    from private.standings
    where standings.period_id = count_ahead.period_id
      and standings.order_key >= left(count_ahead.before_key, reached + 1)
      and standings.order_key < count_ahead.before_key);
end;
$$;
comment on function private.count_ahead(bigint, text) is
  'How many listed players of the period have an order key below the given one, or below every key that begins with it.';

create function private.count_ahead_at(period_id bigint, at_version bigint, before_key text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  ahead bigint;
  reached int;
begin
  select
    coalesce(sum(found.cumulative[strpos('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
      substr(count_ahead_at.before_key, found.depth + 1, 1)) - 1]), 0),
    max(found.depth)
  into ahead, reached
  from (
    select nodes.cumulative, depths.depth
    from generate_series(0, length(count_ahead_at.before_key)) as depths (depth)
    cross join lateral (
      select current.cumulative
      from private.standing_nodes as current
      where current.period_id = count_ahead_at.period_id
        and current.prefix = left(count_ahead_at.before_key, depths.depth)
        and current.since_version <= count_ahead_at.at_version
      union all
      select former.cumulative
      from (
        select history.cumulative, history.since_version
        from private.standing_node_history as history
        where history.period_id = count_ahead_at.period_id
          and history.prefix = left(count_ahead_at.before_key, depths.depth)
          and history.until_version > count_ahead_at.at_version
        order by history.until_version
        limit 1
      ) as former
      where former.since_version <= count_ahead_at.at_version
    ) as nodes
  ) as found;
  return ahead + (
    select count(*)
    from private.standings
    where standings.period_id = count_ahead_at.period_id
      and standings.order_key >= left(count_ahead_at.before_key, reached + 1)
      and standings.order_key < count_ahead_at.before_key
      and standings.since_version <= count_ahead_at.at_version
  ) + (
    select count(*)
    from private.standing_history as history
    where history.period_id = count_ahead_at.period_id
      and history.order_key >= left(count_ahead_at.before_key, reached + 1)
      and history.order_key < count_ahead_at.before_key
      and history.since_version <= count_ahead_at.at_version
      and history.until_version > count_ahead_at.at_version);
end;
$$;
comment on function private.count_ahead_at(bigint, bigint, text) is 'The same at a kept version of the period.';

create function private.key_at_position(period_id bigint, at_position bigint)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  beginning text := '';
  remaining bigint := key_at_position.at_position;
  counts int[];
  low int;
  high int;
  middle int;
begin
  if remaining is null or remaining < 1 then
    return null;
  end if;
  loop
    select nodes.cumulative into counts
    from private.standing_nodes as nodes
    where nodes.period_id = key_at_position.period_id and nodes.prefix = beginning;
    exit when counts is null;
    if counts[64] < remaining then
      return null;
    end if;
    low := 1;
    high := 64;
    while low < high loop
      middle := (low + high) / 2;
      if counts[middle] >= remaining then high := middle; else low := middle + 1; end if;
    end loop;
    remaining := remaining - coalesce(counts[low - 1], 0);
    beginning := beginning || substr('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz', low, 1);
    counts := null;
  end loop;
  return (
    select standings.order_key
    from private.standings
    where standings.period_id = key_at_position.period_id and standings.order_key >= beginning
    order by standings.order_key
    offset remaining - 1
    limit 1);
end;
$$;
comment on function private.key_at_position(bigint, bigint) is
  'The order key of the player at this position, found from the counts; null beyond the last one.';
