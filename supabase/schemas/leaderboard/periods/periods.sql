create table leaderboard.board_periods (
  id bigint generated always as identity primary key,
  board_id bigint not null references public.boards (id),
  name text check (platform.is_presentable(name, 80)),
  starts_at timestamptz,
  ends_at timestamptz,
  state text not null default 'open' check (state in ('open', 'closing', 'closed')),
  version bigint not null default 0,
  as_of timestamptz not null default now(),
  checked_at timestamptz not null default now(),
  applied_snapshot pg_snapshot,
  player_count bigint not null default 0,
  score_total numeric not null default 0,
  node_depth int not null default 0,
  last_refresh_ms double precision,
  overrun_count bigint not null default 0,
  awarded_tiers boolean not null default false,
  archive_hash bytea,
  closed_at timestamptz,
  purged_at timestamptz,
  check (starts_at < ends_at),
  constraint board_periods_seal_check check (state <> 'closed' or archive_hash is not null)
) with (fillfactor = 50);
comment on table leaderboard.board_periods is
  'One row is one period of a board. open: accepts events; closing: final and frozen; closed: archived, immutable.';
comment on column leaderboard.board_periods.starts_at is 'First moment that counts; null for an unbounded start.';
comment on column leaderboard.board_periods.ends_at is 'First moment that no longer counts; null for no end.';
comment on column leaderboard.board_periods.version is
  'Increases by one with each published refresh; 0 before the first.';
comment on column leaderboard.board_periods.as_of is 'When the published version was made.';
comment on column leaderboard.board_periods.checked_at is
  'When a refresh last verified the published version, whether it published anything or not.';
comment on column leaderboard.board_periods.applied_snapshot is
  'Transactions whose events are in the standings; null if none were applied yet.';
comment on column leaderboard.board_periods.overrun_count is 'Refreshes that took longer than their 30 seconds.';
comment on column leaderboard.board_periods.awarded_tiers is
  'Whether its positions awarded tiers that were not withdrawn: its archive shows them, whatever the board does '
  'since.';
comment on column leaderboard.board_periods.archive_hash is
  'Seal of the archive, chained to the previous period''s; every closed period has one.';
create unique index board_periods_board_starts_idx
  on leaderboard.board_periods (board_id, starts_at desc nulls last) nulls not distinct;
create index board_periods_unclosed_idx on leaderboard.board_periods (board_id) where state <> 'closed';
-- How far periods have ended: checked once for each batch of score events, and for each void that counts.
create index board_periods_closed_ends_idx on leaderboard.board_periods (ends_at) where state <> 'open';

alter table leaderboard.board_periods enable row level security;

create trigger on_season_write_check_name
  before insert or update of name on leaderboard.board_periods
  for each row when (new.name is not null)
  execute function platform.refuse_unpresentable_text(
    'name', 'name of a season', 'season_name_invalid', '80', '1', 'false');
create trigger on_period_check_times before insert or update of starts_at, ends_at on leaderboard.board_periods
  for each row execute function platform.check_shown_times('starts_at', 'ends_at');

create table leaderboard.period_setbacks (
  period_id bigint primary key references leaderboard.board_periods (id),
  skipped_count bigint not null default 0,
  failed_count bigint not null default 0,
  last_failed_at timestamptz
);
comment on table leaderboard.period_setbacks is
  'One row counts the refreshes of a period that were skipped because another one was running, and the refreshes '
  'and closes that failed. A separate table, because the active run may hold the period''s row.';

alter table leaderboard.period_setbacks enable row level security;

create function leaderboard.begin_day(local_midnight timestamp, time_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Where clocks go back at or over midnight, that midnight occurs twice, and this is the second one.
  moment timestamptz := local_midnight at time zone time_zone;
  day_before timestamptz := moment - interval '24 hours';
  earlier timestamptz := (local_midnight
    - (day_before at time zone time_zone - day_before at time zone 'UTC')) at time zone 'UTC';
begin
  if earlier < moment and earlier at time zone time_zone = local_midnight then
    return earlier;
  end if;
  return moment;
end;
$$;
comment on function leaderboard.begin_day(timestamp, text) is
  'The first moment at which the zone''s clocks show this midnight, or at which they skip it.';

create function leaderboard.period_bounds(kind text, time_zone text, at timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
declare
  unit text := case kind when 'daily' then 'day' when 'weekly' then 'week' when 'monthly' then 'month' end;
  length interval := ('1 ' || unit)::interval;
  first_day timestamp := date_trunc(unit, at at time zone time_zone);
begin
  if unit is null then
    return query select null::timestamptz, null::timestamptz where kind = 'all_time';
    return;
  end if;
  -- Whole local days, weeks and months: the day of a clock change has 23 or 25 hours. After clocks go back
  -- over midnight, the local date is for a while that of the previous, already ended day.
  loop
    starts_at := leaderboard.begin_day(first_day, time_zone);
    ends_at := leaderboard.begin_day(first_day + length, time_zone);
    exit when starts_at <= at and at < ends_at;
    first_day := first_day + case when at < starts_at then -length else length end;
  end loop;
  return next;
end;
$$;
comment on function leaderboard.period_bounds(text, text, timestamptz) is
  'The period of this kind that contains the moment, in the board''s time zone; weeks begin on Monday. Periods '
  'follow each other without gaps or overlaps. No row for seasons.';

create function leaderboard.open_periods(board public.boards, max_periods int default 100)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  last leaderboard.board_periods;
  opened leaderboard.board_periods;
  newest leaderboard.board_periods;
  opened_count int := 0;
begin
  for i in 1..max_periods loop
    select periods.* into last from leaderboard.board_periods as periods
    where periods.board_id = board.id
    order by periods.starts_at desc nulls last
    limit 1;
    exit when found and (last.ends_at is null or last.ends_at > now());
    -- Begins where the last one ended, even if the rules of the time zone changed since.
    insert into leaderboard.board_periods (board_id, starts_at, ends_at)
    select board.id, coalesce(last.ends_at, bounds.starts_at), bounds.ends_at
    from leaderboard.period_bounds(board.kind, board.time_zone, coalesce(last.ends_at, now())) as bounds
    on conflict do nothing
    returning board_periods.* into opened;
    if found then
      newest := opened;
      opened_count := opened_count + 1;
    end if;
  end loop;
  if opened_count > 0 and (newest.ends_at is null or newest.ends_at > now()) then
    perform realtime.send(
      jsonb_build_object('changes', '[]'::jsonb, 'removed', '[]'::jsonb, 'board', board.slug,
        'period_id', newest.id, 'version', 0, 'previous_version', 0, 'as_of', now(), 'player_count', 0),
      'board_refreshed', 'board:' || board.slug, true);
  end if;
  return opened_count;
end;
$$;
comment on function leaderboard.open_periods(public.boards, int) is
  'Opens the current period of a calendar board and any missed ones before it, in order and once, even in a race; '
  'returns how many. The next call continues after max_periods. Open pages are notified about the current one.';

create function leaderboard.current_period(board_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  found_period leaderboard.board_periods;
begin
  select periods.* into found_period
  from leaderboard.board_periods as periods
  where periods.board_id = current_period.board_id and (periods.starts_at is null
    or periods.starts_at <= now())
  order by periods.starts_at desc nulls last
  limit 1;
  return found_period;
end;
$$;
comment on function leaderboard.current_period(bigint) is
  'The current period, or the last one of a season board.';

create function leaderboard.current_period_id(board_id bigint)
returns bigint
language sql
stable
set search_path = ''
return (leaderboard.current_period(board_id)).id;
comment on function leaderboard.current_period_id(bigint) is 'The id of the current period.';
