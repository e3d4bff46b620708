create function leaderboard.score_at_position(period leaderboard.board_periods, at_position bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  -- The working rows of a closed period are purged eventually.
  if period.state = 'closed' then
    return (
      select archived.score from leaderboard.archived_standings as archived
      where archived.period_id = period.id and archived.position = at_position);
  end if;
  found_key := leaderboard.key_at_position(period.id, at_position);
  return (
    select standings.score from leaderboard.standings
    where standings.period_id = period.id and standings.order_key = found_key);
end;
$$;
comment on function leaderboard.score_at_position(leaderboard.board_periods, bigint) is
  'The score at a position, from the counts or the archive; null beyond the last one.';

create function public.get_board_statistics(board text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := leaderboard.find_board(get_board_statistics.board);
  period leaderboard.board_periods := leaderboard.find_period(found_board, null);
begin
  return jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'player_count', period.player_count,
    'score_total', period.score_total,
    'score_mean', round(period.score_total / nullif(period.player_count, 0), 2),
    'score_max', leaderboard.score_at_position(period, 1),
    'score_min', leaderboard.score_at_position(period, period.player_count),
    -- The score that this percentage of players does not exceed.
    'percentiles', (
      select jsonb_object_agg('p' || percent, leaderboard.score_at_position(
        period, period.player_count - ceil(period.player_count * percent / 100.0)::bigint + 1))
      from unnest(array[10, 25, 50, 75, 90, 95, 99]) as percent
      where period.player_count > 0),
    'thresholds', (
      select jsonb_object_agg(tier.name, leaderboard.score_at_position(period, tier.last_position))
      from (values ('champion', 1), ('silver', 2), ('bronze', 3), ('top_10', 10), ('elite', 100))
        as tier (name, last_position)));
end;
$$;
comment on function public.get_board_statistics(text) is
  'Statistics of the current period: players, total, mean, extremes, exact percentiles, and the score required '
  'for each tier (null while the tier is not full). The cost does not grow with the number of players. Definer: '
  'the tables are closed.';
grant execute on function public.get_board_statistics(text) to anon, authenticated, service_role;
