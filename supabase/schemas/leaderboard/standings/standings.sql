-- The published state of each board period, with what is needed to count in O(log n), now and at any kept
-- version.

create table leaderboard.standings (
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
comment on table leaderboard.standings is
  'One row is one player on one board period. Written only by a refresh, and only on change. No foreign keys: a '
  'refresh takes both ids from the referenced tables, and a million checks would cost more than the rest.';
comment on column leaderboard.standings.event_count is 'Events that count, minus voided ones.';
comment on column leaderboard.standings.has_scored is
  'Whether any event was worth points: events worth none (over a cap, under a rule of 0, rounded to 0) do not '
  'change reached_at.';
comment on column leaderboard.standings.reached_at is
  'When the score last changed: the greatest occurred_at of all events worth points. A void takes points back, so '
  'it counts too: the reduced score is dated to the void. Without points yet: the first occurred_at.';
comment on column leaderboard.standings.order_key is
  'The total order (score descending, reached_at ascending, id ascending) as comparable bytes; null for players '
  'who are not listed.';
-- The fill factor of an index whose entries keep moving: it starts at its long-term size.
create unique index standings_order_idx on leaderboard.standings (period_id, order_key) with (fillfactor = 70);

alter table leaderboard.standings enable row level security;

create table leaderboard.standing_nodes (
  period_id bigint not null references leaderboard.board_periods (id),
  prefix bytea not null,
  cumulative int[] storage plain not null check (cardinality(cumulative) = 256),
  since_version bigint not null,
  primary key (period_id, prefix)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.standing_nodes is
  'One row counts the listed players whose order key begins with the prefix, by the next byte: cumulative[i] have '
  'a next byte below i. A prefix with many players has a row and so do all its own prefixes; the empty one always '
  'has.';

alter table leaderboard.standing_nodes enable row level security;

create table leaderboard.standing_history (
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
comment on table leaderboard.standing_history is
  'One row is a past row of standings, valid from since_version until before until_version, for kept versions.';
create index standing_history_order_idx on leaderboard.standing_history (period_id, order_key, until_version)
  where order_key is not null;
create index standing_history_until_idx on leaderboard.standing_history (period_id, until_version);

alter table leaderboard.standing_history enable row level security;

create table leaderboard.standing_node_history (
  period_id bigint not null,
  prefix bytea not null,
  cumulative int[] not null,
  since_version bigint not null,
  until_version bigint not null check (until_version > since_version),
  primary key (period_id, prefix, until_version)
) with (autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.standing_node_history is 'The same for standing_nodes.';
create index standing_node_history_until_idx on leaderboard.standing_node_history (period_id, until_version);

alter table leaderboard.standing_node_history enable row level security;

create table leaderboard.board_versions (
  period_id bigint not null references leaderboard.board_periods (id),
  version bigint not null check (version > 0),
  as_of timestamptz not null,
  applied_snapshot pg_snapshot not null,
  player_count bigint not null,
  changed_count int not null,
  tier_change_count int not null,
  duration_ms double precision not null,
  primary key (period_id, version)
);
comment on table leaderboard.board_versions is
  'One row is one published refresh that is still available: all of the last hour, then one per hour, then one '
  'per day.';
create index board_versions_as_of_idx on leaderboard.board_versions (period_id, as_of);

alter table leaderboard.board_versions enable row level security;
