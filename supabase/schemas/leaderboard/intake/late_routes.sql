create table leaderboard.late_routes (
  event_id bigint not null references public.score_events (id),
  period_id bigint not null references leaderboard.board_periods (id),
  primary key (event_id, period_id)
);
comment on table leaderboard.late_routes is
  'One row: this event arrived after its own period of a board had closed and counts in this period instead.';
create index late_routes_period_id_idx on leaderboard.late_routes (period_id);

alter table leaderboard.late_routes enable row level security;
