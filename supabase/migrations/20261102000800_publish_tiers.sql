create function private.tier_of_position(at_position bigint)
returns text
language sql
immutable
set search_path = ''
return case
  when at_position = 1 then 'champion'
  when at_position = 2 then 'silver'
  when at_position = 3 then 'bronze'
  when at_position between 4 and 10 then 'top_10'
  when at_position between 11 and 100 then 'elite'
end;
comment on function private.tier_of_position(bigint) is
  'The tier of a position: titles for the first three, top_10, elite to 100, else null.';

create function private.tier_weight(tier text)
returns int
language sql
immutable
set search_path = ''
return coalesce(array_position(array['champion', 'silver', 'bronze', 'top_10', 'elite'], tier), 6);
comment on function private.tier_weight(text) is 'Lower is better; no tier is the worst.';

create view private.followed_players as
  select links.player_id from public.discord_links as links
  union
  select subscriptions.player_id from private.rank_subscriptions as subscriptions;
comment on view private.followed_players is
  'Players whose changes matter to somebody: linked to Discord, or subscribed.';

create function private.count_title_holds(board_id bigint, period_id bigint, leaders uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from private.title_holds as holds
  where holds.board_id = count_title_holds.board_id
    and (holds.period_id <> count_title_holds.period_id
      or coalesce(array_position(leaders, holds.player_id), 4) > holds.place);
  insert into private.title_holds as holds (board_id, period_id, place, player_id, seen_count)
  select count_title_holds.board_id, count_title_holds.period_id, place, leader.player_id, 0
  from unnest(leaders) with ordinality as leader (player_id, position)
  cross join generate_series(leader.position, 3) as place
  on conflict on constraint title_holds_pkey do update set seen_count = holds.seen_count + 1;
end;
$$;
comment on function private.count_title_holds(bigint, bigint, uuid[]) is
  'Counts one more refresh for who is still among the first one, two or three; begins anew for others.';

create function private.settle_titles(board public.boards, period_id bigint, leaders uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- By place; null where nobody who is still on the board holds the title.
  holders uuid[] := array(
    select standings.player_id
    from unnest(array['champion', 'silver', 'bronze']) with ordinality as title (tier, place)
    left join public.player_tiers as held on held.board_id = board.id and held.tier = title.tier
      and held.period_id = settle_titles.period_id
    left join private.standings on standings.period_id = settle_titles.period_id
      and standings.player_id = held.player_id and standings.order_key is not null
    order by title.place);
  titled uuid[] := '{}';
begin
  if board.title_hold_refreshes > 0 and array_remove(holders, null) <> '{}' then
    perform private.count_title_holds(board.id, settle_titles.period_id, leaders);
    for at_place in 1..3 loop
      titled := titled || array(
        select candidate.player_id
        from (
          select holds.player_id, 1 as turn from private.title_holds as holds
          where holds.board_id = board.id and holds.place = at_place
            and holds.seen_count >= board.title_hold_refreshes
          union all
          select holders[at_place], 2
          union all
          select leader, 3 from unnest(leaders) as leader
        ) as candidate
        where candidate.player_id is not null and candidate.player_id <> all (titled)
        order by candidate.turn, candidate.player_id is distinct from holders[at_place],
          array_position(leaders, candidate.player_id)
        limit 1);
    end loop;
  else
    titled := leaders;
  end if;
  if titled = leaders then
    delete from private.title_holds as holds where holds.board_id = board.id;
  end if;
  return titled;
end;
$$;
comment on function private.settle_titles(public.boards, bigint, uuid[]) is
  'Who officially holds the titles now, in order. The first, second and third title each go to who has been '
  'among the first one, two or three throughout the board''s number of further refreshes and has no title '
  'above: to the holder before others, then to the better placed. Is there nobody, the holder keeps it; is '
  'the holder gone from the board, too, it passes on at once. So each title waits on its own: while two swap '
  'the second place, a new leader still becomes champion. In a new period the first leaders take all at '
  'once.';

create function private.change_tiers(
  board public.boards, period_id bigint, at_version bigint, as_of timestamptz)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  change_count int := (select count(*) from pg_temp.refresh_tiers);
begin
  if change_count = 0 then
    return 0;
  end if;
  -- Taken away before given, so that at no moment and in no order of reading a title has two holders.
  delete from public.player_tiers as tiers
  using pg_temp.refresh_tiers as changed
  where tiers.board_id = board.id and tiers.player_id = changed.player_id;
  insert into public.player_tiers (board_id, player_id, period_id, tier, since)
  select board.id, changed.player_id, change_tiers.period_id, changed.tier_after, change_tiers.as_of
  from pg_temp.refresh_tiers as changed
  where changed.tier_after is not null;
  insert into private.outbox (name, data)
  select 'leaderboard/tier.changed', jsonb_build_object(
    'board', board.slug, 'period_id', change_tiers.period_id, 'version', at_version,
    'player_id', changed.player_id, 'tier_before', changed.tier_before, 'tier_after', changed.tier_after)
  from pg_temp.refresh_tiers as changed
  where changed.player_id in (select followed.player_id from private.followed_players as followed)
  order by private.tier_weight(changed.tier_after) < private.tier_weight(changed.tier_before),
    private.tier_weight(changed.tier_before);
  return change_count;
end;
$$;
comment on function private.change_tiers(public.boards, bigint, bigint, timestamptz) is
  'Does what refresh_tiers lists and writes tier.changed for linked and subscribed players, losses before '
  'gains; returns how many players'' tiers changed.';

create function private.publish_tiers(
  board public.boards, period_id bigint, at_version bigint, as_of timestamptz, top uuid[])
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  titled uuid[];
  former_period_id bigint;
  change_count int;
begin
  if top = '{}' and not exists (
    select from public.player_tiers as tiers
    where tiers.board_id = board.id and tiers.period_id = publish_tiers.period_id)
  then
    return private.give_up_unlisted_tiers(board);
  end if;
  titled := private.settle_titles(board, publish_tiers.period_id, top[1:3]);
  select tiers.period_id into former_period_id from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id limit 1;
  if found then
    -- A new period begins to award: its tiers replace those of the last one, and who keeps theirs keeps since.
    update public.player_tiers as tiers set period_id = publish_tiers.period_id
    where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id;
    perform private.remember_tiers(former_period_id);
  end if;
  insert into pg_temp.refresh_tiers (player_id, tier_before, tier_after)
  select player_id, held.tier, earned.tier
  from (
    select title.player_id, private.tier_of_position(title.place) as tier
    from unnest(titled) with ordinality as title (player_id, place)
    union all
    select ranked.player_id, case when ranked.place <= 10 then 'top_10' else 'elite' end
    from unnest(top) with ordinality as ranked (player_id, place)
    where ranked.player_id <> all (titled)
  ) as earned
  full join (
    select tiers.player_id, tiers.tier from public.player_tiers as tiers where tiers.board_id = board.id
  ) as held using (player_id)
  where held.tier is distinct from earned.tier;
  change_count := private.change_tiers(board, publish_tiers.period_id, at_version, publish_tiers.as_of);
  if change_count > 0 or former_period_id is not null then
    perform private.remember_tiers(publish_tiers.period_id);
  end if;
  return change_count;
end;
$$;
comment on function private.publish_tiers(public.boards, bigint, bigint, timestamptz, uuid[]) is
  'Brings player_tiers in line with the first hundred; returns how many players'' tiers changed. A period '
  'without standings takes nothing away from who is still listed: the tiers of the one before stay until '
  'somebody scores. Writes nothing when no tier changes.';

create function private.awards_tiers_now(board public.boards, period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select board.awards_tiers and (
    private.current_period_id(board.id) = awards_tiers_now.period_id
    or exists (
      select from public.player_tiers as tiers
      where tiers.board_id = board.id and tiers.period_id = awards_tiers_now.period_id));
$$;
comment on function private.awards_tiers_now(public.boards, bigint) is
  'Whether a refresh of this period gives tiers: the running one, and the one before while its tiers stand.';
