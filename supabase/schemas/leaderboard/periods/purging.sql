create function leaderboard.purge_period(period_id bigint, max_rows int default 10000)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
  working_table text;
  removed_count int;
begin
  select periods.* into period from leaderboard.board_periods as periods
  where periods.id = purge_period.period_id and periods.state = 'closed' and periods.purged_at is null
    and periods.closed_at + (select keep_closed_standings_for from leaderboard.leaderboard_settings) <= now()
    -- An earlier kept version is read from the working rows; the last one is the archive itself.
    and not exists (
      select from leaderboard.board_versions as versions
      where versions.period_id = periods.id and versions.version < periods.version)
  for no key update skip locked;
  if period.id is null then
    return jsonb_build_object('status', 'not_due');
  end if;
  foreach working_table in array array['standings', 'standing_nodes', 'standing_history',
    'standing_node_history', 'tier_history', 'watched_positions', 'board_tops']
  loop
    execute format('delete from leaderboard.%1$I as gone where gone.ctid = any (array(
      select kept.ctid from leaderboard.%1$I as kept where kept.period_id = $1 limit $2))', working_table)
    using period.id, max_rows;
    get diagnostics removed_count = row_count;
    if removed_count >= max_rows then
      return jsonb_build_object('status', 'purging', 'removed_count', removed_count);
    end if;
  end loop;
  update leaderboard.board_periods as periods set purged_at = now() where periods.id = period.id;
  return jsonb_build_object('status', 'purged');
end;
$$;
comment on function leaderboard.purge_period(bigint, int) is
  'Removes the next batch of working rows of a closed period once only its last version is kept; the archive and '
  'that version stay. {status: purging | purged | not_due}.';
