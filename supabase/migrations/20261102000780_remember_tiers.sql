-- Which tiers were official at a past version. Positions alone do not tell: titles are held back, and the tiers
-- of one period stay into the next.

create table private.tier_history (
  period_id bigint not null,
  player_id uuid not null,
  tier text not null,
  since_version bigint not null,
  until_version bigint check (until_version > since_version),
  primary key (period_id, player_id, since_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table private.tier_history is
  'One row is a tier that a player officially held from since_version until before until_version of a period; '
  'without an end it is held still. A tier that changes between two versions changes with the later one.';
create index tier_history_until_idx on private.tier_history (period_id, until_version);
alter table private.tier_history enable row level security;

create function private.remember_tiers(period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period private.board_periods;
  from_version bigint;
begin
  select periods.* into period from private.board_periods as periods where periods.id = remember_tiers.period_id;
  -- Of a closed period the archive tells, and whoever gives a tier up later held it all the same.
  if period.state = 'closed' then
    return;
  end if;
  from_version := period.version + 1;
  delete from private.tier_history as history
  where history.period_id = period.id and history.until_version is null
    and history.since_version >= from_version;
  update private.tier_history as history set until_version = from_version
  where history.period_id = period.id and history.until_version is null
    and not exists (
      select from public.player_tiers as tiers
      where tiers.board_id = period.board_id and tiers.player_id = history.player_id
        and tiers.period_id = period.id and tiers.tier = history.tier);
  insert into private.tier_history (period_id, player_id, tier, since_version)
  select period.id, tiers.player_id, tiers.tier, from_version
  from public.player_tiers as tiers
  where tiers.board_id = period.board_id and tiers.period_id = period.id
    and not exists (
      select from private.tier_history as history
      where history.period_id = period.id and history.player_id = tiers.player_id
        and history.until_version is null);
  if found then
    -- The history is thinned and in the end goes; this stays.
    update private.board_periods as periods set awarded_tiers = true
    where periods.id = period.id and not periods.awarded_tiers;
  end if;
end;
$$;
comment on function private.remember_tiers(bigint) is
  'Brings the history in line with the tiers that are held now, from the version of the period on that is '
  'published next, and notes that the period gave some. Called whenever tiers changed, and writes only what did.';
