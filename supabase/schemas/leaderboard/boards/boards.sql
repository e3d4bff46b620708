create table public.boards (
  id bigint generated always as identity primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (platform.is_presentable(name, 80)),
  kind text not null check (kind in ('all_time', 'monthly', 'weekly', 'daily', 'season')),
  metrics text[] check (cardinality(metrics) > 0),
  time_zone text not null default 'UTC' check (platform.is_time_zone(time_zone)),
  awards_tiers boolean not null default false,
  announces_ranks boolean not null default true,
  rank_news_top int not null default 100 check (rank_news_top >= 0),
  rank_news_min_places int not null default 10 check (rank_news_min_places > 0),
  late_policy text not null default 'refuse' check (late_policy in ('refuse', 'next_period')),
  close_grace interval not null default '15 minutes' check (close_grace between '0' and '31 days'),
  title_hold_refreshes int not null default 0 check (title_hold_refreshes between 0 and 1000),
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
comment on table public.boards is 'One row is one competition: which metrics count, over which periods.';
comment on column public.boards.metrics is 'The metrics that count; null means all.';
comment on column public.boards.time_zone is 
  'IANA name of the zone in which this board''s days, weeks and months begin.';
comment on column public.boards.awards_tiers is
  'Whether positions on this board award tiers, and therefore roles in Discord.';
comment on column public.boards.announces_ranks is
  'Whether linked and subscribed players are notified about their rank: after a change of their own score, within '
  'the first rank_news_top, or after rank_news_min_places.';
comment on column public.boards.rank_news_top is
  'Every move into, out of or within the top N is announced.';
comment on column public.boards.rank_news_min_places is
  'Below that, a player is notified once shifts by others add up to this many places.';
comment on column public.boards.late_policy is
  'Events of a closed period: next_period counts them in the current or else the next planned period; refuse, or '
  'a missing period, returns period_closed to the sender, and the event counts on no board.';
comment on column public.boards.close_grace is
  'How long a period still accepts events after its end.';
comment on column public.boards.title_hold_refreshes is
  'Anti-flap: a title passes to its new holder after this many further refreshes in the same place. Each title is '
  'held separately.';

alter table public.boards enable row level security;
grant select on public.boards to anon, authenticated, service_role;

create policy "Everybody sees active boards"
  on public.boards for select to anon, authenticated
  using (is_active);

create trigger on_board_write_check_name
  before insert or update of name on public.boards
  for each row execute function platform.refuse_unpresentable_text(
    'name', 'name of a board', 'board_name_invalid', '80', '1', 'false');
