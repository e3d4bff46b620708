create table leaderboard.board_tops (
  period_id bigint primary key references leaderboard.board_periods (id) on delete cascade,
  version bigint not null default 0,
  player_ids uuid[] not null default '{}',
  standings jsonb not null default '[]',
  movement_from bigint,
  page json
) with (fillfactor = 50);
comment on table leaderboard.board_tops is
  'One row is the published first hundred of a period, rendered once per refresh, the most frequent read, and '
  'broadcast.';
comment on column leaderboard.board_tops.standings is 
  'The last broadcast, without movement: the base of the next delta.';
comment on column leaderboard.board_tops.movement_from is
  'The version from which the page''s movement counts: a day before the last refresh.';
comment on column leaderboard.board_tops.page is
  'The response of the plain first page; null from the moment a player in it, or the board, changes name or '
  'visibility until the next refresh publishes it again.';

alter table leaderboard.board_tops enable row level security;

create function leaderboard.on_board_periods_insert_add_top()
returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into leaderboard.board_tops (period_id) values (new.id);
  return null;
end;
$$;
comment on function leaderboard.on_board_periods_insert_add_top() is
  'Every period has its row from the start, so even a first refresh in progress can be waited for.';

create trigger on_board_periods_insert_add_top
  after insert on leaderboard.board_periods
  for each row execute function leaderboard.on_board_periods_insert_add_top();
