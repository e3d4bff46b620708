create table public.boards (
  id bigint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (char_length(name) between 1 and 80),
  kind text not null check (kind in ('all_time', 'monthly', 'weekly', 'daily', 'season')),
  metrics text[] check (cardinality(metrics) > 0),
  time_zone text not null default 'UTC',
  awards_tiers boolean not null default false,
  announces_ranks boolean not null default true,
  late_policy text not null default 'refuse' check (late_policy in ('refuse', 'next_period')),
  close_grace interval not null default '15 minutes' check (close_grace >= '0'),
  title_hold_refreshes int not null default 1 check (title_hold_refreshes between 0 and 1000),
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
comment on table public.boards is 'One row is one competition: which metrics count, over which periods.';
comment on column public.boards.metrics is 'What counts; null means every metric.';
comment on column public.boards.time_zone is 'IANA name; where days, weeks and months of this board begin.';
comment on column public.boards.awards_tiers is
  'Whether positions on this board give tiers, and so roles in Discord.';
comment on column public.boards.announces_ranks is
  'Whether linked players are told about each change of position.';
comment on column public.boards.late_policy is
  'An event of a closed period: next_period counts it in the running or else the next planned one; refuse, or '
  'when there is none, says period_closed to the sender, and the event counts on no board at all.';
comment on column public.boards.close_grace is
  'How long after its end a period still takes events that occurred in it.';
comment on column public.boards.title_hold_refreshes is
  'Anti-flap: a change of the first three becomes official only after it survived so many further refreshes.';

alter table public.boards enable row level security;
grant select on public.boards to anon, authenticated, service_role;
create policy "Everybody sees active boards"
  on public.boards for select to anon, authenticated
  using (is_active);

create table private.board_periods (
  id bigint generated always as identity primary key,
  board_id bigint not null references public.boards (id),
  name text,
  starts_at timestamptz,
  ends_at timestamptz,
  state text not null default 'open' check (state in ('open', 'closing', 'closed')),
  version bigint not null default 0,
  as_of timestamptz not null default now(),
  applied_snapshot pg_snapshot,
  player_count bigint not null default 0,
  score_total numeric not null default 0,
  node_depth int not null default 0,
  last_refresh_ms double precision,
  overrun_count bigint not null default 0,
  archive_hash bytea,
  closed_at timestamptz,
  purged_at timestamptz,
  check (starts_at < ends_at)
) with (fillfactor = 50);
comment on table private.board_periods is
  'One row is one run of a board. open: takes events; closing: complete and frozen; closed: archived, '
  'immutable.';
comment on column private.board_periods.starts_at is 'First moment that counts; null since ever.';
comment on column private.board_periods.ends_at is 'First moment that no longer counts; null never ends.';
comment on column private.board_periods.version is
  'Grows by one with each published refresh; 0 before the first.';
comment on column private.board_periods.applied_snapshot is
  'Transactions whose events are in the standings; null when none were applied yet.';
comment on column private.board_periods.overrun_count is 'Refreshes that took longer than their 30 seconds.';
comment on column private.board_periods.archive_hash is
  'Seal of the archive, chained to the previous period''s.';
create unique index board_periods_board_starts_idx
  on private.board_periods (board_id, starts_at desc nulls last) nulls not distinct;
create index board_periods_unclosed_idx on private.board_periods (board_id) where state <> 'closed';
alter table private.board_periods enable row level security;

create table private.refresh_skips (
  period_id bigint primary key references private.board_periods (id),
  skipped_count bigint not null default 0,
  last_skipped_at timestamptz not null default now()
);
comment on table private.refresh_skips is
  'One row counts the refreshes of a period that were not begun because another one still ran. A table of '
  'its own: the one that runs may hold the period''s row.';
alter table private.refresh_skips enable row level security;

create table private.late_routes (
  event_id bigint not null references public.score_events (id),
  period_id bigint not null references private.board_periods (id),
  primary key (event_id, period_id)
);
comment on table private.late_routes is
  'One row: this event came after its own period of a board had closed and counts in this period instead.';
create index late_routes_period_id_idx on private.late_routes (period_id);
alter table private.late_routes enable row level security;

create function private.period_bounds(kind text, time_zone text, at timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql
stable
set search_path = ''
as $$
  -- Whole local days, weeks and months: the day of a clock change has 23 or 25 hours.
  select
    local.start at time zone period_bounds.time_zone,
    (local.start + local.length) at time zone period_bounds.time_zone
  from (
    select
      date_trunc(unit.name, period_bounds.at at time zone period_bounds.time_zone) as start,
      unit.length
    from (values
      ('daily', 'day', interval '1 day'), ('weekly', 'week', interval '1 week'), ('monthly', 'month',
        interval '1 month')
    ) as unit (kind, name, length)
    where unit.kind = period_bounds.kind
  ) as local
  union all
  select null, null where period_bounds.kind = 'all_time';
$$;
comment on function private.period_bounds(text, text, timestamptz) is
  'The period of this kind that contains the moment, in the board''s time zone; weeks begin on Monday. No '
  'row for seasons.';

create function private.open_period(board_id bigint, at timestamptz)
returns bigint
language sql
volatile
set search_path = ''
as $$
  insert into private.board_periods (board_id, starts_at, ends_at)
  select boards.id, bounds.starts_at, bounds.ends_at
  from public.boards
  cross join lateral private.period_bounds(boards.kind, boards.time_zone, open_period.at) as bounds
  where boards.id = open_period.board_id
  on conflict do nothing
  returning board_periods.id;
$$;
comment on function private.open_period(bigint, timestamptz) is
  'Opens the period that contains the moment, once, and returns its id; null when it was there or the '
  'board has seasons.';

create function private.current_period(board_id bigint)
returns private.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  found_period private.board_periods;
begin
  select periods.* into found_period
  from private.board_periods as periods
  where periods.board_id = current_period.board_id and (periods.starts_at is null
    or periods.starts_at <= now())
  order by periods.starts_at desc nulls last
  limit 1;
  return found_period;
end;
$$;
comment on function private.current_period(bigint) is
  'The period that is played now, or the last one of a season board.';

create function private.current_period_id(board_id bigint)
returns bigint
language sql
stable
set search_path = ''
return (private.current_period(board_id)).id;
comment on function private.current_period_id(bigint) is 'The id of the current period.';
