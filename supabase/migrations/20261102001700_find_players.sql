-- Players by name. A definer function: the tables are closed, see read_boards.

create extension if not exists unaccent with schema extensions;

create function private.fold_name(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := lower(fold_name.name);
begin
  -- Most names are plain, and each is folded for every index.
  if octet_length(folded) <> char_length(folded) then
    folded := lower(extensions.unaccent('extensions.unaccent', normalize(folded, nfc)));
  end if;
  if folded ~ '[\s._-]{2}|[^\S ]' then
    folded := regexp_replace(folded, '[\s._-]+', ' ', 'g');
  end if;
  return btrim(translate(folded, '._-', '   '));
end;
$$;
comment on function private.fold_name(text) is
  'The name as it is searched: its words in small letters without accents, one space between. Immutable as '
  'long as the rules of unaccent are, which indexes rely on: reindex profiles after changing them.';

create function private.name_rest(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := private.fold_name(name_rest.name);
begin
  return substr(folded, nullif(strpos(folded, ' '), 0) + 1);
end;
$$;
comment on function private.name_rest(text) is 'The folded name from its second word on; null for one word.';

create function private.last_name_word(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return substring(private.name_rest(last_name_word.name) from ' ([^ ]+)$');
end;
$$;
comment on function private.last_name_word(text) is
  'The last word of a folded name of three or more; null for others, where name_rest says the same.';

-- Who is not to be found is in none of them.
create index profiles_username_prefix_idx on public.profiles (username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_idx
  on public.profiles (private.fold_name(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_name_rest_idx
  on public.profiles (private.name_rest(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null;
create index profiles_last_name_word_idx
  on public.profiles (private.last_name_word(display_name) text_pattern_ops, username text_pattern_ops)
  where visibility = 'public' and left_at is null and display_name ~ '[\s._-].*[\s._-]';

create function private.match_names(needle text, max_rows int)
returns table (step int, sort_key text, player public.profiles)
language plpgsql
stable
set search_path = ''
-- A beginning is a range of an index only in a plan for that very text.
set plan_cache_mode = force_custom_plan
as $$
declare
  folded text := nullif(private.fold_name(needle), '');
  pattern text := regexp_replace(needle, '([\\%_])', '\\\1', 'g');
  folded_pattern text := regexp_replace(folded, '([\\%_])', '\\\1', 'g');
begin
  -- Each step reads an index in the order of its answer, so a few rows are enough however many match.
  return query
  (select 1, profiles.username, profiles
  from public.profiles
  where profiles.username = needle
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 2, profiles.username, profiles
  from public.profiles
  where private.fold_name(profiles.display_name) = folded
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 3, profiles.username, profiles
  from public.profiles
  where profiles.username like pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 4, private.fold_name(profiles.display_name), profiles
  from public.profiles
  where private.fold_name(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by private.fold_name(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 5, private.name_rest(profiles.display_name), profiles
  from public.profiles
  where private.name_rest(profiles.display_name) like folded_pattern || '%'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by private.name_rest(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows)
  union all
  (select 6, private.last_name_word(profiles.display_name), profiles
  from public.profiles
  where private.last_name_word(profiles.display_name) like folded_pattern || '%'
    and profiles.display_name ~ '[\s._-].*[\s._-]'
    and profiles.visibility = 'public' and profiles.left_at is null
  order by private.last_name_word(profiles.display_name) using operator(pg_catalog.~<~),
    profiles.username using operator(pg_catalog.~<~) limit max_rows);
end;
$$;
comment on function private.match_names(text, int) is
  'Public players by name, a player once for each step that matches: the username, the name, a beginning of '
  'the username, of the name, of the name without its first word, of its last word. The first rows of each '
  'step suffice for as many in all.';

create function public.search_players(query text, board text default null, max_rows int default 10)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  needle text := lower(trim(search_players.query));
  found_board public.boards;
  period private.board_periods;
begin
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
  'are never found.';
grant execute on function public.search_players(text, text, int) to anon, authenticated, service_role;
