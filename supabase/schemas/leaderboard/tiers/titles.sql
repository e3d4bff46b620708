-- A title changes at the same moment as the position that earns it: a board holds titles only if an admin
-- configures that.

create table leaderboard.title_holds (
  board_id bigint not null references public.boards (id),
  period_id bigint not null references leaderboard.board_periods (id),
  place int not null check (place between 1 and 3),
  player_id uuid not null,
  seen_count int not null,
  primary key (board_id, place, player_id)
);
comment on table leaderboard.title_holds is
  'One row: this player has been within the first N (place) for this many further refreshes in a row. Rows exist '
  'only while the titles of the board differ from the first three; the next refresh keeps counting even if '
  'nothing is scored.';

alter table leaderboard.title_holds enable row level security;

create function leaderboard.count_title_holds(board_id bigint, period_id bigint, leaders uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from leaderboard.title_holds as holds
  where holds.board_id = count_title_holds.board_id
    and (holds.period_id <> count_title_holds.period_id
      or coalesce(array_position(leaders, holds.player_id), 4) > holds.place);
  insert into leaderboard.title_holds as holds (board_id, period_id, place, player_id, seen_count)
  select count_title_holds.board_id, count_title_holds.period_id, place, leader.player_id, 0
  from unnest(leaders) with ordinality as leader (player_id, position)
  cross join generate_series(leader.position, 3) as place
  on conflict on constraint title_holds_pkey do update set seen_count = holds.seen_count + 1;
end;
$$;
comment on function leaderboard.count_title_holds(bigint, bigint, uuid[]) is
  'Counts one more refresh for players still within the first one, two or three; starts over for others.';

create function leaderboard.settle_titles(board public.boards, period_id bigint, leaders uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- By position; null if nobody still on the board holds the title.
  holders uuid[] := array(
    select standings.player_id
    from unnest(array['champion', 'silver', 'bronze']) with ordinality as title (tier, place)
    left join public.player_tiers as held on held.board_id = board.id and held.tier = title.tier
      and held.period_id = settle_titles.period_id
    left join leaderboard.standings on standings.period_id = settle_titles.period_id
      and standings.player_id = held.player_id and standings.order_key is not null
    order by title.place);
  titled uuid[] := '{}';
begin
  if board.title_hold_refreshes > 0 and array_remove(holders, null) <> '{}' then
    perform leaderboard.count_title_holds(board.id, settle_titles.period_id, leaders);
    for at_place in 1..3 loop
      titled := titled || array(
        select candidate.player_id
        from (
          select holds.player_id, 1 as turn from leaderboard.title_holds as holds
          where holds.board_id = board.id and holds.place = at_place
            and holds.seen_count >= board.title_hold_refreshes
          union all
          select holders[at_place], 2
          union all
          select leader, 3 from unnest(leaders) as leader
        ) as candidate
        where candidate.player_id is not null and candidate.player_id <> all (titled)
        order by candidate.turn, candidate.player_id is distinct from holders[at_place],
          array_position(leaders, candidate.player_id)
        limit 1);
    end loop;
  else
    titled := leaders;
  end if;
  if titled = leaders then
    delete from leaderboard.title_holds as holds where holds.board_id = board.id;
  end if;
  return titled;
end;
$$;
comment on function leaderboard.settle_titles(public.boards, bigint, uuid[]) is
  'The official holders of the titles, in order. The first, second and third title each go to a player who stayed '
  'within the first one, two or three for the board''s number of further refreshes and has no higher title: the '
  'current holder first, then by position. If nobody qualifies, the holder keeps the title; if the holder has '
  'left the board, it passes on immediately. So each title is held separately: while two players swap second '
  'place, a new leader still becomes champion. In a new period the first leaders take all at once.';

-- A board that holds titles states when they follow.
create function leaderboard.titles_due_at(board public.boards, period leaderboard.board_periods)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from leaderboard.title_holds as holds
    where holds.board_id = board.id and holds.period_id = period.id)
  then
    return null;
  end if;
  return (
    select jsonb_agg(case when held.tier is distinct from leaderboard.tier_of_position(waiting.place)
      then period.as_of + greatest(1, waiting.refreshes) * interval '30 seconds' end order by waiting.place)
    from (
      -- Nobody takes a title before everyone above has theirs.
      select leaders.player_id, leaders.place,
        max(board.title_hold_refreshes - coalesce(holds.seen_count, 0)) over (order by leaders.place) as refreshes
      from (
        select listed.player_id, row_number() over (order by listed.order_key) as place
        from (
          select standings.player_id, standings.order_key from leaderboard.standings
          where standings.period_id = period.id and standings.order_key is not null
          order by standings.order_key
          limit 3
        ) as listed
      ) as leaders
      left join leaderboard.title_holds as holds on holds.board_id = board.id and holds.place = leaders.place
        and holds.player_id = leaders.player_id
    ) as waiting
    left join public.player_tiers as held on held.board_id = board.id and held.player_id = waiting.player_id
      and held.period_id = period.id);
end;
$$;
comment on function leaderboard.titles_due_at(public.boards, leaderboard.board_periods) is
  'When each of the first three takes the title of their position if nobody overtakes them until then; null for a '
  'title that already matches, and null as a whole if all do. Boards are refreshed every 30 seconds.';
