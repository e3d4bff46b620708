-- The end of a period, in steps that are each one transaction, can be repeated, and pick up where a crash
-- left off:
-- freeze (nothing more counts), archive (immutable and sealed), later purge (the working rows go, the
-- archive stays).

create table private.archived_standings (
  period_id bigint not null references private.board_periods (id),
  position bigint not null check (position > 0),
  rank bigint not null,
  player_id uuid not null references public.profiles (id),
  score bigint not null,
  event_count int not null,
  reached_at timestamptz not null,
  row_hash bytea not null,
  primary key (period_id, position),
  unique (period_id, player_id)
);
comment on table private.archived_standings is
  'One row is one final standing of a closed period. Immutable; row_hash covers the row and the hash of '
  'the row before.';
create index archived_standings_player_id_idx on private.archived_standings (player_id);
alter table private.archived_standings enable row level security;
create trigger on_archived_standings_change_refuse
  before update or delete or truncate on private.archived_standings
  for each statement execute function private.forbid_change();

create function private.chain_hash(previous bytea, content text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return sha256(coalesce(previous, ''::bytea) || convert_to(content, 'utf8'));
end;
$$;
comment on function private.chain_hash(bytea, text) is
  'The next link: sha256 of the previous link and the content.';

create aggregate private.hash_chain(text) (sfunc = private.chain_hash, stype = bytea, initcond = '');
comment on aggregate private.hash_chain(text) is
  'Chains contents in order; as a window function it gives each row its link.';

create function private.describe_final_standing(
  period_id bigint, at_position bigint, rank bigint, player_id uuid, score bigint, event_count int,
    reached_at timestamptz)
returns text
language sql
immutable
set search_path = ''
return concat_ws('|', period_id, at_position, rank, player_id, score, event_count,
  (extract(epoch from reached_at) * 1000000)::bigint);
comment on function private.describe_final_standing(bigint, bigint, bigint, uuid, bigint, int, timestamptz) is
  'What the seal of an archived row covers, the same text in every session.';

create function private.seal_period(period private.board_periods)
returns bytea
language sql
stable
set search_path = ''
as $$
  select private.chain_hash(
    coalesce(
      (select earlier.archive_hash from private.board_periods as earlier
       where earlier.board_id = period.board_id and earlier.state = 'closed'
         and earlier.starts_at < period.starts_at
       order by earlier.starts_at desc limit 1),
      ''::bytea)
    || coalesce(
      (select archived.row_hash from private.archived_standings as archived
       where archived.period_id = period.id order by archived.position desc limit 1),
      ''::bytea),
    concat_ws('|', period.id, period.board_id, extract(epoch from period.starts_at), extract(epoch
      from period.ends_at),
      period.player_count));
$$;
comment on function private.seal_period(private.board_periods) is
  'The seal of a period: covers its last row''s hash, its bounds, and the seal of the closed period before '
  'it.';

create function private.is_due_to_close(period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from private.board_periods as periods
    join public.boards on boards.id = periods.board_id
    where periods.id = is_due_to_close.period_id and periods.state = 'open'
      and periods.ends_at + boards.close_grace <= now()
      -- In order, so that each seal can cover the one before.
      and not exists (
        select from private.board_periods as earlier
        where earlier.board_id = periods.board_id and earlier.state <> 'closed'
          and earlier.starts_at < periods.starts_at));
$$;
comment on function private.is_due_to_close(bigint) is
  'Whether the period has ended, its grace too, and all before it are closed.';

create function private.freeze_period(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
set lock_timeout = '2s'
as $$
declare
  found_board_id bigint := (
    select periods.board_id from private.board_periods as periods where periods.id = freeze_period.period_id);
begin
  if not private.is_due_to_close(freeze_period.period_id)
    or not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', found_board_id))
  then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- Alone: every sender has committed or not begun, so what is applied now is all there will be. Senders
  -- wait for
  -- this short transaction; when they keep it waiting for two seconds it gives up and the next run tries
  -- again.
  begin
    perform pg_advisory_xact_lock(hashtextextended('leaderboard/intake', 0));
  exception when lock_not_available then
    return jsonb_build_object('status', 'busy');
  end;
  perform private.refresh_period(freeze_period.period_id);
  update private.board_periods as periods set state = 'closing'
  where periods.id = freeze_period.period_id and periods.state = 'open';
  return jsonb_build_object('status', case when found then 'closing' else 'not_due' end);
end;
$$;
comment on function private.freeze_period(bigint) is
  'Applies what is left and closes the period to events: later ones are refused or go to the next period. '
  '{status: closing | not_due | busy}.';

create function private.archive_period(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period private.board_periods;
  next_id bigint;
begin
  select periods.* into period from private.board_periods as periods
  where periods.id = archive_period.period_id and periods.state = 'closing'
  for update;
  if period.id is null then
    return jsonb_build_object('status', 'not_closing');
  end if;
  insert into private.archived_standings
    (period_id, position, rank, player_id, score, event_count, reached_at, row_hash)
  select period.id, ranked.position, ranked.rank, ranked.player_id, ranked.score, ranked.event_count,
    ranked.reached_at,
    private.hash_chain(private.describe_final_standing(period.id, ranked.position, ranked.rank,
      ranked.player_id,
      ranked.score, ranked.event_count, ranked.reached_at))
      over (order by ranked.position rows unbounded preceding)
  from (
    select standings.*, row_number() over (order by standings.order_key) as position,
      rank() over (order by standings.score desc) as rank
    from private.standings
    where standings.period_id = period.id and standings.order_key is not null
  ) as ranked;
  update private.board_periods as periods
  set state = 'closed', closed_at = now(), archive_hash = private.seal_period(period)
  where periods.id = period.id;
  perform private.open_due_periods();
  select later.id into next_id from private.board_periods as later
  where later.board_id = period.board_id and later.starts_at > period.starts_at
  order by later.starts_at limit 1;
  perform private.emit_event('leaderboard/period.closed', jsonb_build_object(
    'board', (select boards.slug from public.boards where boards.id = period.board_id),
    'period_id', period.id, 'next_period_id', next_id));
  return jsonb_build_object('status', 'closed', 'next_period_id', next_id);
end;
$$;
comment on function private.archive_period(bigint) is
  'Writes the sealed archive of a frozen period, once, says so in the outbox, and sees to it that the next '
  'one is open.';

create function private.purge_period(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.board_periods as periods set purged_at = now()
  where periods.id = purge_period.period_id and periods.state = 'closed' and periods.purged_at is null
    and periods.closed_at + (select keep_closed_standings_for from private.leaderboard_settings) <= now();
  if not found then
    return jsonb_build_object('status', 'not_due');
  end if;
  delete from private.standings where standings.period_id = purge_period.period_id;
  delete from private.standing_nodes as nodes where nodes.period_id = purge_period.period_id;
  delete from private.standing_history as history where history.period_id = purge_period.period_id;
  delete from private.standing_node_history as history where history.period_id = purge_period.period_id;
  delete from private.board_versions as versions where versions.period_id = purge_period.period_id;
  delete from private.watched_positions as watched where watched.period_id = purge_period.period_id;
  delete from private.board_tops as tops where tops.period_id = purge_period.period_id;
  return jsonb_build_object('status', 'purged');
end;
$$;
comment on function private.purge_period(bigint) is
  'Removes the working rows of a closed period some time after its archive was written; the archive stays.';

create function public.verify_archive(period_id bigint)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with relinked as (
    select archived.position, archived.row_hash,
      private.hash_chain(private.describe_final_standing(archived.period_id, archived.position, archived.rank,
        archived.player_id, archived.score, archived.event_count, archived.reached_at))
        over (order by archived.position rows unbounded preceding) as expected_hash
    from private.archived_standings as archived
    where archived.period_id = verify_archive.period_id
  ),
  checked as (
    select count(*) as row_count, max(relinked.position) as last_position,
      min(relinked.position) filter (where relinked.row_hash <> relinked.expected_hash)
        as first_broken_position
    from relinked
  )
  select jsonb_build_object(
    'is_intact', checked.first_broken_position is null
      and checked.row_count = coalesce(checked.last_position, 0)
      and checked.row_count = period.player_count and period.archive_hash = private.seal_period(period),
    'checked', checked.row_count,
    'first_broken_position', checked.first_broken_position,
    'is_seal_intact', period.archive_hash = private.seal_period(period),
    'archive_hash', encode(period.archive_hash, 'hex'))
  from checked
  cross join private.board_periods as period
  where period.id = verify_archive.period_id and period.state = 'closed';
$$;
comment on function public.verify_archive(bigint) is
  'Recomputes every seal of a closed period: {is_intact, checked, first_broken_position, is_seal_intact, '
  'archive_hash}; null for a period that is not closed. Definer: the archive is closed; the answer holds '
  'no names.';
grant execute on function public.verify_archive(bigint) to anon, authenticated, service_role;
