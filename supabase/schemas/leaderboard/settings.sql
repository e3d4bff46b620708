create table leaderboard.leaderboard_settings (
  is_only_row boolean primary key default true check (is_only_row),
  event_age_max interval not null default '366 days',
  event_lead_max interval not null default '5 minutes',
  leaf_player_count_max int not null default 256 check (leaf_player_count_max between 2 and 100000),
  keep_every_version_for interval not null default '1 hour',
  keep_hourly_versions_for interval not null default '8 days',
  keep_daily_versions_for interval not null default '400 days',
  keep_closed_standings_for interval not null default '1 day'
);
comment on table leaderboard.leaderboard_settings is 'The one row of settings of the leaderboard engine.';
comment on column leaderboard.leaderboard_settings.event_age_max is 'Older events are refused as too_old.';
comment on column leaderboard.leaderboard_settings.event_lead_max is 'How far a sender''s clock may be ahead.';
comment on column leaderboard.leaderboard_settings.leaf_player_count_max is
  'A prefix of the order key with more players than this gets a separate node; below half of it the node is '
  'removed.';

alter table leaderboard.leaderboard_settings enable row level security;
