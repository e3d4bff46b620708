-- Tiers that end although no standings require it.

create function leaderboard.tiers_period(board_id bigint)
returns leaderboard.board_periods
language plpgsql
stable
set search_path = ''
as $$
declare
  period leaderboard.board_periods;
begin
  select periods.* into period
  from public.player_tiers as tiers
  join leaderboard.board_periods as periods on periods.id = tiers.period_id
  where tiers.board_id = tiers_period.board_id
  limit 1;
  return period;
end;
$$;
comment on function leaderboard.tiers_period(bigint) is
  'The period that awarded the board''s tiers, not always the current one; null while nobody holds any.';

create function leaderboard.give_up_unlisted_tiers(board public.boards)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.tiers_period(board.id);
  unlisted uuid[];
begin
  -- A period that is still open gives up its own tiers with its next version.
  if period.id is null or period.state = 'open' then
    return 0;
  end if;
  select array_agg(profiles.id) into unlisted
  from public.player_tiers as tiers
  join public.profiles on profiles.id = tiers.player_id
  where tiers.board_id = board.id
    and not profiles.is_listed;
  if unlisted is null then
    return 0;
  end if;
  perform leaderboard.prepare_refresh_tables();
  insert into pg_temp.refresh_tiers (player_id, tier_before)
  select tiers.player_id, tiers.tier from public.player_tiers as tiers
  where tiers.board_id = board.id and tiers.player_id = any (unlisted);
  return leaderboard.change_tiers(board, period.id, period.version, now());
end;
$$;
comment on function leaderboard.give_up_unlisted_tiers(public.boards) is
  'Withdraws tiers kept from a past period from players who may no longer be listed; nobody moves up in a past '
  'period. Returns how many.';

create function leaderboard.give_up_past_tiers()
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  board public.boards;
  given_up_count int := 0;
begin
  for board in
    select boards.* from public.boards
    where exists (
      select from public.player_tiers as tiers
      join leaderboard.board_periods as periods on periods.id = tiers.period_id and periods.state <> 'open'
      where tiers.board_id = boards.id)
    order by boards.id
  loop
    begin
      -- A concurrent refresh may be replacing them all; then nothing is left to do next time.
      if pg_try_advisory_xact_lock(hashtextextended('leaderboard/board', board.id)) then
        given_up_count := given_up_count + leaderboard.give_up_unlisted_tiers(board);
      end if;
    exception when others then
      perform leaderboard.note_failure('refresh', 'Taking back tiers of ' || board.slug, sqlerrm);
    end;
  end loop;
  return given_up_count;
end;
$$;
comment on function leaderboard.give_up_past_tiers() is
  'give_up_unlisted_tiers for every board with tiers kept from a past period: while nobody has scored since, or '
  'until the next season, no refresh publishes tiers. Returns how many were withdrawn.';

create function leaderboard.take_tiers_back(board public.boards)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  period leaderboard.board_periods := leaderboard.tiers_period(board.id);
begin
  if period.id is not null then
    perform leaderboard.prepare_refresh_tables();
    insert into pg_temp.refresh_tiers (player_id, tier_before)
    select tiers.player_id, tiers.tier from public.player_tiers as tiers where tiers.board_id = board.id;
    perform leaderboard.change_tiers(board, period.id, period.version, now());
    perform leaderboard.remember_tiers(period.id);
  end if;
  delete from leaderboard.title_holds as holds where holds.board_id = board.id;
end;
$$;
comment on function leaderboard.take_tiers_back(public.boards) is
  'Withdraws all tiers of a board, whichever period awarded them and however long titles are held, and announces '
  'it. Under the board''s lock.';

create function leaderboard.on_board_award_end_take_tiers_back()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time, like a refresh, so none awards tiers after this.
  perform pg_advisory_xact_lock(hashtextextended('leaderboard/board', new.id));
  perform leaderboard.take_tiers_back(new);
  -- Awards of earlier periods had been taken over, and stay in their archives.
  update leaderboard.board_periods as periods set awarded_tiers = false
  where periods.state = 'open' and periods.id = (
    select latest.id from leaderboard.board_periods as latest
    where latest.board_id = new.id and latest.awarded_tiers
    order by latest.starts_at desc nulls last
    limit 1);
  return null;
end;
$$;
comment on function leaderboard.on_board_award_end_take_tiers_back() is
  'A board that no longer awards tiers withdraws those it awarded, and announces it; the archive of the period '
  'that awarded them shows none. Definer: the tables are closed.';

-- Triggers fire by name: this one before on_board_update_catch_up, because the board's lock comes before
-- rendered tops.
create trigger on_board_award_end_take_tiers_back
  after update of awards_tiers on public.boards
  for each row
  when (old.awards_tiers and not new.awards_tiers)
  execute function leaderboard.on_board_award_end_take_tiers_back();
