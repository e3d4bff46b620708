-- What is kept of a closed period, and how anybody can see that it was not changed.

create function private.protect_closed_period()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'purged_at' = to_jsonb(old) - 'purged_at' then
    return new;
  end if;
  perform private.refuse(403, 'period_closed', 'This period is closed and sealed.',
    'Nothing about it can be changed any more.');
  return null;
end;
$$;
comment on function private.protect_closed_period() is
  'Refuses to change or remove a closed period, to everybody; that its working rows went may be noted.';
create trigger on_closed_period_change_refuse
  before update or delete on private.board_periods
  for each row when (old.state = 'closed') execute function private.protect_closed_period();
create trigger on_board_periods_truncate_refuse
  before truncate on private.board_periods
  for each statement execute function private.forbid_change();

create function private.protect_closed_archive()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Who archives holds the period already; anybody else waits here until it is known what became of it.
  perform from private.board_periods as periods
  where periods.id in (select added.period_id from added)
  order by periods.id
  for share;
  if exists (
    select from private.board_periods as periods
    where periods.id in (select added.period_id from added) and periods.state <> 'closing')
  then
    perform private.refuse(403, 'period_closed', 'Only a period that is being closed is archived.',
      'Nothing can be added to an archive any more.');
  end if;
  return null;
end;
$$;
comment on function private.protect_closed_archive() is
  'Refuses to add rows to the archive of a closed period, or of one that is still open, to everybody. Once per '
  'portion, not per row.';
create trigger on_archived_standings_insert_refuse
  after insert on private.archived_standings
  referencing new table as added
  for each statement execute function private.protect_closed_archive();

create function private.archived_position_after(period_id bigint, after_key bytea)
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
  -- Positions are in the order of the keys, without a gap: halving finds one among millions in twenty-odd reads.
  select coalesce(max(archived.position), 0) + 1 into high
  from private.archived_standings as archived
  where archived.period_id = archived_position_after.period_id;
  while low < high loop
    middle := (low + high) / 2;
    if (
      select private.order_key(archived.score, archived.reached_at, archived.player_id) > after_key
      from private.archived_standings as archived
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
comment on function private.archived_position_after(bigint, bytea) is
  'The archived position of the first player after an order key; one beyond the last when there is none.';

create function private.purge_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period private.board_periods;
  working_table text;
  removed_count int;
begin
  select periods.* into period from private.board_periods as periods
  where periods.id = purge_period.period_id and periods.state = 'closed' and periods.purged_at is null
    and periods.closed_at + (select keep_closed_standings_for from private.leaderboard_settings) <= now()
    -- A kept earlier version is read from the working rows; the last one is the archive itself.
    and not exists (
      select from private.board_versions as versions
      where versions.period_id = periods.id and versions.version < periods.version)
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', 'not_due');
  end if;
  foreach working_table in array array['standings', 'standing_nodes', 'standing_history',
    'standing_node_history', 'tier_history', 'watched_positions', 'board_tops']
  loop
    execute format('delete from private.%1$I as gone where gone.ctid = any (array(
      select kept.ctid from private.%1$I as kept where kept.period_id = $1 limit $2))', working_table)
    using period.id, max_rows;
    get diagnostics removed_count = row_count;
    if removed_count >= max_rows then
      return jsonb_build_object('status', 'purging', 'removed_count', removed_count);
    end if;
  end loop;
  update private.board_periods as periods set purged_at = now() where periods.id = period.id;
  return jsonb_build_object('status', 'purged');
end;
$$;
comment on function private.purge_period(bigint, int) is
  'Removes the next part of the working rows of a closed period once only its last version is kept; the '
  'archive and that version stay. {status: purging | purged | not_due}.';

create function public.verify_archive(period_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not (private.is_service() or private.is_manager()) then
    perform private.refuse(403, 'not_manager', 'Only managers verify archives.', 'Ask a manager.');
  end if;
  return (
    with checked as (
      select count(*) as row_count, max(archived.position) as last_position,
        min(archived.position) filter (where archived.row_hash <> sha256(int8send(archived.period_id)
          || int8send(archived.position) || int8send(archived.rank) || uuid_send(archived.player_id)
          || int8send(archived.score) || int4send(archived.event_count)
          || timestamptz_send(archived.reached_at))) as first_broken_position
      from private.archived_standings as archived
      where archived.period_id = verify_archive.period_id
    )
    select jsonb_build_object(
      'is_intact', checked.first_broken_position is null
        and checked.row_count = coalesce(checked.last_position, 0)
        and checked.row_count = period.player_count
        and period.archive_hash is not distinct from private.seal_period(period),
      'checked', checked.row_count,
      'first_broken_position', checked.first_broken_position,
      'is_seal_intact', period.archive_hash is not distinct from private.seal_period(period),
      'archive_hash', encode(period.archive_hash, 'hex'))
    from checked
    cross join private.board_periods as period
    where period.id = verify_archive.period_id and period.state = 'closed');
end;
$$;
comment on function public.verify_archive(bigint) is
  'Recomputes every seal of a closed period: {is_intact, checked, first_broken_position, is_seal_intact, '
  'archive_hash}, of which a missing one is not intact; null for a period that is not closed. For managers and '
  'the service, as it reads the whole archive. Definer: the archive is closed; the answer holds no names.';
grant execute on function public.verify_archive(bigint) to authenticated, service_role;
