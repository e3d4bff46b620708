create table public.player_tiers (
  board_id bigint not null references public.boards (id),
  player_id uuid not null references public.profiles (id),
  period_id bigint not null references leaderboard.board_periods (id),
  tier text not null check (tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  since timestamptz not null,
  primary key (board_id, player_id)
);
comment on table public.player_tiers is
  'One row is a tier a player holds now, after any hold on titles. Each title has at most one holder per board.';
comment on column public.player_tiers.period_id is
  'The period whose standings awarded it, the same for all tiers of a board: the current one, or the previous one '
  'until the current one has standings.';
create unique index player_tiers_title_idx on public.player_tiers (board_id, tier)
  where tier in ('champion', 'silver', 'bronze');
create index player_tiers_player_id_idx on public.player_tiers (player_id);

alter table public.player_tiers enable row level security;
grant select on public.player_tiers to authenticated, service_role;

create policy "Players see their own tiers, managers all"
  on public.player_tiers for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create function leaderboard.list_tiers()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['champion', 'silver', 'bronze', 'top_10', 'elite'];
$$;
comment on function leaderboard.list_tiers() is
  'All tiers, highest first. The first three are titles: one holder each.';

create function leaderboard.tier_of_position(at_position bigint)
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
comment on function leaderboard.tier_of_position(bigint) is
  'The tier of a position: titles for the first three, top_10, elite to 100, else null.';

create function leaderboard.tier_weight(tier text)
returns int
language sql
immutable
set search_path = ''
return coalesce(array_position(array['champion', 'silver', 'bronze', 'top_10', 'elite'], tier), 6);
comment on function leaderboard.tier_weight(text) is 'Lower is better; no tier is worst.';

-- Which tiers were official at a past version. Positions alone do not determine them: titles may be on hold,
-- and the tiers of one period last into the next.
create table leaderboard.tier_history (
  period_id bigint not null,
  player_id uuid not null,
  tier text not null,
  since_version bigint not null,
  until_version bigint check (until_version > since_version),
  primary key (period_id, player_id, since_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.tier_history is
  'One row is a tier that a player officially held from since_version until before until_version of a period; '
  'without an end it is still held. A tier that changes between two versions changes with the later one.';
create index tier_history_until_idx on leaderboard.tier_history (period_id, until_version);

alter table leaderboard.tier_history enable row level security;

create function leaderboard.remember_tiers(period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  from_version bigint;
begin
  select periods.* into period from leaderboard.board_periods as periods where periods.id = remember_tiers.period_id;
  -- For a closed period the archive answers, and players who give a tier up later still held it.
  if period.state = 'closed' then
    return;
  end if;
  from_version := period.version + 1;
  delete from leaderboard.tier_history as history
  where history.period_id = period.id and history.until_version is null
    and history.since_version >= from_version;
  update leaderboard.tier_history as history set until_version = from_version
  where history.period_id = period.id and history.until_version is null
    and not exists (
      select from public.player_tiers as tiers
      where tiers.board_id = period.board_id and tiers.player_id = history.player_id
        and tiers.period_id = period.id and tiers.tier = history.tier);
  insert into leaderboard.tier_history (period_id, player_id, tier, since_version)
  select period.id, tiers.player_id, tiers.tier, from_version
  from public.player_tiers as tiers
  where tiers.board_id = period.board_id and tiers.period_id = period.id
    and not exists (
      select from leaderboard.tier_history as history
      where history.period_id = period.id and history.player_id = tiers.player_id
        and history.until_version is null);
  if found then
    -- The history is thinned and eventually deleted; this stays.
    update leaderboard.board_periods as periods set awarded_tiers = true
    where periods.id = period.id and not periods.awarded_tiers;
  end if;
end;
$$;
comment on function leaderboard.remember_tiers(bigint) is
  'Updates the history to the tiers held now, from the period''s next published version on, and records that the '
  'period awarded some. Called whenever tiers changed, and writes only differences.';
