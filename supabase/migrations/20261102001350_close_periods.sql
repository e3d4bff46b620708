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

create function private.chain_hash(previous bytea, content text, origin bytea)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
begin
  return sha256(coalesce(previous, origin, ''::bytea) || convert_to(content, 'utf8'));
end;
$$;
comment on function private.chain_hash(bytea, text, bytea) is
  'The next link: sha256 of the previous link (the origin for the first one) and the content.';

create aggregate private.hash_chain(content text, origin bytea) (sfunc = private.chain_hash, stype = bytea);
comment on aggregate private.hash_chain(text, bytea) is
  'Chains contents in order, going on from the origin; as a window function it gives each row its link.';

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
      period.player_count),
    null);
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
  if not private.is_due_to_close(freeze_period.period_id) then
    return jsonb_build_object('status', 'not_due');
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', found_board_id)) then
    return jsonb_build_object('status', 'busy');
  end if;
  -- Late events need somewhere to go from the moment on at which this period takes no more.
  perform private.open_due_periods();
  -- Most of what is left, and all of a period that was missed, is applied while senders go on.
  perform private.refresh_period(freeze_period.period_id);
  -- Then alone: every sender has committed or not begun, so what is applied now is all there will be. Senders
  -- wait for this short rest; when they keep it waiting for two seconds it gives up and the next run tries again.
  begin
    perform pg_advisory_xact_lock(hashtextextended('leaderboard/intake', 0));
  exception when lock_not_available then
    return jsonb_build_object('status', 'busy');
  end;
  perform private.refresh_period(freeze_period.period_id);
  update private.board_periods as periods set state = 'closing'
  where periods.id = freeze_period.period_id and periods.state = 'open';
  if not found then
    return jsonb_build_object('status', 'not_due');
  end if;
  -- What was rendered says that the period is open; nothing renders it again.
  update private.board_tops as tops set page = null where tops.period_id = freeze_period.period_id;
  return jsonb_build_object('status', 'closing');
end;
$$;
comment on function private.freeze_period(bigint) is
  'Applies what is left and closes the period to events: later ones are refused or go to the running '
  'period, which is open by then. {status: closing | not_due | busy}.';

create function private.archive_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period private.board_periods;
  last private.archived_standings;
  archived_count int;
  next_id bigint;
begin
  select periods.* into period from private.board_periods as periods
  where periods.id = archive_period.period_id and periods.state = 'closing'
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', case when exists (
      select from private.board_periods as periods
      where periods.id = archive_period.period_id and periods.state = 'closing') then 'busy'
      else 'not_closing' end);
  end if;
  -- Standings of a frozen period stay as they are, so an archive begun earlier is gone on with, link by link.
  select archived.* into last from private.archived_standings as archived
  where archived.period_id = period.id order by archived.position desc limit 1;
  insert into private.archived_standings
    (period_id, position, rank, player_id, score, event_count, reached_at, row_hash)
  select period.id, ranked.position, ranked.rank, ranked.player_id, ranked.score, ranked.event_count,
    ranked.reached_at,
    private.hash_chain(private.describe_final_standing(period.id, ranked.position, ranked.rank,
      ranked.player_id, ranked.score, ranked.event_count, ranked.reached_at), last.row_hash)
      over (order by ranked.position rows unbounded preceding)
  from (
    select numbered.*, case when numbered.score = last.score then last.rank
      else min(numbered.position) over (partition by numbered.score) end as rank
    from (
      select listed.*, coalesce(last.position, 0) + row_number() over (order by listed.order_key) as position
      from private.standings as listed
      where listed.period_id = period.id and listed.order_key > coalesce(
        private.order_key(last.score, last.reached_at, last.player_id), '')
      order by listed.order_key
      limit max_rows
    ) as numbered
  ) as ranked;
  get diagnostics archived_count = row_count;
  if archived_count >= max_rows then
    return jsonb_build_object('status', 'archiving', 'archived_count', archived_count);
  end if;
  update private.board_periods as periods
  set state = 'closed', closed_at = now(), archive_hash = private.seal_period(period)
  where periods.id = period.id;
  select later.id into next_id from private.board_periods as later
  where later.board_id = period.board_id and later.starts_at > period.starts_at
  order by later.starts_at limit 1;
  perform private.tell_closed(period, next_id);
  return jsonb_build_object('status', 'closed', 'next_period_id', next_id);
end;
$$;
comment on function private.archive_period(bigint, int) is
  'Writes the next part of the sealed archive of a frozen period; with the last part the period is closed, '
  'once, and the outbox and pages on screen are told. '
  '{status: archiving | closed | not_closing | busy}.';

create function private.tell_closed(period private.board_periods, next_period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  slug text := (select boards.slug from public.boards where boards.id = period.board_id);
begin
  perform private.emit_event('leaderboard/period.closed', jsonb_build_object(
    'board', slug, 'period_id', period.id, 'next_period_id', next_period_id));
  perform realtime.send(
    jsonb_build_object('board', slug, 'period_id', period.id, 'next_period_id', next_period_id,
      'state', 'closed', 'version', period.version, 'as_of', period.as_of,
      'player_count', period.player_count),
    'board_refreshed', 'board:' || slug, true);
end;
$$;
comment on function private.tell_closed(private.board_periods, bigint) is
  'Says in the outbox and on the board''s topic that a period is closed. The message has no changes: pages '
  'that show the board are to be read again.';
