-- Searching is open to everybody, so it counts. Volatile, as it writes: PostgREST then serves it by POST alone.

create or replace function public.search_players(query text, board text default null, max_rows int default 10)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  needle text := lower(trim(search_players.query));
  found_board public.boards;
  period private.board_periods;
begin
  -- The service has counted the person it searches for.
  if not private.is_service() then
    perform private.count_attempt('search', private.describe_caller());
  end if;
  perform private.check_page_size(max_rows, 100);
  if needle is null or char_length(needle) not between 1 and 80 then
    perform private.refuse(400, 'invalid_query', 'Search for 1 to 80 characters.', 'Type part of a name.');
  end if;
  if search_players.board is not null then
    found_board := private.find_board(search_players.board);
    period := private.current_period(found_board.id);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', (best.player).id, 'username', (best.player).username,
      'display_name', (best.player).display_name, 'avatar_url', (best.player).avatar_url,
      'standing', case when period.id is not null then private.render_standing(found_board, period,
        (best.player).id) end
    ) order by best.place), '[]')
    from (
      select hit.player, row_number() over (
        order by hit.step, hit.sort_key collate "C", (hit.player).username collate "C") as place
      from (
        select distinct on ((matched.player).id) matched.*
        from private.match_names(needle, max_rows) as matched
        order by (matched.player).id, matched.step
      ) as hit
      order by place
      limit max_rows
    ) as best);
end;
$$;
comment on function public.search_players(text, text, int) is
  'Public players by name, without regard to case and accents, with their standing on the board when one is '
  'named: exact matches first, then names that begin with the text, then names whose second or last word '
  'begins it; a total order, so that a longer answer continues a shorter one. Anonymous and hidden players '
  'are never found. Counted for each player, or for the address of a visitor: refuses DS429.';
