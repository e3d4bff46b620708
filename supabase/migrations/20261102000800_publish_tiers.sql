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

create function private.settle_titles(board public.boards, period_id bigint, leaders uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  holders uuid[];
  seen int;
begin
  select array_agg(held.player_id order by private.tier_weight(held.tier)) into holders
  from public.player_tiers as held
  where held.board_id = board.id and held.tier in ('champion', 'silver', 'bronze');
  if board.title_hold_refreshes = 0 or leaders = holders
    or cardinality(holders) is distinct from cardinality(leaders)
    or exists (
      select from unnest(holders) as holder
      where not exists (
        select from private.standings
        where standings.period_id = settle_titles.period_id and standings.player_id = holder
          and standings.order_key is not null))
  then
    delete from private.title_holds as holds where holds.board_id = board.id;
    return leaders;
  end if;
  insert into private.title_holds as holds (board_id, proposed, seen_count)
  values (board.id, leaders, 0)
  on conflict (board_id) do update
  set proposed = excluded.proposed,
    seen_count = case when holds.proposed = excluded.proposed then holds.seen_count + 1 else 0 end
  returning holds.seen_count into seen;
  if seen < board.title_hold_refreshes then
    return holders;
  end if;
  delete from private.title_holds as holds where holds.board_id = board.id;
  return leaders;
end;
$$;
comment on function private.settle_titles(public.boards, bigint, uuid[]) is
  'Who officially holds the titles now, in order. A new trio of leaders must survive the board''s number '
  'of further refreshes; a holder who is no longer on the board is replaced at once.';

create function private.publish_tiers(
  board public.boards, period_id bigint, at_version bigint, as_of timestamptz, top uuid[])
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  titled uuid[] := coalesce(private.settle_titles(board, period_id, top[1:3]), '{}');
  change_count int;
begin
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
  get diagnostics change_count = row_count;
  if change_count = 0 then
    return 0;
  end if;
  -- Taken away before given, so that at no moment and in no order of reading a title has two holders.
  delete from public.player_tiers as tiers
  using pg_temp.refresh_tiers as changed
  where tiers.board_id = board.id and tiers.player_id = changed.player_id;
  insert into public.player_tiers (board_id, player_id, tier, since)
  select board.id, changed.player_id, changed.tier_after, publish_tiers.as_of
  from pg_temp.refresh_tiers as changed
  where changed.tier_after is not null;
  insert into private.outbox (name, data)
  select 'leaderboard/tier.changed', jsonb_build_object(
    'board', board.slug, 'period_id', publish_tiers.period_id, 'version', at_version,
    'player_id', changed.player_id, 'tier_before', changed.tier_before, 'tier_after', changed.tier_after)
  from pg_temp.refresh_tiers as changed
  where changed.player_id in (select followed.player_id from private.followed_players as followed)
  order by private.tier_weight(changed.tier_after) < private.tier_weight(changed.tier_before),
    private.tier_weight(changed.tier_before);
  return change_count;
end;
$$;
comment on function private.publish_tiers(public.boards, bigint, bigint, timestamptz, uuid[]) is
  'Brings player_tiers in line with the first hundred and writes tier.changed for linked and subscribed '
  'players, losses before gains; returns how many players'' tiers changed.';
