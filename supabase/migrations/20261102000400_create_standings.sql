-- The published state of each board period, with what is needed to count in O(log n), now and at any kept
-- version.

create table private.standings (
  period_id bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  has_scored boolean not null,
  reached_at timestamptz not null,
  order_key bytea,
  since_version bigint not null,
  primary key (period_id, player_id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.03, autovacuum_analyze_scale_factor = 0.1);
comment on table private.standings is
  'One row is one player on one board period. Written only by a refresh, and only when something about it '
  'changed. No foreign keys: a refresh takes both ids from the tables they name, and a million checks '
  'would cost more than the rest.';
comment on column private.standings.event_count is 'Events that count, voided ones taken off.';
comment on column private.standings.has_scored is
  'Whether any event was worth points: what is worth none (over a cap, under a rule of 0, rounded to 0) does '
  'not move reached_at.';
comment on column private.standings.reached_at is
  'When the score last changed: the greatest occurred_at of all that was worth points. A void takes points '
  'back, so it counts as well: who loses points reached the lower score then. Nothing worth points yet: '
  'the first occurred_at.';
comment on column private.standings.order_key is
  'The total order (score down, reached_at up, id up) as comparable bytes; null for who is not listed.';
-- As full as an index is in the long run whose entries keep moving: it is born in the size that it keeps.
create unique index standings_order_idx on private.standings (period_id, order_key) with (fillfactor = 70);
alter table private.standings enable row level security;

create table private.standing_nodes (
  period_id bigint not null references private.board_periods (id),
  prefix bytea not null,
  cumulative int[] not null check (cardinality(cumulative) = 256),
  since_version bigint not null,
  primary key (period_id, prefix)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table private.standing_nodes is
  'One row counts the listed players whose order key begins with the prefix, by the next byte: '
  'cumulative[i] have a next byte below i. A prefix with many players has a row and so have all its '
  'beginnings; the empty one always has.';
alter table private.standing_nodes alter column cumulative set storage plain;
alter table private.standing_nodes enable row level security;

create table private.standing_history (
  period_id bigint not null,
  player_id uuid not null,
  score bigint not null,
  event_count int not null,
  reached_at timestamptz not null,
  order_key bytea,
  since_version bigint not null,
  until_version bigint not null check (until_version > since_version),
  primary key (period_id, player_id, until_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table private.standing_history is
  'One row is what standings said about a player from since_version until before until_version, for kept '
  'versions.';
create index standing_history_order_idx on private.standing_history (period_id, order_key, until_version)
  where order_key is not null;
create index standing_history_until_idx on private.standing_history (period_id, until_version);
alter table private.standing_history enable row level security;

create table private.standing_node_history (
  period_id bigint not null,
  prefix bytea not null,
  cumulative int[] not null,
  since_version bigint not null,
  until_version bigint not null check (until_version > since_version),
  primary key (period_id, prefix, until_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table private.standing_node_history is 'The same for standing_nodes.';
create index standing_node_history_until_idx on private.standing_node_history (period_id, until_version);
alter table private.standing_node_history enable row level security;

create table private.board_versions (
  period_id bigint not null references private.board_periods (id),
  version bigint not null check (version > 0),
  as_of timestamptz not null,
  applied_snapshot pg_snapshot not null,
  player_count bigint not null,
  changed_count int not null,
  tier_change_count int not null,
  duration_ms double precision not null,
  primary key (period_id, version)
);
comment on table private.board_versions is
  'One row is one published refresh that can still be looked at: all of the last hour, then one an hour, '
  'then one a day.';
create index board_versions_as_of_idx on private.board_versions (period_id, as_of);
alter table private.board_versions enable row level security;

create table private.board_tops (
  period_id bigint primary key references private.board_periods (id) on delete cascade,
  version bigint not null default 0,
  player_ids uuid[] not null default '{}',
  standings jsonb not null default '[]',
  movement_from bigint,
  page json
) with (fillfactor = 50);
comment on table private.board_tops is
  'One row is the published first hundred of a period, rendered once per refresh: what is read most and '
  'broadcast.';
comment on column private.board_tops.standings is 'What was broadcast, without movement: the next delta starts from it.';
comment on column private.board_tops.movement_from is
  'The version that movement in the page is counted from: a day before the last refresh.';
comment on column private.board_tops.page is
  'The answer to the plain first page; null from the moment a player in it, or the board, changes name or '
  'visibility until the next refresh, which publishes it anew.';
alter table private.board_tops enable row level security;

create function private.on_board_periods_insert_add_top()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.board_tops (period_id) values (new.id);
  return null;
end;
$$;
comment on function private.on_board_periods_insert_add_top() is
  'Each period has its row from the start: what a first refresh is about to publish can be waited for, too.';
create trigger on_board_periods_insert_add_top
  after insert on private.board_periods
  for each row execute function private.on_board_periods_insert_add_top();

create table private.player_marks (
  id bigint generated always as identity primary key,
  player_id uuid not null,
  is_face boolean not null default false,
  transaction_id xid8 not null default pg_current_xact_id()
);
comment on table private.player_marks is
  'One row: something other than a score decides anew whether, how, or how closely followed this player is '
  'shown on the boards.';
comment on column private.player_marks.is_face is
  'Only a name or a picture changed: news for the boards that show it among their first hundred, and no other.';
create index player_marks_transaction_id_idx on private.player_marks (transaction_id);
alter table private.player_marks enable row level security;

create table private.rank_subscriptions (
  player_id uuid primary key references public.profiles (id),
  subscribed_at timestamptz not null default now()
);
comment on table private.rank_subscriptions is
  'Players who want events about their own position without a linked Discord account; linked ones always '
  'get them.';
alter table private.rank_subscriptions enable row level security;

create table private.watched_positions (
  period_id bigint not null references private.board_periods (id),
  player_id uuid not null references public.profiles (id),
  position bigint not null,
  told_position bigint not null,
  order_key bytea not null,
  primary key (period_id, player_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
comment on table private.watched_positions is
  'One row is the position last published for a linked or subscribed player.';
comment on column private.watched_positions.told_position is
  'The position last told, which the next rank.changed begins from: many small shifts add up to one that is '
  'told.';
create index watched_positions_player_id_idx on private.watched_positions (player_id);
alter table private.watched_positions enable row level security;

create table public.player_tiers (
  board_id bigint not null references public.boards (id),
  player_id uuid not null references public.profiles (id),
  period_id bigint not null references private.board_periods (id),
  tier text not null check (tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  since timestamptz not null,
  primary key (board_id, player_id)
);
comment on table public.player_tiers is
  'One row is a tier a player holds now, after holding back flapping titles. Each title has at most one '
  'holder per board.';
comment on column public.player_tiers.period_id is
  'The period whose standings gave it, the same for all of a board: the running one, or the one before until '
  'the running one has standings.';
create unique index player_tiers_title_idx on public.player_tiers (board_id, tier)
  where tier in ('champion', 'silver', 'bronze');
create index player_tiers_player_id_idx on public.player_tiers (player_id);
alter table public.player_tiers enable row level security;
grant select on public.player_tiers to authenticated, service_role;
create policy "Players see their own tiers, managers all"
  on public.player_tiers for select to authenticated
  using (player_id = (select private.current_player_id()) or (select private.is_manager()));

create table private.title_holds (
  board_id bigint not null references public.boards (id),
  period_id bigint not null references private.board_periods (id),
  place int not null check (place between 1 and 3),
  player_id uuid not null,
  seen_count int not null,
  primary key (board_id, place, player_id)
);
comment on table private.title_holds is
  'One row: this player has been among the first so many (place) for so many further refreshes in a row. '
  'There are rows only while the titles of the board differ from the first three: the next refresh goes on '
  'counting even when nothing is scored.';
alter table private.title_holds enable row level security;

create table private.milestones (
  board_id bigint not null references public.boards (id),
  milestone text not null check (milestone ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind text not null check (kind in ('score', 'position')),
  threshold bigint not null check (threshold > 0),
  primary key (board_id, milestone)
);
comment on table private.milestones is
  'One row: reaching this score, or this position or better, is worth telling once.';
alter table private.milestones enable row level security;

create table private.reached_milestones (
  period_id bigint not null references private.board_periods (id),
  player_id uuid not null references public.profiles (id),
  milestone text not null,
  reached_at timestamptz not null default now(),
  primary key (period_id, player_id, milestone)
);
comment on table private.reached_milestones is
  'One row: the player was told of this milestone on this period; never again.';
create index reached_milestones_player_id_idx on private.reached_milestones (player_id);
alter table private.reached_milestones enable row level security;
