-- Players by name. A definer function: the tables are closed, see board_pages.

create function leaderboard.match_names(needle text, max_rows int)
returns table (step int, sort_key text, player public.profiles)
language plpgsql
stable
set search_path = ''
-- A prefix becomes an index range only in a plan for that specific text.
set plan_cache_mode = force_custom_plan
as $$
declare
  folded text := nullif(identity.fold_name(needle), '');
  pattern text := regexp_replace(needle, '([\\%_])', '\\\1', 'g');
  folded_pattern text := regexp_replace(folded, '([\\%_])', '\\\1', 'g');
begin
  -- Each step reads an index in result order, so a few rows are enough however many match.
  return query
  (select 1, profiles.username, profiles
  from public.profiles
  where profiles.username = needle
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 2, profiles.username, profiles
  from public.profiles
  where identity.fold_name(profiles.display_name) = folded
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 3, profiles.username, profiles
  from public.profiles
  where profiles.username like pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 4, identity.fold_name(profiles.display_name), profiles
  from public.profiles
  where identity.fold_name(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.fold_name(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 5, identity.name_rest(profiles.display_name), profiles
  from public.profiles
  where identity.name_rest(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.name_rest(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 6, identity.last_name_word(profiles.display_name), profiles
  from public.profiles
  where identity.last_name_word(profiles.display_name) like folded_pattern || '%'
    and profiles.display_name ~ '[\s._-].*[\s._-]'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by identity.last_name_word(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows);
end;
$$;
comment on function leaderboard.match_names(text, int) is
  'Public players by name, one row for each matching step: the username, the name, a prefix of the username, of '
  'the name, of the name without its first word, of its last word. The first rows of each step are enough for as '
  'many in total.';

-- Search is open to everybody, so it is counted. Volatile because it writes: PostgREST then serves it by POST
-- only.
create function public.search_players(query text, board text default null, max_rows int default 10)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  needle text := lower(trim(search_players.query));
  found_board public.boards;
  period leaderboard.board_periods;
begin
  -- The service has already counted the person it searches for.
  if not platform.is_service() then
    perform platform.count_attempt('search', platform.describe_caller());
  end if;
  perform leaderboard.check_page_size(max_rows, 100);
  if needle is null or char_length(needle) not between 1 and 80 then
    perform platform.refuse(400, 'invalid_query', 'Search for text of 1 to 80 characters.', 'Type part of a name.');
  end if;
  if search_players.board is not null then
    found_board := leaderboard.find_board(search_players.board);
    period := leaderboard.current_period(found_board.id);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'player_id', (best.player).id, 'username', (best.player).username,
      'display_name', (best.player).display_name, 'avatar_url', (best.player).avatar_url,
      'standing', case when period.id is not null then leaderboard.render_standing(found_board, period,
        (best.player).id) end
    ) order by best.place), '[]')
    from (
      select hit.player, row_number() over (
        order by hit.step, hit.sort_key collate "C", (hit.player).username collate "C") as place
      from (
        select distinct on ((matched.player).id) matched.*
        from leaderboard.match_names(needle, max_rows) as matched
        order by (matched.player).id, matched.step
      ) as hit
      order by place
      limit max_rows
    ) as best);
end;
$$;
comment on function public.search_players(text, text, int) is
  'Public players by name, ignoring case and accents, with their standing on the given board: exact matches '
  'first, then names that start with the text, then names whose second or last word does; a total order, so a '
  'longer result extends a shorter one. Anonymous and hidden players are never found. Counted per player, or per '
  'address for visitors: refuses DS429.';
grant execute on function public.search_players(text, text, int) to anon, authenticated, service_role;
