-- The end of a period in steps, each a repeatable transaction that continues after a crash: freeze (no more
-- events), archive (immutable and sealed), later purge (the working rows are deleted, the archive stays).

create function leaderboard.is_due_to_close(period_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from leaderboard.board_periods as periods
    join public.boards on boards.id = periods.board_id and boards.is_active
    where periods.id = is_due_to_close.period_id and periods.state = 'open'
      and periods.ends_at + boards.close_grace <= now()
      -- In order, so each seal can cover the previous one.
      and not exists (
        select from leaderboard.board_periods as earlier
        where earlier.board_id = periods.board_id and earlier.state <> 'closed'
          and earlier.starts_at < periods.starts_at));
$$;
comment on function leaderboard.is_due_to_close(bigint) is
  'Whether the period of an active board and its grace have ended, and all earlier ones are closed.';

create function leaderboard.freeze_period(period_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
set lock_timeout = '2s'
as $$
declare
  found_board_id bigint := (
    select periods.board_id from leaderboard.board_periods as periods where periods.id = freeze_period.period_id);
begin
  -- Under the board's lock, because its grace may be extended or the board deactivated right now.
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', found_board_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  if not leaderboard.is_due_to_close(freeze_period.period_id) then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- Late events need a destination from the moment this period stops accepting them.
  perform leaderboard.open_due_periods();
  -- Most remaining events, and all of a missed period, are applied while senders continue.
  perform leaderboard.refresh_period(freeze_period.period_id);
  -- The page before the intake, in the same order as adding a metric's first rule; the next steps lock it
  -- anyway.
  perform from leaderboard.board_tops as tops where tops.period_id = freeze_period.period_id for update;
  -- Then exclusively: every sender has committed or not begun, so this applies all there will ever be.
  -- Senders wait for this short step; if they keep it waiting for two seconds, it gives up until the next
  -- run.
  if not leaderboard.hold_intake() then
    return jsonb_build_object('status', 'busy');
  end if;
  perform leaderboard.refresh_period(freeze_period.period_id);
  update leaderboard.board_periods as periods
  set state = 'closing'
  where periods.id = freeze_period.period_id and periods.state = 'open';
  if not found then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- The rendered page shows the period as open; nothing renders it again.
  update leaderboard.board_tops as tops set page = null where tops.period_id = freeze_period.period_id;
  return jsonb_build_object('status', 'closing');
end;
$$;
comment on function leaderboard.freeze_period(bigint) is
  'Applies the remaining events and closes the period to new ones: later events are refused or go to the current '
  'period, which is already open. {status: closing | not_due | busy}.';

create function leaderboard.archive_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  last leaderboard.archived_standings;
  last_key bytea;
  archived_count int;
  next_id bigint;
begin
  select periods.* into period from leaderboard.board_periods as periods
  where periods.id = archive_period.period_id and periods.state = 'closing'
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', case when exists (
      select from leaderboard.board_periods as periods
      where periods.id = archive_period.period_id and periods.state = 'closing') then 'busy'
      else 'not_closing' end);
  end if;
  -- Standings of a frozen period do not change, so an archive begun earlier is continued. Only built-in
  -- functions are called per row, and verify_archive computes the same hash.
  select archived.* into last from leaderboard.archived_standings as archived
  where archived.period_id = period.id order by archived.position desc limit 1;
  last_key := coalesce(leaderboard.order_key(last.score, last.reached_at, last.player_id), '');
  insert into leaderboard.archived_standings
    (period_id, position, rank, player_id, score, event_count, reached_at, row_hash)
  select period.id, ranked.position, ranked.rank, ranked.player_id, ranked.score, ranked.event_count,
    ranked.reached_at,
    sha256(int8send(period.id) || int8send(ranked.position) || int8send(ranked.rank)
      || uuid_send(ranked.player_id) || int8send(ranked.score) || int4send(ranked.event_count)
      || timestamptz_send(ranked.reached_at))
  from (
    select numbered.*, case when numbered.score = last.score then last.rank
      else min(numbered.position) over (partition by numbered.score) end as rank
    from (
      select listed.*, coalesce(last.position, 0) + row_number() over (order by listed.order_key) as position
      from leaderboard.standings as listed
      where listed.period_id = period.id and listed.order_key > last_key
      order by listed.order_key
      limit max_rows
    ) as numbered
  ) as ranked;
  get diagnostics archived_count = row_count;
  if archived_count >= max_rows then
    return jsonb_build_object('status', 'archiving', 'archived_count', archived_count);
  end if;
  update leaderboard.board_periods as periods
  set state = 'closed', closed_at = now(), archive_hash = leaderboard.seal_period(period)
  where periods.id = period.id;
  select later.id into next_id from leaderboard.board_periods as later
  where later.board_id = period.board_id and later.starts_at > period.starts_at
  order by later.starts_at limit 1;
  perform leaderboard.tell_closed(period, next_id);
  return jsonb_build_object('status', 'closed', 'next_period_id', next_id);
end;
$$;
comment on function leaderboard.archive_period(bigint, int) is
  'Writes the next batch of the sealed archive of a frozen period; with the last batch the period is closed, '
  'once, and the outbox and open pages are notified. {status: archiving | closed | not_closing | busy}.';

create function leaderboard.tell_closed(period leaderboard.board_periods, next_period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  slug text := (select boards.slug from public.boards where boards.id = period.board_id);
begin
  perform platform.emit_event('leaderboard/period.closed', jsonb_build_object(
    'board', slug, 'period_id', period.id, 'next_period_id', next_period_id));
  perform realtime.send(
    jsonb_build_object('board', slug, 'period_id', period.id, 'next_period_id', next_period_id,
      'state', 'closed', 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count),
    'board_refreshed', 'board:' || slug, true);
end;
$$;
comment on function leaderboard.tell_closed(leaderboard.board_periods, bigint) is
  'Announces in the outbox and on the board''s topic that a period is closed. The message has no changes: pages '
  'that show the board must be reread.';
