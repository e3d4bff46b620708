create function leaderboard.mark_unwatched_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into leaderboard.player_marks (player_id)
  -- Starting from the followers, who are few among all players of a board.
  select standings.player_id
  from leaderboard.board_periods as periods
  cross join leaderboard.followed_players as followed
  join leaderboard.standings on standings.period_id = periods.id and standings.player_id = followed.player_id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and standings.order_key is not null
    and not exists (
      select from leaderboard.watched_positions as watched
      where watched.period_id = periods.id and watched.player_id = followed.player_id)
  union
  select watched.player_id
  from leaderboard.board_periods as periods
  join leaderboard.watched_positions as watched on watched.period_id = periods.id
  where periods.board_id = mark_unwatched_players.board_id and periods.state = 'open'
    and watched.player_id not in (select followed.player_id from leaderboard.followed_players as followed);
$$;
comment on function leaderboard.mark_unwatched_players(bigint) is
  'Marks players who are followed and not watched on a board, or the reverse; its next refresh corrects that.';

create function leaderboard.mark_missed_players(board_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('leaderboard/marks', 0));
  insert into leaderboard.player_marks (player_id)
  -- Players who are on the board and should not be, or the reverse.
  select standings.player_id
  from leaderboard.board_periods as periods
  join leaderboard.standings on standings.period_id = periods.id
  join public.profiles on profiles.id = standings.player_id
  where periods.board_id = mark_missed_players.board_id and periods.state = 'open'
    and (standings.order_key is not null) <> (profiles.is_listed and standings.event_count > 0);
  select leaderboard.mark_unwatched_players(mark_missed_players.board_id);
$$;
comment on function leaderboard.mark_missed_players(bigint) is
  'Marks the players about whom a board is wrong after marks were deleted while it was not refreshed; its next '
  'refresh corrects them. Scores need no mark, because their events are kept.';

create function leaderboard.on_board_update_catch_up()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.is_active and not old.is_active then
    perform leaderboard.mark_missed_players(new.id);
  elsif new.announces_ranks and not old.announces_ranks then
    perform leaderboard.mark_unwatched_players(new.id);
  end if;
  if (new.slug, new.name, new.kind, new.metrics, new.time_zone, new.awards_tiers, new.is_active)
    is distinct from (old.slug, old.name, old.kind, old.metrics, old.time_zone, old.awards_tiers, old.is_active)
  then
    perform leaderboard.withdraw_pages(array(
      select periods.id from leaderboard.board_periods as periods
      where periods.board_id = new.id and periods.state = 'open'));
  end if;
  return null;
end;
$$;
comment on function leaderboard.on_board_update_catch_up() is
  'Withdraws rendered pages if what they show of the board changed, and makes a reactivated board, or one that '
  'starts to announce ranks, catch up. Definer: the tables are closed.';

create trigger on_board_update_catch_up
  after update on public.boards
  for each row when (old is distinct from new) execute function leaderboard.on_board_update_catch_up();

create function leaderboard.on_milestones_insert_mark_players()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Boards before marks, in the same order as changing a board.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', added.board_id))
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  perform leaderboard.mark_unwatched_players(added.board_id)
  from (select distinct milestones.board_id from new_milestones as milestones order by 1) as added;
  return null;
end;
$$;
comment on function leaderboard.on_milestones_insert_mark_players() is
  'Makes a board without milestones watch its followers from its next refresh on. Definer: the marks are closed.';

create trigger on_milestones_insert_mark_players
  after insert on leaderboard.milestones
  referencing new table as new_milestones
  for each statement execute function leaderboard.on_milestones_insert_mark_players();
