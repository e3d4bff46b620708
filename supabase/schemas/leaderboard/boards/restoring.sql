create function leaderboard.adopt_restored_events()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Transaction ids mean nothing in another cluster. All restored rows belong to this transaction, and every
  -- open period starts over: its next refresh, which must follow the commit, counts all events again.
  lock table public.score_events in exclusive mode;
  alter table public.score_events disable trigger on_score_events_change_refuse;
  update public.score_events set transaction_id = pg_current_xact_id();
  alter table public.score_events enable trigger on_score_events_change_refuse;
  delete from leaderboard.player_marks;
  delete from leaderboard.board_versions as versions using leaderboard.board_periods as periods
  where periods.id = versions.period_id and periods.state = 'open';
  delete from leaderboard.standing_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open';
  delete from leaderboard.standing_node_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open';
  delete from leaderboard.tier_history as history using leaderboard.board_periods as periods
  where periods.id = history.period_id and periods.state = 'open' and history.until_version is not null;
  delete from leaderboard.standings using leaderboard.board_periods as periods
  where periods.id = standings.period_id and periods.state = 'open';
  delete from leaderboard.standing_nodes as nodes using leaderboard.board_periods as periods
  where periods.id = nodes.period_id and periods.state = 'open';
  update leaderboard.board_periods as periods
  set applied_snapshot = null, player_count = 0, score_total = 0, node_depth = 0 where periods.state = 'open';
  -- A closed period has seen all restored events and no later ones, which later voids need to know.
  alter table leaderboard.board_periods disable trigger on_closed_period_change_refuse;
  update leaderboard.board_periods as periods
  set applied_snapshot = format('%1$s:%1$s:', pg_current_xact_id()::text::numeric + 1)::pg_snapshot
  where periods.state <> 'open';
  alter table leaderboard.board_periods enable trigger on_closed_period_change_refuse;
  update leaderboard.board_versions as versions set applied_snapshot = periods.applied_snapshot
  from leaderboard.board_periods as periods where periods.id = versions.period_id and periods.state <> 'open';
end;
$$;
comment on function leaderboard.adopt_restored_events() is
  'Run it once after a logical restore into another cluster, before the first refresh: recounts open periods from '
  'their events. Closed periods and their archives stay as they are, and are assumed to contain every restored '
  'event. For the operator only.';
