-- What is kept of a closed period, and how anyone can verify that it was not changed.

create table leaderboard.archived_standings (
  period_id bigint not null references leaderboard.board_periods (id),
  position bigint not null check (position > 0),
  rank bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  reached_at timestamptz not null,
  row_hash bytea not null,
  primary key (period_id, position),
  unique (period_id, player_id)
);
comment on table leaderboard.archived_standings is
  'One row is one final standing of a closed period. Immutable; row_hash covers the row, and the seal of the '
  'period covers all of them in order. No foreign key to players: they come from standings, a million at a time.';
create index archived_standings_player_id_idx on leaderboard.archived_standings (player_id);

alter table leaderboard.archived_standings enable row level security;

create trigger on_archived_standings_change_refuse
  before update or delete or truncate on leaderboard.archived_standings
  for each statement execute function platform.forbid_change();

create function leaderboard.seal_standings(period_id bigint)
returns bytea
language sql
stable
set search_path = ''
as $$
  -- In blocks, so no value grows with the number of players.
  select sha256(coalesce(string_agg(block.hash, ''::bytea order by block.number), ''::bytea))
  from (
    select (archived.position - 1) / 10000 as number,
      sha256(string_agg(archived.row_hash, ''::bytea order by archived.position)) as hash
    from leaderboard.archived_standings as archived
    where archived.period_id = seal_standings.period_id
    group by 1
  ) as block;
$$;
comment on function leaderboard.seal_standings(bigint) is
  'One hash over the hashes of all archived rows of a period, in order.';

create function leaderboard.seal_period(period leaderboard.board_periods)
returns bytea
language sql
stable
set search_path = ''
as $$
  select sha256(
    coalesce(
      (select earlier.archive_hash from leaderboard.board_periods as earlier
       where earlier.board_id = period.board_id and earlier.state = 'closed'
         and earlier.starts_at < period.starts_at
       order by earlier.starts_at desc limit 1),
      ''::bytea)
    || leaderboard.seal_standings(period.id)
    || convert_to(concat_ws('|', period.id, period.board_id, extract(epoch from period.starts_at),
      extract(epoch from period.ends_at), period.player_count), 'utf8'));
$$;
comment on function leaderboard.seal_period(leaderboard.board_periods) is
  'The seal of a period, the next link of its board''s chain: covers every archived row, its bounds, and the seal '
  'of the previous closed period.';

create function leaderboard.protect_closed_period()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'purged_at' = to_jsonb(old) - 'purged_at' then
    return new;
  end if;
  perform platform.refuse(403, 'period_closed', 'This period is closed and sealed.',
    'It can no longer be changed.');
  return null;
end;
$$;
comment on function leaderboard.protect_closed_period() is
  'Refuses every change or removal of a closed period; only the purge of its working rows may be recorded.';

create trigger on_closed_period_change_refuse
  before update or delete on leaderboard.board_periods
  for each row when (old.state = 'closed') execute function leaderboard.protect_closed_period();
create trigger on_board_periods_truncate_refuse
  before truncate on leaderboard.board_periods
  for each statement execute function platform.forbid_change();

create function leaderboard.protect_closed_archive()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The archiving transaction already holds the period; everybody else waits here for its outcome.
  perform from leaderboard.board_periods as periods
  where periods.id in (select added.period_id from added)
  order by periods.id
  for share;
  if exists (
    select from leaderboard.board_periods as periods
    where periods.id in (select added.period_id from added) and periods.state <> 'closing')
  then
    perform platform.refuse(403, 'period_closed', 'Only a period that is closing can be archived.',
      'An archive can no longer be extended.');
  end if;
  return null;
end;
$$;
comment on function leaderboard.protect_closed_archive() is
  'Refuses to add rows to the archive of a closed or still open period. Once per batch, not per row.';

create trigger on_archived_standings_insert_refuse
  after insert on leaderboard.archived_standings
  referencing new table as added
  for each statement execute function leaderboard.protect_closed_archive();

create function leaderboard.archived_position_after(period_id bigint, after_key bytea)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  low bigint := 1;
  high bigint;
  middle bigint;
begin
  -- Positions follow the keys without gaps: binary search finds one among millions in about twenty reads.
  select coalesce(max(archived.position), 0) + 1 into high
  from leaderboard.archived_standings as archived
  where archived.period_id = archived_position_after.period_id;
  while low < high loop
    middle := (low + high) / 2;
    if (
      select leaderboard.order_key(archived.score, archived.reached_at, archived.player_id) > after_key
      from leaderboard.archived_standings as archived
      where archived.period_id = archived_position_after.period_id and archived.position = middle)
    then
      high := middle;
    else
      low := middle + 1;
    end if;
  end loop;
  return low;
end;
$$;
comment on function leaderboard.archived_position_after(bigint, bytea) is
  'The archived position of the first player after an order key; one beyond the last if there is none.';

create function public.verify_archive(period_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers verify archives.', 'Ask a manager.');
  end if;
  return (
    with checked as (
      select count(*) as row_count, max(archived.position) as last_position,
        min(archived.position) filter (where archived.row_hash <> sha256(int8send(archived.period_id)
          || int8send(archived.position) || int8send(archived.rank) || uuid_send(archived.player_id)
          || int8send(archived.score) || int4send(archived.event_count)
          || timestamptz_send(archived.reached_at))) as first_broken_position
      from leaderboard.archived_standings as archived
      where archived.period_id = verify_archive.period_id
    )
    select jsonb_build_object(
      'is_intact', checked.first_broken_position is null
        and checked.row_count = coalesce(checked.last_position, 0)
        and checked.row_count = period.player_count
        and period.archive_hash is not distinct from leaderboard.seal_period(period),
      'checked', checked.row_count,
      'first_broken_position', checked.first_broken_position,
      'is_seal_intact', period.archive_hash is not distinct from leaderboard.seal_period(period),
      'archive_hash', encode(period.archive_hash, 'hex'))
    from checked
    cross join leaderboard.board_periods as period
    where period.id = verify_archive.period_id and period.state = 'closed');
end;
$$;
comment on function public.verify_archive(bigint) is
  'Recomputes every seal of a closed period: {is_intact, checked, first_broken_position, is_seal_intact, '
  'archive_hash}; a missing seal is not intact; null for a period that is not closed. For managers and the '
  'service, because it reads the whole archive. Definer: the archive is closed; the result contains no names.';
grant execute on function public.verify_archive(bigint) to authenticated, service_role;
