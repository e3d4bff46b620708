create function leaderboard.change_tiers(
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
  -- Removed before added, so no title ever has two holders, in whatever order it is read.
  delete from public.player_tiers as tiers
  using pg_temp.refresh_tiers as changed
  where tiers.board_id = board.id and tiers.player_id = changed.player_id;
  insert into public.player_tiers (board_id, player_id, period_id, tier, since)
  select board.id, changed.player_id, change_tiers.period_id, changed.tier_after, change_tiers.as_of
  from pg_temp.refresh_tiers as changed
  where changed.tier_after is not null;
  insert into platform.outbox (name, data)
  select 'leaderboard/tier.changed', jsonb_build_object(
    'board', board.slug, 'period_id', change_tiers.period_id, 'version', at_version,
    'player_id', changed.player_id, 'tier_before', changed.tier_before, 'tier_after', changed.tier_after)
  from pg_temp.refresh_tiers as changed
  where changed.player_id in (select followed.player_id from leaderboard.followed_players as followed)
  order by leaderboard.tier_weight(changed.tier_after) < leaderboard.tier_weight(changed.tier_before),
    leaderboard.tier_weight(changed.tier_before);
  return change_count;
end;
$$;
comment on function leaderboard.change_tiers(public.boards, bigint, bigint, timestamptz) is
  'Applies the list of refresh_tiers and writes tier.changed for linked and subscribed players, losses before '
  'gains; returns the number of players whose tiers changed.';

create function leaderboard.publish_tiers(
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
    return leaderboard.give_up_unlisted_tiers(board);
  end if;
  titled := leaderboard.settle_titles(board, publish_tiers.period_id, top[1:3]);
  select tiers.period_id into former_period_id from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id limit 1;
  if found then
    -- A new period begins to award: its tiers replace those of the last one, and players who keep theirs keep
    -- their date.
    update public.player_tiers as tiers set period_id = publish_tiers.period_id
    where tiers.board_id = board.id and tiers.period_id <> publish_tiers.period_id;
    perform leaderboard.remember_tiers(former_period_id);
  end if;
  insert into pg_temp.refresh_tiers (player_id, tier_before, tier_after)
  select player_id, held.tier, earned.tier
  from (
    select title.player_id, leaderboard.tier_of_position(title.place) as tier
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
  change_count := leaderboard.change_tiers(board, publish_tiers.period_id, at_version, publish_tiers.as_of);
  if change_count > 0 or former_period_id is not null then
    perform leaderboard.remember_tiers(publish_tiers.period_id);
  end if;
  return change_count;
end;
$$;
comment on function leaderboard.publish_tiers(public.boards, bigint, bigint, timestamptz, uuid[]) is
  'Updates player_tiers to the first hundred; returns the number of players whose tiers changed. A period without '
  'standings takes nothing away from listed players: the tiers of the previous one stay until somebody scores. '
  'Writes nothing if no tier changes.';

create function leaderboard.awards_tiers_now(board public.boards, period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select board.awards_tiers and (
    leaderboard.current_period_id(board.id) = awards_tiers_now.period_id
    or exists (
      select from public.player_tiers as tiers
      where tiers.board_id = board.id and tiers.period_id = awards_tiers_now.period_id));
$$;
comment on function leaderboard.awards_tiers_now(public.boards, bigint) is
  'Whether a refresh of this period awards tiers: the current one, and the previous one while its tiers stand.';
