-- What may be changed about a board while it is played. What counts, and when periods begin, never is: that
-- would make another competition, and is another board.

create function private.mark_unwatched_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into private.player_marks (player_id)
  -- From the followed ones, who are few beside all players of a board.
  select standings.player_id
  from private.board_periods as periods
  cross join private.followed_players as followed
  join private.standings on standings.period_id = periods.id and standings.player_id = followed.player_id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and standings.order_key is not null
    and not exists (
      select from private.watched_positions as watched
      where watched.period_id = periods.id and watched.player_id = followed.player_id)
  union
  select watched.player_id
  from private.board_periods as periods
  join private.watched_positions as watched on watched.period_id = periods.id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and watched.player_id not in (select followed.player_id from private.followed_players as followed);
$$;
comment on function private.mark_unwatched_players(bigint) is
  'Marks who is followed and not watched on a board, or the other way round; its next refresh puts that right.';

create function private.mark_missed_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into private.player_marks (player_id)
  -- Who is listed and should not be, or the other way round; the condition is that of collect_changes.
  select standings.player_id
  from private.board_periods as periods
  join private.standings on standings.period_id = periods.id
  join public.profiles on profiles.id = standings.player_id
  where periods.board_id = mark_missed_players.board_id and periods.state = 'open'
    and (standings.order_key is not null) <> (profiles.visibility <> 'hidden' and profiles.is_ranked
      and profiles.left_at is null and standings.event_count > 0);
  select private.mark_unwatched_players(mark_missed_players.board_id);
$$;
comment on function private.mark_missed_players(bigint) is
  'Marks the players about whom a board is wrong that was not refreshed while marks were dropped; its next '
  'refresh puts them right. Scores need no mark: their events are kept.';

create function private.on_board_update_catch_up()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.is_active and not old.is_active then
    perform private.mark_missed_players(new.id);
  elsif new.announces_ranks and not old.announces_ranks then
    perform private.mark_unwatched_players(new.id);
  end if;
  if (new.slug, new.name, new.kind, new.metrics, new.time_zone, new.awards_tiers, new.is_active)
    is distinct from (old.slug, old.name, old.kind, old.metrics, old.time_zone, old.awards_tiers, old.is_active)
  then
    perform private.withdraw_pages(array(
      select periods.id from private.board_periods as periods
      where periods.board_id = new.id and periods.state = 'open'));
  end if;
  return null;
end;
$$;
comment on function private.on_board_update_catch_up() is
  'Withdraws rendered pages when what they say of the board changed, and lets a board that is switched on again, '
  'or that tells of ranks from now on, catch up. Definer: the tables are closed.';
create trigger on_board_update_catch_up
  after update on public.boards
  for each row when (old is distinct from new) execute function private.on_board_update_catch_up();

create function private.on_milestones_insert_mark_players()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Boards before marks, as a change of a board takes them.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', added.board_id))
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  perform private.mark_unwatched_players(added.board_id)
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  return null;
end;
$$;
comment on function private.on_milestones_insert_mark_players() is
  'Lets a board that had no milestones watch who is followed from its next refresh on. Definer: the marks are '
  'closed.';
create trigger on_milestones_insert_mark_players
  after insert on private.milestones
  referencing new table as new_milestones
  for each statement execute function private.on_milestones_insert_mark_players();

create function private.settle_board_tiers(board public.boards)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period private.board_periods;
begin
  if not (board.is_active and board.awards_tiers) then
    perform private.take_tiers_back(board);
    return;
  end if;
  -- As if it had never been switched off: until somebody scores, the tiers of the period before stand.
  select periods.* into period from private.board_periods as periods
  where periods.board_id = board.id and periods.player_count > 0
  order by periods.starts_at desc nulls last
  limit 1;
  if period.id is null then
    return;
  end if;
  perform private.prepare_refresh_tables();
  if period.state = 'closed' then
    -- The condition is that of collect_changes; nobody moves up in what is over.
    insert into pg_temp.refresh_tiers (player_id, tier_after)
    select archived.player_id, private.tier_of_position(archived.position)
    from private.archived_standings as archived
    join public.profiles on profiles.id = archived.player_id
    where archived.period_id = period.id and archived.position <= 100
      and profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null;
    perform private.change_tiers(board, period.id, period.version, now());
    return;
  end if;
  perform private.publish_tiers(board, period.id, period.version, now(), (
    select coalesce(array_agg(leading_player.player_id order by leading_player.order_key), '{}')
    from (
      select standings.player_id, standings.order_key from private.standings
      -- Who hid or left while it was switched off is taken out with the next refresh, and is given nothing until then.
      join public.profiles on profiles.id = standings.player_id
        and profiles.visibility <> 'hidden' and profiles.is_ranked and profiles.left_at is null
      where standings.period_id = period.id and standings.order_key is not null
      order by standings.order_key limit 100
    ) as leading_player));
end;
$$;
comment on function private.settle_board_tiers(public.boards) is
  'Gives the tiers of the published version, to who may still be listed, or, where nobody is listed yet, those of '
  'the last period that had somebody; takes all away when the board awards none or is not active. Tells it as a '
  'refresh does.';

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
  actor uuid := private.resolve_admin(update_board.acting_player_id, 'Only admins manage boards.');
  replay jsonb;
  former public.boards;
  changed public.boards;
begin
  select boards.* into former from public.boards where boards.slug = update_board.board;
  if former.id is null then
    perform private.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  -- Repeated after somebody else's change it would take that back.
  if update_board.idempotency_key is not null then
    replay := private.begin_command('update_board', actor, update_board.idempotency_key, jsonb_build_object(
      'board', former.slug, 'name', update_board.name, 'is_active', update_board.is_active, 'late_policy',
      update_board.late_policy, 'close_grace', update_board.close_grace, 'title_hold_refreshes',
      update_board.title_hold_refreshes, 'announces_ranks', update_board.announces_ranks, 'awards_tiers',
      update_board.awards_tiers, 'rank_news_top', update_board.rank_news_top, 'rank_news_min_places',
      update_board.rank_news_min_places));
    if replay is not null then
      return replay;
    end if;
  end if;
  -- Never beside a refresh, which reads the board when it begins; the row first, as who changes it in the table.
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
    perform private.refuse(400, 'invalid_board', 'A board cannot be like this.',
      'A name has 1 to 80 characters, late_policy is refuse or next_period, close_grace is from 0 to 31 '
      'days, title_hold_refreshes from 0 to 1000, rank_news_top 0 or more and rank_news_min_places 1 or more.');
  end;
  if (changed.is_active and changed.awards_tiers) <> (former.is_active and former.awards_tiers) then
    perform private.settle_board_tiers(changed);
  end if;
  if changed <> former then
    perform private.record_audit('board.updated', 'board', changed.slug, to_jsonb(former), to_jsonb(changed),
      actor, private.resolve_source(update_board.source));
  end if;
  return coalesce(
    private.finish_command('update_board', actor, update_board.idempotency_key, to_jsonb(changed)),
    to_jsonb(changed));
end;
$$;
comment on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean, int,
  int, uuid, text, text) is
  'Changes what is given of a board and returns it. A board that is not active stands still: nobody sees it '
  'but for its archives, it is not refreshed, closes nothing and gives no tiers; switched on again it '
  'catches up. With an idempotency key once, whoever repeats it when: then with replayed. Admins only; '
  'definer: nobody writes the table directly.';
grant execute on function public.update_board(text, text, boolean, text, interval, int, boolean, boolean,
  int, int, uuid, text, text)
  to authenticated, service_role;
