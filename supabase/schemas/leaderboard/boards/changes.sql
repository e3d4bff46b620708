-- The settings that may change while a board is active. Metrics and period lengths never do: that would be
-- another competition, and therefore another board.

create function leaderboard.settle_board_tiers(board public.boards)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  if not (board.is_active and board.awards_tiers) then
    perform leaderboard.take_tiers_back(board);
    return;
  end if;
  -- As if it had never been deactivated: until somebody scores, the tiers of the previous period stand.
  select periods.* into period from leaderboard.board_periods as periods
  where periods.board_id = board.id and periods.player_count > 0
  order by periods.starts_at desc nulls last
  limit 1;
  if period.id is null then
    return;
  end if;
  perform leaderboard.prepare_refresh_tables();
  if period.state = 'closed' then
    -- Nobody moves up in a past period.
    insert into pg_temp.refresh_tiers (player_id, tier_after)
    select archived.player_id, leaderboard.tier_of_position(archived.position)
    from leaderboard.archived_standings as archived
    join public.profiles on profiles.id = archived.player_id
    where archived.period_id = period.id and archived.position <= 100 and profiles.is_listed;
    perform leaderboard.change_tiers(board, period.id, period.version, now());
    return;
  end if;
  perform leaderboard.publish_tiers(board, period.id, period.version, now(), (
    select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
    from (
      select standings.player_id, standings.order_key from leaderboard.standings
      -- Players who hid or left while it was inactive are removed with the next refresh, and get nothing
      -- until then.
      join public.profiles on profiles.id = standings.player_id and profiles.is_listed
      where standings.period_id = period.id and standings.order_key is not null
      order by standings.order_key limit 100
    ) as leading_player));
end;
$$;
comment on function leaderboard.settle_board_tiers(public.boards) is
  'Restores the tiers of the published version to listed players or, if nobody is listed yet, those of the last '
  'period with players; removes all tiers if the board awards none or is inactive. Announces changes like a '
  'refresh.';

create function public.update_board(
  board text,
  name text default null,
  is_active boolean default null,
  late_policy text default null,
  close_grace interval default null,
  title_hold_refreshes int default null,
  announces_ranks boolean default null,
  awards_tiers boolean default null,
  rank_news_top int default null,
  rank_news_min_places int default null,
  acting_player_id uuid default null,
  source text default 'system',
  idempotency_key text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(update_board.acting_player_id, 'Only admins manage boards.');
  replay jsonb;
  former public.boards;
  changed public.boards;
begin
  select boards.* into former from public.boards where boards.slug = update_board.board;
  if former.id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  -- Repeated after somebody else's change, it would revert that.
  if update_board.idempotency_key is not null then
    replay := platform.begin_command('update_board', actor, update_board.idempotency_key, jsonb_build_object(
      'board', former.slug, 'name', update_board.name, 'is_active', update_board.is_active, 'late_policy',
      update_board.late_policy, 'close_grace', update_board.close_grace, 'title_hold_refreshes',
      update_board.title_hold_refreshes, 'announces_ranks', update_board.announces_ranks, 'awards_tiers',
      update_board.awards_tiers, 'rank_news_top', update_board.rank_news_top, 'rank_news_min_places',
      update_board.rank_news_min_places));
    if replay is not null then
      return replay;
    end if;
  end if;
  -- Never concurrent with a refresh, which reads the board when it begins; the row first, as in direct
  -- updates.
  select boards.* into former from public.boards where boards.id = former.id for no key update;
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', former.id));
  begin
    update public.boards
    set name = coalesce(update_board.name, boards.name),
      is_active = coalesce(update_board.is_active, boards.is_active),
      late_policy = coalesce(update_board.late_policy, boards.late_policy),
      close_grace = coalesce(update_board.close_grace, boards.close_grace),
      title_hold_refreshes = coalesce(update_board.title_hold_refreshes, boards.title_hold_refreshes),
      announces_ranks = coalesce(update_board.announces_ranks, boards.announces_ranks),
      awards_tiers = coalesce(update_board.awards_tiers, boards.awards_tiers),
      rank_news_top = coalesce(update_board.rank_news_top, boards.rank_news_top),
      rank_news_min_places = coalesce(update_board.rank_news_min_places, boards.rank_news_min_places)
    where boards.id = former.id
    returning boards.* into changed;
  exception when check_violation then
    perform platform.refuse(400, 'invalid_board', 'These values do not make a valid board.',
      'A name has 1 to 80 characters, late_policy is refuse or next_period, close_grace is from 0 to 31 '
      'days, title_hold_refreshes from 0 to 1000, rank_news_top 0 or more and rank_news_min_places 1 or more.');
  end;
  if (changed.is_active and changed.awards_tiers) <> (former.is_active and former.awards_tiers) then
    perform leaderboard.settle_board_tiers(changed);
  end if;
  if changed <> former then
    perform platform.record_audit('board.updated', 'board', changed.slug, to_jsonb(former), to_jsonb(changed),
      actor, platform.resolve_source(update_board.source));
  end if;
  return coalesce(
    platform.finish_command('update_board', actor, update_board.idempotency_key, to_jsonb(changed)),
    to_jsonb(changed));
end;
$$;
comment on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean, int,
  int, uuid, text, text) is
  'Changes the given fields of a board and returns it. An inactive board is frozen: only its archives are '
  'visible, it is not refreshed, closes nothing and awards no tiers; reactivated, it catches up. Once per '
  'idempotency key, later calls return replayed. Admins only; definer: nobody may write the table directly.';
grant execute on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean,
  int, int, uuid, text, text)
  to authenticated, service_role;
